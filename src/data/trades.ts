import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Trade } from '../domain/trade.js';
import { fromMinor } from '../lib/money.js';
import { batches, named, unnested, type Column } from './batch.js';
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
  for (const batch of batches(trades)) await insertTrades(tx, owner, batch, digits);
  const closedBefore = new Set(before.filter((row) => row.is_closed).map((row) => row.id));
  const closedNow = trades.filter((trade) => trade.closedMs !== null).map((t) => tradeId(accountId, t));
  return new Set(closedNow.filter((id) => !closedBefore.has(id)));
}

const tradeColumns = (accountId: string, digits: number): Column<TradeToStore>[] => [
  { name: 'position_id', type: 'bigint', of: (t) => t.positionId },
  { name: 'first_ticket', type: 'bigint', of: (t) => t.firstTicket },
  { name: 'id', type: 'uuid', of: (t) => tradeId(accountId, t) },
  { name: 'symbol', type: 'text', of: (t) => t.symbol },
  { name: 'name', type: 'text', of: (t) => t.name },
  { name: 'side', type: 'text', of: (t) => t.side },
  { name: 'volume', type: 'numeric', of: (t) => t.volume },
  { name: 'open_volume', type: 'numeric', of: (t) => t.openVolume },
  { name: 'opened_ms', type: 'bigint', of: (t) => t.openedMs },
  { name: 'closed_ms', type: 'bigint', of: (t) => t.closedMs },
  { name: 'opened_at', type: 'timestamptz', of: (t) => t.openedAt.toISOString() },
  { name: 'closed_at', type: 'timestamptz', of: (t) => t.closedAt?.toISOString() ?? null },
  { name: 'open_price', type: 'numeric', of: (t) => t.openPrice },
  { name: 'close_price', type: 'numeric', of: (t) => t.closePrice },
  { name: 'stop_loss', type: 'numeric', of: (t) => t.stopLoss },
  { name: 'take_profit', type: 'numeric', of: (t) => t.takeProfit },
  { name: 'gross', type: 'numeric', of: (t) => fromMinor(t.gross, digits) },
  { name: 'swap', type: 'numeric', of: (t) => fromMinor(t.swap, digits) },
  { name: 'commission', type: 'numeric', of: (t) => fromMinor(t.commission, digits) },
  { name: 'fee', type: 'numeric', of: (t) => fromMinor(t.fee, digits) },
  { name: 'net', type: 'numeric', of: (t) => fromMinor(t.net, digits) },
  { name: 'pips', type: 'numeric', of: (t) => t.pips },
  { name: 'magic', type: 'numeric', of: (t) => t.magic },
  { name: 'comment', type: 'text', of: (t) => t.comment },
  { name: 'open_reason', type: 'smallint', of: (t) => t.openReason },
  { name: 'close_reason', type: 'smallint', of: (t) => t.closeReason },
  { name: 'closed_by', type: 'bigint', of: (t) => t.closedBy },
];

/** `unnest` takes arrays of arrays apart to the last element, so these travel as the text that PostgreSQL reads. */
const listColumns: readonly Column<TradeToStore>[] = [
  { name: 'deal_tickets', type: 'text', of: (t) => `{${t.dealTickets.join(',')}}` },
  { name: 'flags', type: 'text', of: (t) => `{${t.flags.join(',')}}` },
];

async function insertTrades(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  batch: readonly TradeToStore[],
  digits: number,
): Promise<void> {
  const columns = tradeColumns(accountId, digits);
  const all = [...columns, ...listColumns];
  await sql`
    insert into trades (user_id, account_id, ${named(all)})
    select ${userId}::uuid, ${accountId}::uuid, ${named(columns)}, deal_tickets::bigint[], flags::text[]
    from ${unnested(all, batch)} as i (${named(all)})`.execute(tx);
}
