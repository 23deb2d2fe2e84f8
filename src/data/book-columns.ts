import { dealType } from '../domain/deal.js';
import { roleOf } from '../domain/metatrader/columns.js';
import type { Book } from '../domain/stats/book.js';
import { Coder, type Coded } from '../domain/stats/coded.js';
import { noDeals, type DealTable } from '../domain/stats/deal-table.js';
import { noTrades, type TradeTable } from '../domain/stats/trade-table.js';
import { toMinor } from '../lib/money.js';
import type { DealRowColumns, TradeRowColumns } from './book-rows.js';

/** Positions of an account by their ids, numbered from 0 on as they are met. */
export type PositionNumbers = Map<string, number>;

const numberOf = (positions: PositionNumbers, id: string): number => {
  const known = positions.get(id);
  if (known !== undefined) return known;
  positions.set(id, positions.size);
  return positions.size - 1;
};

const coded = (column: readonly (string | null)[]): Coded => {
  const coder = new Coder();
  const codes = new Int32Array(column.length);
  for (let at = 0; at < codes.length; at += 1) codes[at] = coder.codeOf(column[at] ?? '');
  return { codes, words: coder.words };
};

const always = (word: string, count: number): Coded => ({ codes: new Int32Array(count), words: [word] });
/** (`Float64Array.from` goes by way of an iterator, and takes ten times as long.) */
function numbersOf<T>(column: readonly T[], numberOf: (value: T | undefined) => number): Float64Array {
  const numbers = new Float64Array(column.length);
  for (let at = 0; at < numbers.length; at += 1) numbers[at] = numberOf(column[at]);
  return numbers;
}
const known = (column: readonly (number | null)[]): Float64Array =>
  numbersOf(column, (value) => value ?? Number.NaN);
const toMs = (column: readonly number[]): Float64Array =>
  numbersOf(column, (seconds = 0) => Math.round(seconds * 1000));

interface Of {
  accountId: string;
  /** of the account's currency */
  digits: number;
  positions: PositionNumbers;
}

export function tradeTable(rows: TradeRowColumns, { accountId, digits, positions }: Of): TradeTable {
  const count = rows.id.length;
  const minor = (column: readonly number[]): Float64Array =>
    numbersOf(column, (amount = 0) => toMinor(amount, digits));
  const [nets, commissions, swaps, fees] = [rows.net, rows.commission, rows.swap, rows.fee].map(minor);
  const table: TradeTable = {
    ...noTrades(count),
    ...{ ids: rows.id, accounts: always(accountId, count) },
    positions: Int32Array.from(rows.position, (id) => numberOf(positions, id)),
    ...{ openedMs: toMs(rows.opened), closedMs: toMs(rows.closed) },
    ...{ rs: known(rows.r), volumes: known(rows.volume), pips: known(rows.pips) },
    ...{ names: coded(rows.name), symbols: coded(rows.symbol), sides: coded(rows.side) },
    ...{ magics: coded(rows.magic), comments: coded(rows.comment), sessions: coded(rows.session) },
    sources: coded(rows.source),
  };
  Object.assign(table, { nets, commissions, swaps, fees });
  // A trade's gross is what is left of its net without its costs.
  table.grosses = table.nets.map(
    (net, at) => net - (table.commissions[at] ?? 0) - (table.swaps[at] ?? 0) - (table.fees[at] ?? 0),
  );
  return table;
}

export function dealTable(rows: DealRowColumns, { digits, positions }: Of): DealTable {
  const count = rows.done.length;
  const table = noDeals(count);
  table.atMs = toMs(rows.done);
  for (let at = 0; at < count; at += 1) {
    const [type, net, id] = [
      rows.type[at] ?? 0,
      toMinor(rows.net[at] ?? 0, digits),
      rows.position[at] ?? '0',
    ];
    table.nets[at] = net;
    table.roles[at] = roleOf({ type, entry: rows.entry[at] ?? 0, net });
    table.credits[at] = type === dealType.credit ? 1 : 0;
    table.positions[at] = id === '0' ? -1 : numberOf(positions, id);
  }
  return table;
}

/** About so many bytes of memory: typed arrays, ids, and the numbers of positions. */
export const bytesOf = ({ trades, deals, positionCount }: Book): number =>
  trades.ids.length * 250 + deals.nets.length * 24 + positionCount * 100;
