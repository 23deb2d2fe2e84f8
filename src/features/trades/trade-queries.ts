import { sql } from 'kysely';
import type { BrokerClock } from '../../data/brokers.js';
import type { Tx } from '../../data/database.js';
import type { TradeFilter } from '../../data/trade-filter.js';
import { inTable } from '../../data/experts.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { tradeBeside, type Place, type TradeSort } from '../../data/trade-order.js';
import { tradeColumns, type TradeRow } from '../../data/trade-rows.js';

/** One trade with what stands around it. */
export interface WholeTrade extends TradeRow {
  server: string | null;
  clock: BrokerClock | null;
  closed_by: string | null;
  /** the trade of the position that closed this one */
  closed_by_id: string | null;
  /** stops as they were seen to change, the earliest first */
  levels: { seenAt: string; stopLoss: string | null; takeProfit: string | null }[];
}

/** Which position of which account a trade is. */
export interface TradePlace {
  id: string;
  account_id: string;
  position_id: string;
  is_closed: boolean;
}

/** Of these, those that are the user's. */
export async function tradePlaces(tx: Tx, userId: string, ids: readonly string[]): Promise<TradePlace[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<TradePlace>`
    select t.id, t.account_id, t.position_id, t.closed_at is not null as is_closed
    from trades t where t.user_id = ${userId} and t.id = any(${ids}::uuid[])`.execute(tx);
  return rows;
}

export async function wholeTrade(
  tx: Tx,
  userId: string,
  id: string,
  sort: TradeSort,
): Promise<WholeTrade | undefined> {
  const { rows } = await sql<WholeTrade>`
    select ${tradeColumns(sort)}, a.server,
      (select json_build_object('rule', b.clock_rule, 'state', b.clock_state)
       from broker_servers b where b.server = a.server) as clock,
      t.closed_by,
      (select o.id from trades o
       where o.user_id = ${userId} and o.account_id = t.account_id and o.position_id = t.closed_by
       order by abs(o.closed_ms - t.closed_ms) nulls last, o.first_ticket limit 1) as closed_by_id,
      coalesce((select json_agg(json_build_object('seenAt', l.seen_at, 'stopLoss', l.stop_loss::text,
          'takeProfit', l.take_profit::text) order by l.seen_at)
        from position_levels l
        where l.user_id = ${userId} and l.account_id = t.account_id and l.position_id = t.position_id
          -- One position can be several trades, one after the other; the clocks may differ by a little.
          and l.seen_at between t.opened_at - interval '1 minute'
            and coalesce(t.closed_at, 'infinity') + interval '1 minute'), '[]') as levels
    from trades t join accounts a on a.user_id = t.user_id and a.id = t.account_id
    where t.user_id = ${userId} and t.id = ${id}`.execute(tx);
  return rows[0];
}

export interface FillRow {
  ticket: string;
  order_ticket: string;
  done_at: Date;
  server_ms: string;
  type: number;
  entry: number;
  reason: number | null;
  volume: string;
  price: string;
  profit: string;
  swap: string;
  commission: string;
  fee: string;
  comment: string;
}

/** The deals of a trade, in the order the broker did them. */
export const fillRows = (
  tx: Tx,
  userId: string,
  trade: Pick<WholeTrade, 'account_id' | 'deal_tickets'>,
): Promise<FillRow[]> =>
  tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', trade.account_id)
    .where(sql<boolean>`ticket = any(${trade.deal_tickets}::bigint[])`)
    .select([
      'ticket',
      'order_ticket',
      'done_at',
      'server_ms',
      'type',
      'entry',
      'reason',
      'volume',
      'price',
      'profit',
      'swap',
      'commission',
      'fee',
      'comment',
    ])
    .orderBy('server_ms')
    .orderBy('ticket')
    .execute();

/** The ids of the trades before and behind this one in a filtered and sorted list. */
export async function tradesBeside(
  tx: Tx,
  userId: string,
  { filter, sort, place }: { filter: TradeFilter; sort: TradeSort; place: Place },
): Promise<{ before: string | null; behind: string | null }> {
  const where = tradesWhere(userId, await inTable(tx, userId, filter));
  const { rows } = await sql<{ before: string | null; behind: string | null }>`
    select (${tradeBeside(where, sort, place, 'before')}) as before,
      (${tradeBeside(where, sort, place, 'behind')}) as behind`.execute(tx);
  return rows[0] ?? { before: null, behind: null };
}
