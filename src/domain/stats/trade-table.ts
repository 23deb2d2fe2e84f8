import type { Mark } from '../expert.js';
import { countUntil } from './balance.js';
import { Coder, type Coded } from './coded.js';
import { mergedRows } from './merge.js';
import { noColumns, type TradeColumns } from './trade-columns.js';

const numbers = [
  'openedMs',
  'closedMs',
  'nets',
  'grosses',
  'commissions',
  'swaps',
  'fees',
  'rs',
  'volumes',
  'pips',
  'balances',
] as const;
const words = [
  'accounts',
  'names',
  'symbols',
  'sides',
  'magics',
  'comments',
  'experts',
  'sessions',
  'sources',
] as const;
type Numbers = (typeof numbers)[number];
type Words = (typeof words)[number];

/** Closed trades with all that they are filtered and grouped by; a word that is not known is ''. */
export interface TradeTable extends TradeColumns, Record<Words, Coded>, Record<Numbers, Float64Array> {
  ids: string[];
  /** what the accounts held when each was opened, as `groundedBook` finds it; 0 before */
  balances: Float64Array;
  /** the number of each trade's position within its book */
  positions: Int32Array;
}

/** Some rows of a table, in the order in which they are named. */
export function pickTrades(table: TradeTable, rows: Int32Array): TradeTable {
  const picked: TradeTable = { ...table, ids: new Array<string>(rows.length).fill('') };
  for (let at = 0; at < rows.length; at += 1) picked.ids[at] = table.ids[rows[at] ?? 0] ?? '';
  picked.positions = pickCodes(table.positions, rows);
  for (const name of numbers) picked[name] = pickNumbers(table[name], rows);
  for (const name of words)
    picked[name] = { words: table[name].words, codes: pickCodes(table[name].codes, rows) };
  return picked;
}

const pickNumbers = (from: Float64Array, rows: Int32Array): Float64Array => {
  const to = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) to[at] = from[rows[at] ?? 0] ?? 0;
  return to;
};

const pickCodes = (from: Int32Array, rows: Int32Array): Int32Array => {
  const to = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) to[at] = from[rows[at] ?? 0] ?? 0;
  return to;
};

/**
 * The trades of several tables, in the order of their closing; of one instant those of the first table come first.
 * `positionCounts`: how many positions the book of each has.
 */
export function joinTrades(tables: readonly TradeTable[], positionCounts: readonly number[]): TradeTable {
  const joined = concatenated(tables, positionCounts);
  return pickTrades(
    joined,
    mergedRows(
      joined.closedMs,
      tables.map(({ ids }) => ids.length),
    ),
  );
}

function concatenated(tables: readonly TradeTable[], positionCounts: readonly number[]): TradeTable {
  const count = tables.reduce((sum, { ids }) => sum + ids.length, 0);
  const all = noTrades(count);
  all.ids = tables.flatMap(({ ids }) => ids);
  for (const name of numbers) {
    let at = 0;
    for (const table of tables) {
      all[name].set(table[name], at);
      at += table[name].length;
    }
  }
  let [start, base] = [0, 0];
  tables.forEach(({ positions }, index) => {
    all.positions.set(
      positions.map((position) => position + base),
      start,
    );
    start += positions.length;
    base += positionCounts[index] ?? 0;
  });
  for (const name of words)
    all[name] = joinWords(
      tables.map((table) => table[name]),
      count,
    );
  return all;
}

function joinWords(columns: readonly Coded[], count: number): Coded {
  const coder = new Coder();
  const codes = new Int32Array(count);
  let start = 0;
  for (const column of columns) {
    const own = Int32Array.from(column.words, (word) => coder.codeOf(word));
    for (let at = 0; at < column.codes.length; at += 1) codes[start + at] = own[column.codes[at] ?? 0] ?? 0;
    start += column.codes.length;
  }
  return { codes, words: coder.words };
}

export const noTrades = (count = 0): TradeTable => {
  const coded = (): Coded => ({ codes: new Int32Array(count), words: [] });
  return {
    ...noColumns(count),
    ...{ volumes: new Float64Array(count), pips: new Float64Array(count).fill(Number.NaN), ids: [] },
    balances: new Float64Array(count),
    positions: new Int32Array(count),
    ...{ accounts: coded(), names: coded(), symbols: coded(), sides: coded(), magics: coded() },
    ...{ comments: coded(), experts: coded(), sessions: coded(), sources: coded() },
  };
};

/** The trades of one account that closed before an instant, and others behind them. */
export function appendTrades(before: TradeTable, untilMs: number, behind: TradeTable): TradeTable {
  const kept = countUntil(before.closedMs, untilMs - 1e-3);
  const rows = Int32Array.from({ length: kept }, (_, row) => row);
  return concatenated([pickTrades(before, rows), behind], [0, 0]);
}

/** The same with the name of each trade's expert; each pair of magic number and comment is looked at once. */
export function withExperts(trades: TradeTable, nameOf: (mark: Mark) => string): TradeTable {
  const { magics, comments } = trades;
  const coder = new Coder();
  const known = new Map<number, number>();
  const codes = new Int32Array(magics.codes.length);
  for (let at = 0; at < codes.length; at += 1) {
    const magic = magics.codes[at] ?? 0;
    const comment = comments.codes[at] ?? 0;
    const pair = magic * comments.words.length + comment;
    let code = known.get(pair);
    if (code === undefined) {
      code = coder.codeOf(
        nameOf({ magic: magics.words[magic] ?? '0', comment: comments.words[comment] ?? '' }),
      );
      known.set(pair, code);
    }
    codes[at] = code;
  }
  return { ...trades, experts: { codes, words: coder.words } };
}
