import type { MetatraderFigure } from '../domain/metatrader/figure.js';
import { negated, signOf } from './decimal-text.js';
import { decimalOf } from './figures-text.js';
import type { PrintedFigure } from './report.js';
import type { Row } from './rows.js';

export interface LabelledValue {
  name: string;
  value: string;
}

/** What stands behind each label of a row: labels end with a colon, in every language. */
export const labelledValues = ({ cells }: Row): LabelledValue[] =>
  cells.flatMap(({ text }, index) => {
    const value = cells[index + 1]?.text.trim() ?? '';
    const isLabel = text.trim().endsWith(':') && value !== '' && !value.endsWith(':');
    return isLabel ? [{ name: text.trim().slice(0, -1).trim(), value }] : [];
  });

type Part = MetatraderFigure | null;

/** A value holds one figure, or two as in "55 969 (27.96%)"; null is a figure that is not of MetaTrader 5. */
type Parts = readonly [Part, Part?];

/** The summary in the order in which all statements print it, and behind it the details that only some have. */
const summary: readonly Parts[] = [
  [null],
  [null],
  ['netProfit'],
  [null],
  [null],
  ['balance'],
  [null],
  [null],
];
const details: readonly Parts[] = [
  ['grossProfit'],
  ['grossLoss'],
  [null],
  ['profitFactor'],
  ['expectedPayoff'],
  ['balanceDrawdownAbsolute'],
  ['balanceDrawdownMaximal', 'balanceDrawdownMaximalPct'],
  ['balanceDrawdownRelativePct', 'balanceDrawdownRelative'],
  ['totalTrades'],
  ['shortTrades', 'shortWon'],
  ['longTrades', 'longWon'],
  ['profitTrades'],
  ['lossTrades'],
  ['largestProfit'],
  ['largestLoss'],
  ['averageProfit'],
  ['averageLoss'],
  ['maxConsecutiveWins', 'maxConsecutiveWinsMoney'],
  ['maxConsecutiveLosses', 'maxConsecutiveLossesMoney'],
  ['maximalConsecutiveProfit', 'maximalConsecutiveProfitCount'],
  ['maximalConsecutiveLoss', 'maximalConsecutiveLossCount'],
  ['averageConsecutiveWins'],
  ['averageConsecutiveLosses'],
];

const figure = (text: string | undefined): string | null =>
  text === undefined ? null : decimalOf(text.replace('%', ''));

/** Both halves of "22 (16 909)"; the second is null where there is none. */
const halves = (value: string): [string | null, string | null] => {
  const [, first, second] = /^([^()]+?)\s*(?:\(([^()]+)\))?$/.exec(value.trim()) ?? [];
  return [figure(first), figure(second)];
};

/** A statement prints the gross loss without its sign, a report of MetaTrader 5 with it. */
const signed = (name: MetatraderFigure, value: string): string =>
  name === 'grossLoss' && signOf(value) > 0 ? negated(value) : value;

const figuresOf = ({ value }: LabelledValue, parts: Parts): PrintedFigure[] => {
  const values = halves(value);
  return parts.flatMap((name, index) => {
    const found = values[index] ?? null;
    return name === null || name === undefined || found === null
      ? []
      : [{ name, value: signed(name, found) }];
  });
};

const isDrawdown = ({ name }: PrintedFigure): boolean => name.startsWith('balanceDrawdown');

/**
 * The figures that a statement prints, by their places. Its drawdowns start from the first deposit and leave out all
 * later ones: they are MetaTrader 5's only where there is just one (`hasOneDeposit`).
 */
export const summaryFigures = (
  values: readonly LabelledValue[],
  { hasOneDeposit }: { hasOneDeposit: boolean },
): PrintedFigure[] =>
  values
    .flatMap((value, index) => figuresOf(value, [...summary, ...details][index] ?? [null]))
    .filter((found) => hasOneDeposit || !isDrawdown(found));

const isResult = ({ name }: LabelledValue): boolean => name !== '';

/** Between the deposit and its results the tester prints the spread of the test. */
const testerParts: readonly Parts[] = [[null], ['netProfit'], ...details.slice(0, 2), ...details.slice(3)];

/** The figures of a tester's results, by their places; its drawdowns are those of the equity, not of the balance. */
export const testerFigures = (values: readonly LabelledValue[]): PrintedFigure[] =>
  values
    .filter(isResult)
    .flatMap((value, index) => figuresOf(value, testerParts[index] ?? [null]))
    .filter((found) => !isDrawdown(found));
