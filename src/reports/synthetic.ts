import { createHash } from 'node:crypto';
import { dealEntry, dealType } from '../domain/deal.js';
import { canonical, difference, sumOf } from './decimal-text.js';
import type { ReportCash, ReportDeal, ReportPosition } from './report.js';

/** A deal made of a row of a list, for sources that list no deals. Its ticket is negative, as no broker's is. */
export interface SyntheticDeal extends ReportDeal {
  positionId: string;
  isSynthetic: true;
}

const range = 2n ** 62n;
const highestId = 2n ** 63n - 1n;

/** 62 bits of a digest, counted from 1: with the sign and the bit that tells entries, 64. */
const numberOf = (kind: string, key: string): bigint =>
  (createHash('sha256').update(`${kind} ${key}`).digest().readBigUInt64BE() >> 2n) + 1n;

/** Entries lie below exits: within the same second, a position is opened before it is closed. */
const entryTicket = (key: string): string => String(-range - numberOf('entry', key));
const lateTicket = (kind: string, key: string): string => String(-numberOf(kind, key));

const openKey = ({ symbol, side, openedMs, openPrice }: ReportPosition): string =>
  JSON.stringify([symbol, side, openedMs, canonical(openPrice)]);

const identityOf = (position: ReportPosition): string =>
  JSON.stringify([
    position.ticket ?? position.positionId,
    openKey(position),
    canonical(position.volume),
    position.closedMs,
    position.closePrice === null ? null : canonical(position.closePrice),
  ]);

/**
 * What an entry is known by before and after its row is closed: the volume is left out, for what is left of a partly
 * closed position comes under the number of the position or under one of its own.
 */
const entryKey = (position: ReportPosition): string =>
  position.positionId === null
    ? identityOf(position)
    : JSON.stringify(
        position.ticket === undefined ? [position.positionId, openKey(position)] : [position.ticket],
      );

/** What was closed first stands first, and what is open last. */
const contentOf = (row: ReportPosition | ReportCash): string =>
  JSON.stringify([('closedMs' in row && row.closedMs) || 9e15, { ...row, row: 0 }]);

const grouped = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return groups;
};

/** Each row with its key and its number among those of the same key, which their order in the file does not change. */
const numbered = <T extends ReportPosition | ReportCash>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): Map<T, string> => {
  const keys = new Map<T, string>();
  for (const [key, alike] of grouped(rows, keyOf)) {
    if (alike.length > 1) alike.sort((a, b) => (contentOf(a) < contentOf(b) ? -1 : 1));
    alike.forEach((row, index) => keys.set(row, `${key} ${index}`));
  }
  return keys;
};

/** Negative ones come from RawJournal's own files, which had them from here. */
const isNumber = (id: string): boolean =>
  /^-?[1-9]\d{0,18}$/.test(id) && BigInt(id) <= highestId && BigInt(id) >= -highestId;

const positionIdOf = ({ positionId }: ReportPosition, key: string): string => {
  if (positionId === null) return lateTicket('position', key);
  return isNumber(positionId) ? positionId : lateTicket('id', positionId);
};

const profitOf = ({ profit, net, swap, commission, fee, row }: ReportPosition): string => {
  if (profit !== null) return profit;
  if (net === null) throw new RangeError(`The closed position of row ${row} has neither a profit nor a net.`);
  return difference(net, sumOf([swap, commission, fee]));
};

const dealOf = (position: ReportPosition, positionId: string): Omit<SyntheticDeal, 'ticket' | 'timeMs'> => ({
  row: position.row,
  order: '0',
  positionId,
  type: position.side === 'buy' ? dealType.buy : dealType.sell,
  entry: dealEntry.in,
  reason: null,
  magic: position.magic,
  symbol: position.symbol,
  volume: position.volume,
  price: position.openPrice,
  // Of an open one that has partly been closed, only its own file says what came of that.
  profit: (position.closedMs === null ? position.profit : null) ?? '0',
  swap: (position.closedMs === null && position.profit !== null ? position.swap : null) ?? '0',
  // All costs of a closed position stand with its exit; an open one has paid those of its entry.
  commission: position.closedMs === null ? (position.commission ?? '0') : '0',
  fee: position.closedMs === null ? (position.fee ?? '0') : '0',
  comment: position.comment,
  isSynthetic: true,
});

const exitOf = (position: ReportPosition, positionId: string, key: string): SyntheticDeal | null => {
  const { closedMs, closePrice } = position;
  if (closedMs === null) return null;
  return {
    ...dealOf(position, positionId),
    ticket: lateTicket('exit', key),
    timeMs: closedMs,
    type: position.side === 'buy' ? dealType.sell : dealType.buy,
    entry: dealEntry.out,
    reason: position.closeReason,
    price: closePrice ?? position.openPrice,
    profit: profitOf(position),
    swap: position.swap ?? '0',
    commission: position.commission ?? '0',
    fee: position.fee ?? '0',
  };
};

const entryOf = (position: ReportPosition, positionId: string, ticket: string): SyntheticDeal => ({
  ...dealOf(position, positionId),
  ticket,
  timeMs: position.openedMs,
});

const turnKey = (positionId: string, side: string, ms: number | null): string =>
  JSON.stringify([positionId, side, ms]);

/** By the side, position and moment of a close: the ticket of its exit. */
const exitsOf = (keys: ReadonlyMap<ReportPosition, string>): Map<string, string> => {
  const exits = new Map<string, string>();
  for (const [{ positionId, side, openedMs, closedMs }, key] of keys)
    if (positionId !== null && closedMs !== null && closedMs !== openedMs)
      exits.set(turnKey(positionId, side, closedMs), lateTicket('exit', key));
  return exits;
};

/** Where a position was turned in one moment, the side before was closed first. */
const ticketOf = (
  { positionId, side, openedMs }: ReportPosition,
  key: string,
  closes: ReadonlyMap<string, string>,
): string => {
  const before = closes.get(turnKey(positionId ?? '', side === 'buy' ? 'sell' : 'buy', openedMs));
  return before === undefined ? entryTicket(key) : String(BigInt(before) + 1n);
};

const cashKey = ({ ticket, timeMs, type, amount, comment }: ReportCash): string =>
  JSON.stringify(ticket === null ? [timeMs, type, canonical(amount), comment] : [ticket]);

const cashDeal = (cash: ReportCash, key: string): SyntheticDeal => ({
  row: cash.row,
  ticket: lateTicket('cash', key),
  order: '0',
  positionId: '0',
  timeMs: cash.timeMs,
  type: cash.type,
  entry: dealEntry.in,
  reason: null,
  magic: null,
  symbol: '',
  volume: '0',
  price: '0',
  profit: cash.amount,
  swap: '0',
  commission: '0',
  fee: '0',
  comment: cash.comment,
  isSynthetic: true,
});

/**
 * The deals that rows of closed and open positions stand for: an entry for each row, and an exit with all of its money
 * for each that is closed. Tickets, and the numbers of positions that have none or one that is no broker's, come from
 * what a row says, so that the same row gives the same ones in any file and any order. Where a row gives only its net,
 * that becomes its profit, less the costs listed. `areTrades`: each row is a way from flat to flat, of which one position can
 * have several. Throws a RangeError for a closed position without any result.
 */
export const syntheticDeals = (
  positions: readonly ReportPosition[],
  cash: readonly ReportCash[],
  { areTrades = false } = {},
): SyntheticDeal[] => {
  const entryKeys = numbered(positions, entryKey);
  const deals: SyntheticDeal[] = [];
  const exits: SyntheticDeal[] = [];
  const keys = numbered(positions, identityOf);
  const closes = areTrades ? exitsOf(keys) : new Map<string, string>();
  for (const [position, key] of keys) {
    const positionId = positionIdOf(position, key);
    const ticket = ticketOf(position, entryKeys.get(position) ?? key, closes);
    deals.push(entryOf(position, positionId, ticket));
    const exit = exitOf(position, positionId, key);
    if (exit !== null) exits.push(exit);
  }
  for (const exit of exits) deals.push(exit);
  for (const [row, key] of numbered(cash, cashKey)) deals.push(cashDeal(row, key));
  return deals.sort((a, b) => a.timeMs - b.timeMs);
};
