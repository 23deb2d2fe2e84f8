import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { DealSource } from '../domain/deal.js';
import type { Session } from '../domain/sessions.js';
import type { Tx } from './database.js';
import { journalMark, type JournalMark } from './journal-mark.js';
import type { Category, Side } from './schema-trading.js';
import {
  placeValue,
  tradeKeys,
  tradePieces,
  tradesOrder,
  type Place,
  type TradeSort,
} from './trade-order.js';

/** A trade as every list needs it; numbers are decimal text. */
export interface TradeRow {
  id: string;
  account_id: string;
  account: string;
  category: Category;
  currency: string | null;
  /** decimals of the account's money; null until the broker has said */
  currency_digits: number | null;
  symbol: string;
  name: string;
  side: Side;
  volume: string;
  open_volume: string;
  opened_at: Date;
  closed_at: Date | null;
  opened_ms: string;
  closed_ms: string | null;
  open_price: string | null;
  close_price: string | null;
  stop_loss: string | null;
  take_profit: string | null;
  gross: string;
  swap: string;
  commission: string;
  fee: string;
  net: string;
  pips: string | null;
  magic: string;
  comment: string;
  open_reason: number | null;
  close_reason: number | null;
  flags: string[];
  /** of the opening; null where that is not known */
  session: Session | null;
  position_id: string;
  deal_tickets: string[];
  /** what brought it */
  source: DealSource;
  /** decimals of the symbol's price; null where the broker has not said */
  digits: number | null;
  /** what its owner wrote of it; null: nothing yet */
  journal: JournalMark | null;
  /** the value it is sorted by */
  place: string | null;
}

export const tradeColumns = (sort: TradeSort): RawBuilder<unknown> => sql`
  t.id, t.account_id, a.label as account, a.category, a.currency, a.currency_digits, t.symbol, t.name, t.side, t.volume,
  t.open_volume, t.opened_at, t.closed_at, t.opened_ms, t.closed_ms, t.open_price, t.close_price, t.stop_loss, t.take_profit,
  t.gross, t.swap, t.commission, t.fee, t.net, t.pips, t.magic::text as magic, t.comment, t.open_reason,
  t.close_reason, t.flags, t.session, t.position_id,
  t.deal_tickets::text[] as deal_tickets, t.source, ${journalMark} as journal, ${placeValue(sort)} as place,
  (select i.digits from instruments i where i.server = a.server and i.symbol = t.symbol) as digits`;

export interface Stretch {
  limit: number;
  offset?: number;
  /** the trade behind which it begins; an offset is counted from the start only */
  after?: Place | null;
}

interface Piece {
  where: RawBuilder<SqlBool>;
  sort: TradeSort;
  limit: number;
  offset: number;
}

/**
 * Each is looked up by its id: whatever the planner believes of a table that has just been filled, it does not read all
 * trades for a page of them.
 */
async function pieceRows(tx: Tx, userId: string, { where, sort, limit, offset }: Piece): Promise<TradeRow[]> {
  const { rows } = await sql<TradeRow>`
    select ${tradeColumns(sort)}
    from (${tradeKeys(where, sort, { limit, offset })}) k
    cross join lateral (select * from trades one where one.user_id = ${userId} and one.id = k.id limit 1) t
    join accounts a on a.user_id = t.user_id and a.id = t.account_id
    order by ${tradesOrder(sort)}
    limit ${limit}`.execute(tx);
  return rows;
}

async function counted(tx: Tx, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from trades t where ${where}`.execute(
    tx,
  );
  return rows[0]?.n ?? 0;
}

/** Trades of a filter in order, from an offset or from behind a place on. */
export async function tradeRows(
  tx: Tx,
  userId: string,
  { where, sort, stretch }: { where: RawBuilder<SqlBool>; sort: TradeSort; stretch: Stretch },
): Promise<TradeRow[]> {
  const { limit, after = null } = stretch;
  const rows: TradeRow[] = [];
  let offset = after === null ? (stretch.offset ?? 0) : 0;
  const pieces = tradePieces(sort, after).map((piece) => sql<SqlBool>`${where} and ${piece}`);
  for (const [at, piece] of pieces.entries()) {
    const some = await pieceRows(tx, userId, { where: piece, sort, limit: limit - rows.length, offset });
    rows.push(...some);
    if (rows.length === limit || at === pieces.length - 1) return rows;
    // Where nothing was found, all of the piece lies before the stretch.
    offset = some.length > 0 || offset === 0 ? 0 : offset - (await counted(tx, piece));
  }
  return rows;
}

/** Some of a user's trades by their ids, closed first first. */
export const tradesById = (tx: Tx, userId: string, ids: readonly string[]): Promise<TradeRow[]> =>
  tradeRows(tx, userId, {
    where: sql<SqlBool>`t.user_id = ${userId} and t.id = any(${[...ids]}::uuid[])`,
    sort: { key: 'closed', isDescending: false },
    stretch: { limit: ids.length },
  });

/** How many trades a condition on `trades t` means. */
export async function countTrades(tx: Tx, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from trades t where ${where}`.execute(
    tx,
  );
  return rows[0]?.n ?? 0;
}
