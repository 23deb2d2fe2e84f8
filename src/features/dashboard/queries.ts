import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Category, Side } from '../../data/schema-trading.js';

export interface ClosedToday {
  account_id: string;
  net: string;
  count: number;
}

/** What each account's trades that closed since `since` came to. */
export const closedSince = (tx: Tx, userId: string, since: Date): Promise<ClosedToday[]> =>
  tx
    .selectFrom('trades')
    .where('user_id', '=', userId)
    .where('closed_at', '>=', since)
    .groupBy('account_id')
    .select(['account_id', sql<string>`sum(net)`.as('net'), sql<number>`count(*)::int`.as('count')])
    .execute();

export interface BoardPosition {
  account_id: string;
  position_id: string;
  symbol: string;
  name: string;
  side: Side;
  volume: string;
  open_price: string;
  current_price: string;
  stop_loss: string | null;
  take_profit: string | null;
  swap: string;
  profit: string;
  pips: string | null;
  magic: string;
  comment: string;
  opened_at: Date;
  digits: number | null;
}

/** All open positions of a user, the oldest first, with the digits of their prices where they are known. */
export const openPositions = (tx: Tx, userId: string): Promise<BoardPosition[]> =>
  tx
    .selectFrom('positions as p')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.user_id', '=', 'p.user_id').onRef('a.id', '=', 'p.account_id'),
    )
    .leftJoin('instruments as i', (join) =>
      join.onRef('i.server', '=', 'a.server').onRef('i.symbol', '=', 'p.symbol'),
    )
    .where('p.user_id', '=', userId)
    .select([
      'p.account_id',
      'p.position_id',
      'p.symbol',
      'p.name',
      'p.side',
      'p.volume',
      'p.open_price',
      'p.current_price',
      'p.stop_loss',
      'p.take_profit',
      'p.swap',
      'p.profit',
      'p.pips',
      'p.magic',
      'p.comment',
      'p.opened_at',
      'i.digits',
    ])
    .orderBy('p.opened_at')
    .orderBy('p.position_id')
    .execute();

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
