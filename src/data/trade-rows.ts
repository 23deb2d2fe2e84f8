import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Tx } from './database.js';
import type { Category, Side } from './schema-trading.js';
import { placeValue, tradeKeys, tradesOrder, type Stretch, type TradeSort } from './trade-order.js';

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
  /** decimals of the symbol's price; null where the broker has not said */
  digits: number | null;
  /** the value it is sorted by */
  place: string | null;
}

export const tradeColumns = (sort: TradeSort): RawBuilder<unknown> => sql`
  t.id, t.account_id, a.label as account, a.category, a.currency, a.currency_digits, t.symbol, t.name, t.side, t.volume,
  t.open_volume, t.opened_at, t.closed_at, t.opened_ms, t.closed_ms, t.open_price, t.close_price, t.stop_loss, t.take_profit,
  t.gross, t.swap, t.commission, t.fee, t.net, t.pips, t.magic::text as magic, t.comment, t.open_reason,
  t.close_reason, t.flags, ${placeValue(sort)} as place,
  (select i.digits from instruments i where i.server = a.server and i.symbol = t.symbol) as digits`;

/** Trades of a filter in order, from an offset or from behind a place on. */
export async function tradeRows(
  tx: Tx,
  userId: string,
  { where, sort, stretch }: { where: RawBuilder<SqlBool>; sort: TradeSort; stretch: Stretch },
): Promise<TradeRow[]> {
  const { rows } = await sql<TradeRow>`
    select ${tradeColumns(sort)}
    from (${tradeKeys(where, sort, stretch)}) k
    join trades t on t.user_id = ${userId} and t.id = k.id
    join accounts a on a.user_id = t.user_id and a.id = t.account_id
    order by k.rank, ${tradesOrder(sort)}
    limit ${stretch.limit}`.execute(tx);
  return rows;
}

/** Some of a user's trades by their ids, closed first first. */
export const tradesById = (tx: Tx, userId: string, ids: readonly string[]): Promise<TradeRow[]> =>
  tradeRows(tx, userId, {
    where: sql<SqlBool>`t.user_id = ${userId} and t.id = any(${[...ids]}::uuid[])`,
    sort: { key: 'closed', isDescending: false },
    stretch: { limit: ids.length },
  });
