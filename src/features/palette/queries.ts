import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../../data/database.js';
import { tradedNames } from '../../data/traded-names.js';
import type { Side } from '../../data/schema-trading.js';
import { ticketRanges } from './ticket-ranges.js';

/** Symbols that are held or were traded, by their plain names. */
export async function knownNames(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from (${tradedNames(userId)}) traded
    union select name from positions where user_id = ${userId}
    order by name`.execute(tx);
  return rows.map(({ name }) => name);
}

/** A trade as the palette names it. */
export interface NamedTrade {
  id: string;
  symbol: string;
  side: Side;
  volume: string;
  net: string;
  closed_at: Date | null;
  position_id: string;
  /** by whose ticket it was found; null: by its own number, or by its symbol */
  deal: string | null;
  account: string;
  currency: string | null;
  currency_digits: number | null;
}

const columns = sql`t.id, t.symbol, t.side, t.volume, t.net, t.closed_at, t.position_id, a.label as account, a.currency,
  a.currency_digits`;
const order = sql`closed_at desc nulls first, id`;

async function rowsOf(tx: Tx, query: RawBuilder<NamedTrade>): Promise<NamedTrade[]> {
  return (await query.execute(tx)).rows;
}

/** The trades that are open or closed last. */
export const lastTrades = (tx: Tx, userId: string, limit: number): Promise<NamedTrade[]> =>
  rowsOf(
    tx,
    sql`
    select ${columns}, null as deal
    from (select * from trades where user_id = ${userId} order by closed_at desc, id limit ${limit}) t
    join accounts a on a.user_id = ${userId} and a.id = t.account_id
    order by ${order}`,
  );

/** The last trades of the symbols in whose names this stands, whatever the case. */
export const tradesOfSymbol = (tx: Tx, userId: string, part: string, limit: number): Promise<NamedTrade[]> =>
  rowsOf(
    tx,
    sql`
    select ${columns}, null as deal
    from (${tradedNames(userId)}) n
    cross join lateral (
      select * from trades one where one.user_id = ${userId} and one.name = n.name
      order by one.closed_at desc, one.id limit ${limit}) t
    join accounts a on a.user_id = ${userId} and a.id = t.account_id
    where strpos(lower(n.name), lower(${part})) > 0
    order by ${order} limit ${limit}`,
  );

/** Trades whose position's number begins with these digits, and the one that a deal of exactly that ticket made. */
export function tradesOfTicket(tx: Tx, userId: string, digits: string, limit: number): Promise<NamedTrade[]> {
  const ranges = ticketRanges(digits);
  if (ranges.length === 0) return Promise.resolve([]);
  const [from, to] = [ranges.map((range) => range.from), ranges.map((range) => range.to)];
  return rowsOf(
    tx,
    sql`
    select * from (
      select ${columns}, null as deal
      from accounts a
      cross join unnest(${from}::bigint[], ${to}::bigint[]) r (first, last)
      cross join lateral (
        select * from trades one
        where one.user_id = ${userId} and one.account_id = a.id and one.position_id between r.first and r.last
        order by one.position_id desc limit ${limit}) t
      where a.user_id = ${userId}
      union all
      select ${columns}, d.ticket::text as deal
      from accounts a
      join deals d on d.user_id = ${userId} and d.account_id = a.id and d.ticket = ${digits}::bigint
      join trades t on t.user_id = ${userId} and t.account_id = a.id and t.position_id = d.position_id
        and d.ticket = any(t.deal_tickets)
      where a.user_id = ${userId} and d.position_id <> d.ticket) found
    order by ${order} limit ${limit}`,
  );
}
