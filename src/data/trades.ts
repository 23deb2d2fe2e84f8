import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { sessionAt, type Session, type Windows } from '../domain/sessions.js';
import type { Trade } from '../domain/trade.js';
import { fromMinor } from '../lib/money.js';
import { batches, named, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { followTrades } from './journal-follow.js';

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
  const hex = hash('sha256', `${accountId} ${trade.positionId} ${trade.firstTicket}`, 'hex');
  // Marked as version 8, the one that RFC 9562 leaves to its maker.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

interface Addition {
  trades: readonly TradeToStore[];
  digits: number;
  /** when the places of the sessions trade, as the owner has it */
  windows: Windows;
}

interface Replacement extends Addition {
  positions: ReadonlySet<string>;
}

const withIds = (accountId: string, trades: readonly TradeToStore[]): Row[] =>
  trades.map((trade) => ({ id: tradeId(accountId, trade), ...trade }));

const inserting = (
  { userId, accountId }: OwnedAccount,
  rows: readonly Row[],
  { digits, windows }: Pick<Addition, 'digits' | 'windows'>,
) => {
  const columns = tradeColumns(digits, windows);
  const inserts = [...batches(rows)].map(
    (batch) => sql`
      insert into trades (user_id, account_id, ${named(columns)})
      select ${userId}::uuid, ${accountId}::uuid, ${unnested(columns, batch)}`,
  );
  return async (tx: Tx): Promise<void> => {
    for (const insert of inserts) await insert.execute(tx);
  };
};

/** Makes ready to add trades of positions that have none. */
export const tradesAdded = (owner: OwnedAccount, addition: Addition): ((tx: Tx) => Promise<void>) =>
  inserting(owner, withIds(owner.accountId, addition.trades), addition);

/**
 * Makes ready to put these trades in the place of all trades of these positions. When it is done it says the ids of
 * those that are closed now and were not before (new ones included).
 */
export function tradesReplaced(
  { userId, accountId }: OwnedAccount,
  { positions, trades, ...more }: Replacement,
): (tx: Tx) => Promise<Set<string>> {
  const rows = withIds(accountId, trades);
  const insert = inserting({ userId, accountId }, rows, more);
  const closedNow = rows.filter((row) => row.closedMs !== null).map(({ id }) => id);
  return async (tx) => {
    const { rows: before } = await sql<{ id: string; is_closed: boolean }>`
      delete from trades
      where user_id = ${userId} and account_id = ${accountId}
        and position_id = any(${[...positions]}::bigint[])
      returning id, closed_at is not null as is_closed`.execute(tx);
    await insert(tx);
    await followTrades(tx, { userId, accountId }, positions);
    const closedBefore = new Set(before.filter((row) => row.is_closed).map(({ id }) => id));
    return new Set(closedNow.filter((id) => !closedBefore.has(id)));
  };
}

export const replaceTrades = (tx: Tx, owner: OwnedAccount, what: Replacement): Promise<Set<string>> =>
  tradesReplaced(owner, what)(tx);

const sessionOf = ({ openedAt, flags }: TradeToStore, windows: Windows): Session | null =>
  flags.includes('orphan') ? null : sessionAt(openedAt.getTime(), windows);

/** A trade with its id. */
type Row = TradeToStore & { id: string };

const tradeColumns = (digits: number, windows: Windows): Column<Row>[] => [
  { name: 'position_id', type: 'bigint', of: (t) => t.positionId },
  { name: 'first_ticket', type: 'bigint', of: (t) => t.firstTicket },
  { name: 'id', type: 'uuid', of: (t) => t.id },
  { name: 'symbol', type: 'text', of: (t) => t.symbol },
  { name: 'name', type: 'text', of: (t) => t.name },
  { name: 'side', type: 'text', of: (t) => t.side },
  { name: 'volume', type: 'numeric', of: (t) => t.volume },
  { name: 'open_volume', type: 'numeric', of: (t) => t.openVolume },
  { name: 'opened_ms', type: 'bigint', of: (t) => t.openedMs },
  { name: 'closed_ms', type: 'bigint', of: (t) => t.closedMs },
  { name: 'opened_at', type: 'instant', of: (t) => t.openedAt.getTime() },
  { name: 'closed_at', type: 'instant', of: (t) => t.closedAt?.getTime() ?? null },
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
  { name: 'deal_tickets', type: 'bigint[]', of: (t) => `{${t.dealTickets.join(',')}}` },
  { name: 'flags', type: 'text[]', of: (t) => `{${t.flags.join(',')}}` },
  { name: 'session', type: 'word', of: (t) => sessionOf(t, windows) },
  { name: 'source', type: 'text', of: (t) => t.source },
];
