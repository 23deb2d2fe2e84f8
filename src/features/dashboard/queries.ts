import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Category, Side, Verdict } from '../../data/schema-trading.js';

/** How an account stands beyond its own row. */
export interface Standing {
  account_id: string;
  verdict: Verdict | null;
  difference: string | null;
  /** what its trades that closed today came to */
  closed_net: string;
  closed_count: number;
  open_count: number;
}

/** For each of a user's accounts: how its ledger was reconciled, and what closed since `since`. */
export const standings = async (
  tx: Tx,
  userId: string,
  since: Date,
): Promise<ReadonlyMap<string, Standing>> => {
  const { rows } = await sql<Standing>`
    select a.id as account_id, r.verdict, r.difference, coalesce(t.net, 0) as closed_net,
      coalesce(t.count, 0) as closed_count,
      (select count(*)::int from positions p where p.user_id = a.user_id and p.account_id = a.id) as open_count
    from accounts a
    left join reconciliations r on r.user_id = a.user_id and r.account_id = a.id
    left join (
      select account_id, sum(net) as net, count(*)::int as count from trades
      where user_id = ${userId} and closed_at >= ${since} group by account_id
    ) t on t.account_id = a.id
    where a.user_id = ${userId}`.execute(tx);
  return new Map(rows.map((row) => [row.account_id, row]));
};

export interface LastTrade {
  id: string;
  account_id: string;
  label: string;
  category: Category;
  currency: string | null;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  pips: string | null;
  opened_at: Date;
  closed_at: Date | null;
  close_reason: number | null;
  comment: string;
}

const lastColumns = [
  't.id',
  't.account_id',
  'a.label',
  'a.category',
  'a.currency',
  't.symbol',
  't.side',
  't.volume',
  't.net',
  't.pips',
  't.opened_at',
  't.closed_at',
  't.close_reason',
  't.comment',
] as const;

const tradesWithAccounts = (tx: Tx, userId: string) =>
  tx
    .selectFrom('trades as t')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.user_id', '=', 't.user_id').onRef('a.id', '=', 't.account_id'),
    )
    .where('t.user_id', '=', userId)
    .where('t.closed_at', 'is not', null)
    .select(lastColumns);

/** The trades of these accounts that closed last. */
export const lastClosed = (
  tx: Tx,
  userId: string,
  { accounts, limit }: { accounts: readonly string[]; limit: number },
): Promise<LastTrade[]> =>
  tradesWithAccounts(tx, userId)
    .where(sql<boolean>`t.account_id = any(${[...accounts]}::uuid[])`)
    .orderBy('t.closed_at', 'desc')
    .orderBy('t.id')
    .limit(limit)
    .execute();

export interface ClosedNet {
  account_id: string;
  net: string;
  closed_at: Date;
}

/** Nets of the trades of these accounts that closed in [from, to), in the order in which results are counted. */
export const closedNets = async (
  tx: Tx,
  userId: string,
  { accounts, from, to }: { accounts: readonly string[]; from: Date; to: Date },
): Promise<ClosedNet[]> => {
  const { rows } = await sql<ClosedNet>`
    select account_id, net, closed_at from trades
    where user_id = ${userId} and account_id = any(${[...accounts]}::uuid[])
      and closed_at >= ${from} and closed_at < ${to}
    order by closed_at, deal_tickets[array_upper(deal_tickets, 1)]`.execute(tx);
  return rows;
};

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

/** What the shared candles say of some symbols. `dayStart`: when the present server day began. */
export const quotes = async (
  tx: Tx,
  names: readonly string[],
  { dayStart }: { dayStart: Date },
): Promise<Quote[]> => {
  const { rows } = await sql<Quote>`
    select n.name, h.closes[array_upper(h.closes, 1)] as price, d.close as day_close,
      coalesce(h.closes, '{}') as closes, i.digits
    from unnest(${[...names]}::text[]) as n (name)
    left join lateral (
      select array_agg(close::text order by opened_at) as closes from (
        select close, opened_at from candles
        where name = n.name and timeframe = 'H1' order by opened_at desc limit 24) last
    ) h on true
    left join lateral (
      select close::text from candles
      where name = n.name and timeframe = 'D1' and opened_at < ${dayStart} order by opened_at desc limit 1
    ) d on true
    left join lateral (
      select max(digits)::int as digits from instruments where name = n.name
    ) i on true
    order by n.name`.execute(tx);
  return rows;
};

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
