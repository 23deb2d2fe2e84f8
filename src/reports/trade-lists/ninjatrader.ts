import { difference, isZero, sumOf } from '../decimal-text.js';
import type { DecimalMark } from '../figures-text.js';
import { markOf, numberOf } from './list-numbers.js';
import { type ListField, type ListRecord, textOf } from './trade-field.js';

type Money = Partial<Record<ListField, string>>;

const figures = (record: ListRecord, mark: DecimalMark): Money => {
  const money: Money = {};
  for (const field of [
    'profit',
    'cumulative',
    'commission',
    'fee',
    'openPrice',
    'closePrice',
    'volume',
  ] as const) {
    const amount = numberOf(record, field, mark);
    if (typeof amount === 'string') money[field] = amount;
  }
  return money;
};

const costs = ({ commission, fee }: Money): string => sumOf([commission ?? null, fee ?? null]);

/** What a contract earns for a whole point, were this the result before costs, has few decimals: 5, 12.5, 0.001. */
const isRound = (result: string, { openPrice, closePrice, volume }: Money): boolean => {
  const point = Number(result) / ((Number(closePrice) - Number(openPrice)) * Number(volume));
  return Number.isFinite(point) && Math.abs(point * 1000 - Math.round(point * 1000)) < 1e-4;
};

/** By the column of sums: from one trade to the next it grows by what is left after costs. */
const isNetBySums = (rows: readonly Money[]): boolean | null => {
  let before = '0';
  let [net, gross] = [0, 0];
  for (const row of rows) {
    if (row.profit === undefined || row.cumulative === undefined) return null;
    const grown = difference(row.cumulative, before);
    before = row.cumulative;
    if (isZero(costs(row))) continue;
    if (isZero(difference(grown, row.profit))) net += 1;
    if (isZero(difference(difference(row.profit, costs(row)), grown))) gross += 1;
  }
  return net === gross ? null : net > gross;
};

const isNetByPoints = (rows: readonly Money[]): boolean => {
  let [net, gross] = [0, 0];
  for (const row of rows) {
    if (row.profit === undefined || isZero(costs(row))) continue;
    if (isRound(row.profit, row)) gross += 1;
    if (isRound(sumOf([row.profit, costs(row)]), row)) net += 1;
  }
  return net >= gross;
};

const asNet = (record: ListRecord): ListRecord => ({
  row: record.row,
  texts: { ...record.texts, net: record.texts.profit ?? [], profit: [] },
});

/**
 * NinjaTrader's profit is before or after costs, as its settings have it. The column of sums tells which, or else the
 * points of the contracts; where nothing does it is after costs, as NinjaTrader itself defines it.
 */
export const settledResults = (records: ListRecord[]): ListRecord[] => {
  const listed = records.filter((record) => textOf(record, 'symbol') !== '');
  const mark = markOf(listed);
  const rows = listed.map((record) => figures(record, mark));
  return (isNetBySums(rows) ?? isNetByPoints(rows)) ? listed.map(asNet) : listed;
};
