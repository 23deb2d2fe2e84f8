import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Trade } from '../domain/trade.js';
import { fromMinor } from '../lib/money.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';

/** A trade with what is derived for its row. */
export interface TradeToStore extends Trade {
  /** the symbol without the broker's suffixes */
  name: string;
  openedAt: Date;
  closedAt: Date | null;
  pips: number | null;
}

/** The id that pages use: made from the trade's key, so that a rebuild from the same deals keeps it. */
export const tradeId = (accountId: string, trade: Pick<Trade, 'positionId' | 'firstTicket'>): string => {
  const hex = createHash('sha256')
    .update(`${accountId} ${trade.positionId} ${trade.firstTicket}`)
    .digest('hex');
  // Marked as version 8, the one that RFC 9562 leaves to its maker.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const batchSize = 5_000;

/**
 * Puts these trades in the place of all trades of these positions. The ids of those that are closed now and were not
 * before (new ones included).
 */
export async function replaceTrades(
  tx: Tx,
  owner: OwnedAccount,
  {
    positions,
    trades,
    digits,
  }: { positions: ReadonlySet<string>; trades: readonly TradeToStore[]; digits: number },
): Promise<Set<string>> {
  const { userId, accountId } = owner;
  const { rows: before } = await sql<{ id: string; is_closed: boolean }>`
    delete from trades
    where user_id = ${userId} and account_id = ${accountId}
      and position_id = any(${[...positions]}::bigint[])
    returning id, closed_at is not null as is_closed`.execute(tx);
  for (let start = 0; start < trades.length; start += batchSize)
    await insertTrades(tx, owner, trades.slice(start, start + batchSize), digits);
  const closedBefore = new Set(before.filter((row) => row.is_closed).map((row) => row.id));
  const closedNow = trades.filter((trade) => trade.closedMs !== null).map((t) => tradeId(accountId, t));
  return new Set(closedNow.filter((id) => !closedBefore.has(id)));
}

async function insertTrades(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  batch: readonly TradeToStore[],
  digits: number,
): Promise<void> {
  const money = (pick: (trade: Trade) => number): string[] =>
    batch.map((trade) => fromMinor(pick(trade), digits));
  await sql`
    insert into trades (user_id, account_id, position_id, first_ticket, id, symbol, name, side, volume, open_volume,
      opened_ms, closed_ms, opened_at, closed_at, open_price, close_price, stop_loss, take_profit, gross, swap,
      commission, fee, net, pips, magic, comment, open_reason, close_reason, closed_by, deal_tickets, flags)
    select ${userId}::uuid, ${accountId}::uuid, i.position_id, i.first_ticket, i.id, i.symbol, i.name, i.side,
      i.volume, i.open_volume, i.opened_ms, i.closed_ms, i.opened_at, i.closed_at, i.open_price, i.close_price,
      i.stop_loss, i.take_profit, i.gross, i.swap, i.commission, i.fee, i.net, i.pips, i.magic, i.comment,
      i.open_reason, i.close_reason, i.closed_by, i.deal_tickets::bigint[], i.flags::text[]
    from unnest(
      ${batch.map((t) => t.positionId)}::bigint[], ${batch.map((t) => t.firstTicket)}::bigint[],
      ${batch.map((t) => tradeId(accountId, t))}::uuid[], ${batch.map((t) => t.symbol)}::text[],
      ${batch.map((t) => t.name)}::text[], ${batch.map((t) => t.side)}::text[],
      ${batch.map((t) => t.volume)}::numeric[], ${batch.map((t) => t.openVolume)}::numeric[],
      ${batch.map((t) => t.openedMs)}::bigint[], ${batch.map((t) => t.closedMs)}::bigint[],
      ${batch.map((t) => t.openedAt.toISOString())}::timestamptz[],
      ${batch.map((t) => t.closedAt?.toISOString() ?? null)}::timestamptz[],
      ${batch.map((t) => t.openPrice)}::numeric[], ${batch.map((t) => t.closePrice)}::numeric[],
      ${batch.map((t) => t.stopLoss)}::numeric[], ${batch.map((t) => t.takeProfit)}::numeric[],
      ${money((t) => t.gross)}::numeric[], ${money((t) => t.swap)}::numeric[],
      ${money((t) => t.commission)}::numeric[], ${money((t) => t.fee)}::numeric[],
      ${money((t) => t.net)}::numeric[], ${batch.map((t) => t.pips)}::numeric[],
      ${batch.map((t) => t.magic)}::numeric[], ${batch.map((t) => t.comment)}::text[],
      ${batch.map((t) => t.openReason)}::smallint[], ${batch.map((t) => t.closeReason)}::smallint[],
      ${batch.map((t) => t.closedBy)}::bigint[], ${batch.map((t) => `{${t.dealTickets.join(',')}}`)}::text[],
      ${batch.map((t) => `{${t.flags.join(',')}}`)}::text[]
    ) as i (position_id, first_ticket, id, symbol, name, side, volume, open_volume, opened_ms, closed_ms, opened_at,
      closed_at, open_price, close_price, stop_loss, take_profit, gross, swap, commission, fee, net, pips, magic,
      comment, open_reason, close_reason, closed_by, deal_tickets, flags)`.execute(tx);
}
