import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Side, Verdict } from '../../data/schema-trading.js';

/** What of an account is open, and what has closed. */
export interface Standing {
  account_id: string;
  closed_net: string;
  closed_count: number;
  open_count: number;
}

/** For each of a user's accounts: what is open in it, and what closed since `since`. */
export const standings = async (
  tx: Tx,
  userId: string,
  since: Date,
): Promise<ReadonlyMap<string, Standing>> => {
  const { rows } = await sql<Standing>`
    select a.id as account_id, coalesce(t.net, 0) as closed_net, coalesce(t.count, 0) as closed_count,
      (select count(*)::int from positions p where p.user_id = a.user_id and p.account_id = a.id) as open_count
    from accounts a
    left join (
      select account_id, sum(net) as net, count(*)::int as count from trades
      where user_id = ${userId} and closed_at >= ${since} group by account_id
    ) t on t.account_id = a.id
    where a.user_id = ${userId}`.execute(tx);
  return new Map(rows.map((row) => [row.account_id, row]));
};

export interface Ledger {
  verdict: Verdict;
  difference: string;
}

export interface ClosedTrade {
  id: string;
  account_id: string;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  opened_ms: number;
  closed_ms: number;
  close_reason: number | null;
}

/** Account, net, and when it closed. */
export type ClosedNet = readonly [accountId: string, net: string, closedMs: number];

export interface Quote {
  name: string;
  /** the latest close of the shared candles; null: none are there */
  price: string | null;
  /** close of the last finished day of the server */
  day_close: string | null;
  /** closes of the last 24 hourly candles, the oldest first */
  closes: string[];
  digits: number | null;
}

/** What the board shows beyond accounts and positions, of all accounts of a user. */
export interface Lists {
  /** by account: how it was reconciled */
  ledgers: Readonly<Record<string, Ledger>>;
  /** by account: what its trades that closed today came to, where any did */
  today: Readonly<Record<string, string>>;
  /** of each account those that closed last */
  closed: readonly ClosedTrade[];
  /** of two months, in the order in which results are counted */
  nets: readonly ClosedNet[];
  /** of the symbols held */
  quotes: readonly Quote[];
}

const ms = (column: string): RawBuilder<number> =>
  sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

const ledgers = (userId: string) => sql`
  select json_object_agg(account_id, json_build_object('verdict', verdict, 'difference', difference::text))
  from reconciliations where user_id = ${userId}`;

const closedSince = (userId: string, since: Date) => sql`
  select json_object_agg(account_id, net) from (
    select account_id, sum(net)::text as net from trades
    where user_id = ${userId} and closed_at >= ${since} group by account_id) t`;

/** So many trades that closed last are shown. */
export const shownClosed = 8;

/** Account by account, so that each finds its own in the index. */
const closedLast = (userId: string) => sql`
  select json_agg(last) from accounts a cross join lateral (
    select t.id, t.account_id, t.symbol, t.side, t.volume::text, t.net::text, ${ms('t.opened_at')} as opened_ms,
      ${ms('t.closed_at')} as closed_ms, t.close_reason
    from trades t where t.user_id = a.user_id and t.account_id = a.id and t.closed_at is not null
    order by t.closed_at desc, t.id limit ${shownClosed}) last
  where a.user_id = ${userId}`;

const netsWithin = (userId: string, { from, to }: { from: Date; to: Date }) => sql`
  select json_agg(json_build_array(account_id, net::text, ${ms('closed_at')})
    order by closed_at, deal_tickets[array_upper(deal_tickets, 1)])
  from trades where user_id = ${userId} and closed_at >= ${from} and closed_at < ${to}`;

const quotesOfHeld = (userId: string, dayStart: Date) => sql`
  select json_agg(quote) from (
    select held.name, hours.closes[array_upper(hours.closes, 1)] as price, day.close as day_close,
      coalesce(hours.closes, '{}') as closes,
      (select max(digits)::int from instruments where name = held.name) as digits
    from (select distinct name from positions where user_id = ${userId}) held
    left join lateral (
      select array_agg(close::text order by opened_at) as closes from (
        select close, opened_at from candles
        where name = held.name and timeframe = 'H1' order by opened_at desc limit 24) last
    ) hours on true
    left join lateral (
      select close::text from candles
      where name = held.name and timeframe = 'D1' and opened_at < ${dayStart} order by opened_at desc limit 1
    ) day on true) quote`;

/** `today` and `dayStart`: when the user's own day and that of the servers began; from, to: two months. */
export interface Moments {
  today: Date;
  dayStart: Date;
  from: Date;
  to: Date;
}

/** All of them in one question. */
export async function readLists(tx: Tx, userId: string, moments: Moments): Promise<Lists> {
  const { rows } = await sql<Lists>`
    select
      coalesce((${ledgers(userId)}), '{}') as ledgers,
      coalesce((${closedSince(userId, moments.today)}), '{}') as today,
      coalesce((${closedLast(userId)}), '[]') as closed,
      coalesce((${netsWithin(userId, moments)}), '[]') as nets,
      coalesce((${quotesOfHeld(userId, moments.dayStart)}), '[]') as quotes`.execute(tx);
  return rows[0] ?? { ledgers: {}, today: {}, closed: [], nets: [], quotes: [] };
}

export interface DayResult {
  day: string;
  net: string;
}

/** What the balance of these accounts moved on each day (of a time zone) from `from` on, and what it was before. */
export const balanceDays = async (
  tx: Tx,
  userId: string,
  { accounts, from, timeZone }: { accounts: readonly string[]; from: Date; timeZone: string },
): Promise<{ before: string; days: DayResult[] }> => {
  const { rows } = await sql<{ day: string | null; net: string }>`
    select case when done_at < ${from} then null else to_char(done_at at time zone ${timeZone}, 'YYYY-MM-DD') end as day,
      sum(profit + swap + commission + fee)::text as net
    from deals
    where user_id = ${userId} and account_id = any(${[...accounts]}::uuid[]) and type <> 3
    group by 1 order by 1 nulls first`.execute(tx);
  return {
    before: rows.find(({ day }) => day === null)?.net ?? '0',
    days: rows.flatMap(({ day, net }) => (day === null ? [] : [{ day, net }])),
  };
};
