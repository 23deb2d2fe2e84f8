import { decimalMarkOf, decimalOf, type DecimalMark } from '../figures-text.js';
import { isZero, negated, signOf, sumOf } from '../decimal-text.js';
import type { ListField, ListRecord } from './trade-field.js';

const numeric: readonly ListField[] = [
  'volume',
  'openPrice',
  'closePrice',
  'stopLoss',
  'takeProfit',
  'commission',
  'swap',
  'fee',
  'profit',
  'net',
  'cumulative',
];

const nothing = /^(|-+|[–—]|n\/?a|null|none|nan)$/i;

/** "$(12.50)" has its sign outside of the brackets, "2.00 Lots" and "12 USD" a word behind the figure. */
const bare = (text: string): string =>
  text
    .replace(/^([$€£¥])\s*\(/, '($1')
    .replace(/(?<=\d)\s*(?:\p{L}{3,9}\.?)$/u, '')
    .trim();

/** One point proves nothing that is not taken for granted. */
const isTelling = (text: string): boolean =>
  text.includes(',') || text.indexOf('.') !== text.lastIndexOf('.');

function* tellingTexts(records: readonly ListRecord[]): Generator<string> {
  for (const { texts } of records)
    for (const field of numeric) for (const text of texts[field] ?? []) if (isTelling(text)) yield bare(text);
}

/** The mark before the decimals in all of a list, by those numbers that prove one. */
export const markOf = (records: readonly ListRecord[]): DecimalMark =>
  decimalMarkOf(tellingTexts(records)) ?? '.';

/** null: nothing stands there · undefined: something that is no number */
export type Amount = string | null | undefined;

const plain = /^(?:-?[1-9]\d*|0)(?:\.\d+)?$/;

const amountOf = (text: string, mark: DecimalMark): Amount => {
  if (mark === '.' && plain.test(text)) return text;
  const figure = bare(text);
  return nothing.test(figure) ? null : (decimalOf(figure, mark) ?? undefined);
};

/** The number of a field; where it has several columns, their sum. */
export const numberOf = (record: ListRecord, field: ListField, mark: DecimalMark): Amount => {
  const texts = record.texts[field] ?? [];
  if (texts.length === 1) return amountOf(texts[0] ?? '', mark);
  const amounts = texts.map((text) => amountOf(text, mark));
  const known: string[] = [];
  for (const amount of amounts) {
    if (amount === undefined) return undefined;
    if (amount !== null) known.push(amount);
  }
  return known.length === 0 ? null : sumOf(known);
};

/** A level of zero is none. */
export const levelOf = (amount: Amount): string | null =>
  amount === undefined || amount === null || isZero(amount) ? null : amount;

/** Where a list writes costs without a sign, as what was paid: all of them above zero, or at it. */
export const areCostsPositive = (
  records: readonly ListRecord[],
  field: ListField,
  mark: DecimalMark,
): boolean => {
  const signs = records.map((record) => signOf(numberOf(record, field, mark) ?? '0'));
  return signs.includes(1) && !signs.includes(-1);
};

export const costOf = (amount: string | null, isPositive: boolean): string | null =>
  amount !== null && isPositive ? negated(amount) : amount;
