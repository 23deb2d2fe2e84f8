import type { Tx } from '../data/database.js';
import { wordsOfTrades, writtenWords, type WrittenWord } from '../data/trade-labels.js';
import { bucketsOf, type Bucket } from '../domain/stats/breakdown.js';
import { Coder } from '../domain/stats/coded.js';
import { dimensions, partedBy, type Dimension } from '../domain/stats/dimension.js';
import { pickTrades, type TradeTable } from '../domain/stats/trade-table.js';
import type { Chosen } from './chosen.js';

/** All that trades can be parted by: what they are, and what their owner wrote of them. */
export const partings = [...dimensions, ...writtenWords] as const;
export type Parting = (typeof partings)[number];

export const isWritten = (by: Parting): by is WrittenWord => writtenWords.some((word) => word === by);

export interface Part {
  /** the word of the bucket as filters take it; '' for trades that have none */
  key: string;
  bucket: Bucket;
}

/** Trades by words that their owner gave them: one with two is in both of their buckets, one without a word in the bucket ''. */
export function partsByWords(trades: TradeTable, words: ReadonlyMap<string, string[]>): Part[] {
  const coder = new Coder();
  const rows: number[] = [];
  const codes: number[] = [];
  trades.ids.forEach((id, row) => {
    for (const word of words.get(id) ?? ['']) {
      rows.push(row);
      codes.push(coder.codeOf(word));
    }
  });
  const repeated = pickTrades(trades, Int32Array.from(rows));
  const buckets = bucketsOf(repeated, Int32Array.from(codes), coder.words.length);
  return buckets.map((bucket, code) => ({ key: coder.words[code] ?? '', bucket }));
}

const byDimension = (trades: TradeTable, by: Dimension, timeZone: string): Part[] => {
  const { codes, words } = partedBy(trades, by, timeZone);
  return bucketsOf(trades, codes, words.length).map((bucket, code) => ({ key: words[code] ?? '', bucket }));
};

/** Buckets that have trades, in the order of their dimension. */
export async function partsOf(
  tx: Tx,
  userId: string,
  { trades, ground }: Chosen,
  by: Parting,
): Promise<Part[]> {
  const parts = isWritten(by)
    ? partsByWords(trades, await wordsOfTrades(tx, userId, by))
    : byDimension(trades, by, ground.timeZone);
  return parts.filter(({ bucket }) => bucket.n > 0);
}
