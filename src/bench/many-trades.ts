import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addAccount } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { Installation } from './installation.js';
import { addPeople, type BenchUser } from './people.js';

/** An account that is kept by hand. */
async function newAccount(db: Database, userId: string, label: string): Promise<string> {
  const id = randomUUID();
  const account = { id, userId, type: 'manual', category: 'Real', label, at: new Date() } as const;
  await db.withTenant('app', userId, (tx) =>
    addAccount(tx, { ...account, connection: null, currency: { code: 'USD', digits: 2 } }),
  );
  return id;
}

/** Up to two years of trades on two accounts, closed at odd times, a thousandth of them still open. */
const addTrades = (
  client: pg.Client,
  { userId }: BenchUser,
  accounts: readonly string[],
  count: number,
): Promise<unknown> =>
  client.query(
    `insert into trades (user_id, account_id, position_id, first_ticket, id, symbol, name, side, volume, open_volume,
       opened_ms, closed_ms, opened_at, closed_at, open_price, close_price, stop_loss, take_profit,
       gross, swap, commission, fee, net, pips, magic, comment, deal_tickets, session)
     select $1, ($2::uuid[])[1 + n % 2], n, n, gen_random_uuid(), s.name, s.name, case when n % 3 = 0 then 'sell' else 'buy' end,
       0.1, 0, o.ms, c.ms, to_timestamp(o.ms / 1000.0), to_timestamp(c.ms / 1000.0),
       1.1, 1.1 + m.net / 10000, 1.09, 1.13, m.net, 0, -0.7, 0, m.net - 0.7, m.net, n % 11, 'EA ' || n % 11,
       array[n * 2, n * 2 + 1], (array['asian', 'london', 'overlap', 'new-york', 'asian'])[1 + n % 5]
     from generate_series(1, ${count}) n
     cross join lateral (select (array['EURUSD', 'GBPUSD', 'XAUUSD', 'USDJPY', 'US500'])[1 + (n * 7) % 5] as name) s
     cross join lateral (select (extract(epoch from now()) * 1000)::bigint - (${count} - n)::bigint * 630000 as ms) o
     cross join lateral (select case when n % 1000 = 0 then null else o.ms + (n::bigint * 37) % 5000000 end as ms) c
     cross join lateral (select round((n::bigint * 7919 % 20011 - 9000) / 100.0, 2) as net) m`,
    [userId, accounts],
  );

/** The deals that these trades were made of, behind a deposit on each account. */
export async function addDeals(client: pg.Client, { userId }: BenchUser): Promise<void> {
  const columns = `user_id, account_id, ticket, order_ticket, position_id, server_ms, done_at, type, entry, reason, magic,
    symbol, volume, price, profit, swap, commission, fee, comment, external_id`;
  await client.query(
    `insert into deals (${columns})
     select user_id, account_id, 0, 0, 0, min(opened_ms) - 1, min(opened_at) - interval '1 ms', 2, 0, 0, 0, '', 0, 0,
       10000000, 0, 0, 0, '', '' from trades where user_id = $1 group by 1, 2`,
    [userId],
  );
  await client.query(
    `insert into deals (${columns})
     select user_id, account_id, deal_tickets[1], 0, position_id, opened_ms, opened_at, (side = 'sell')::int, 0, 3, magic,
       symbol, volume, open_price, 0, 0, commission, 0, comment, '' from trades where user_id = $1
     union all
     select user_id, account_id, deal_tickets[2], 0, position_id, closed_ms, closed_at, (side = 'buy')::int, 1, 3, magic,
       symbol, volume, close_price, gross, 0, 0, 0, comment, '' from trades where user_id = $1 and closed_at is not null`,
    [userId],
  );
}

/** Somebody with two accounts and so many trades between them, and the database's owner's door to them. */
export async function withTrades<T>(
  { db, address }: Installation,
  count: number,
  work: (client: pg.Client, user: BenchUser) => Promise<T>,
): Promise<T> {
  const [user] = await addPeople(db, 1);
  if (user === undefined) throw new Error('There is nobody.');
  const accounts = [await newAccount(db, user.userId, 'One'), await newAccount(db, user.userId, 'Two')];
  const client = new pg.Client({ ...address, user: 'postgres' });
  await client.connect();
  try {
    await addTrades(client, user, accounts, count);
    return await work(client, user);
  } finally {
    await client.end();
  }
}
