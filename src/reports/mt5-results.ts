import type { MetatraderFigure } from '../domain/metatrader/figure.js';
import { decimalOf } from './figures-text.js';
import { isFigure, type Pair } from './mt5-pairs.js';
import type { PrintedFigure } from './report.js';

/** What a value names: the number before brackets, and the one in them. */
type Names = readonly [MetatraderFigure | null, (MetatraderFigure | null)?];

const drawdownMaximal: Names = ['balanceDrawdownMaximal', 'balanceDrawdownMaximalPct'];
const drawdownRelative: Names = ['balanceDrawdownRelativePct', 'balanceDrawdownRelative'];

/** The block from the number of trades on, which history and tester reports share. */
const trades: readonly (readonly [string, Names])[] = [
  ['profit trades (% of total)', ['profitTrades']],
  ['loss trades (% of total)', ['lossTrades']],
  ['largest profit trade', ['largestProfit']],
  ['largest loss trade', ['largestLoss']],
  ['average profit trade', ['averageProfit']],
  ['average loss trade', ['averageLoss']],
  ['maximum consecutive wins ($)', ['maxConsecutiveWins', 'maxConsecutiveWinsMoney']],
  ['maximum consecutive losses ($)', ['maxConsecutiveLosses', 'maxConsecutiveLossesMoney']],
  ['maximal consecutive profit (count)', ['maximalConsecutiveProfit', 'maximalConsecutiveProfitCount']],
  ['maximal consecutive loss (count)', ['maximalConsecutiveLoss', 'maximalConsecutiveLossCount']],
  ['average consecutive wins', ['averageConsecutiveWins']],
  ['average consecutive losses', ['averageConsecutiveLosses']],
];

const english: ReadonlyMap<string, Names> = new Map([
  ...trades,
  ['balance', ['balance']],
  ['total net profit', ['netProfit']],
  ['gross profit', ['grossProfit']],
  ['gross loss', ['grossLoss']],
  ['profit factor', ['profitFactor']],
  ['expected payoff', ['expectedPayoff']],
  ['recovery factor', ['recoveryFactor']],
  ['sharpe ratio', ['sharpe']],
  ['balance drawdown absolute', ['balanceDrawdownAbsolute']],
  ['balance drawdown maximal', drawdownMaximal],
  ['balance drawdown relative', drawdownRelative],
  ['total trades', ['totalTrades']],
  ['short trades (won %)', ['shortTrades', 'shortWon']],
  ['long trades (won %)', ['longTrades', 'longWon']],
  ['ahpr', ['ahpr']],
  ['ghpr', ['ghpr']],
  ['z-score', ['zScore']],
  ['lr correlation', ['lrCorrelation']],
  ['lr standard error', ['lrStandardError']],
]);

// Fewer than these may be words that a translation happens to share.
const enough = 10;

/** Where figures stand in a history report, counted from the relative drawdown, which alone is "1.2% (34.56)". */
const historyPlaces: ReadonlyMap<number, Names> = new Map<number, Names>([
  [-16, ['balance']],
  [-9, ['netProfit']],
  [-8, ['grossProfit']],
  [-7, ['grossLoss']],
  [-6, ['profitFactor']],
  [-5, ['expectedPayoff']],
  [-4, ['recoveryFactor']],
  [-3, ['sharpe']],
  [-2, ['balanceDrawdownAbsolute']],
  [-1, drawdownMaximal],
  [0, drawdownRelative],
]);

/** The same in a tester's report, which prints drawdowns of equity between. */
const testerPlaces: ReadonlyMap<number, Names> = new Map<number, Names>([
  [-7, ['netProfit']],
  [-6, ['balanceDrawdownAbsolute']],
  [-4, ['grossProfit']],
  [-3, drawdownMaximal],
  [-1, ['grossLoss']],
  [0, drawdownRelative],
  [2, ['profitFactor']],
  [3, ['expectedPayoff']],
  [5, ['recoveryFactor']],
  [6, ['sharpe']],
  [7, ['zScore']],
  [8, ['ahpr']],
  [9, ['lrCorrelation']],
  [11, ['ghpr']],
  [12, ['lrStandardError']],
]);

const isPercentFirst = ({ value }: Pair): boolean => /%\s*\(.*\)$/.test(value);
const isShare = (pair: Pair | undefined): boolean => /^[^()%]*\([^()]*%\)$/.test(pair?.value ?? '');

/** The relative drawdown's place, or -1. */
const anchorOf = (pairs: readonly Pair[]): number => pairs.findIndex(isPercentFirst);

/** The number of trades stands before four shares in a row, among which a tester puts the number of deals. */
const tradesAt = (pairs: readonly Pair[], from: number): number => {
  for (let at = from; at < pairs.length; at++)
    if (isShare(pairs[at]) && isShare(pairs[at + 1]) && isFigure(pairs[at - 1]?.value ?? '')) return at - 1;
  return -1;
};

const placesOfTrades = (pairs: readonly Pair[], at: number): Map<number, Names> => {
  const shift = isShare(pairs[at + 3]) ? 3 : 4;
  return new Map<number, Names>([
    [at, ['totalTrades']],
    [at + 1, ['shortTrades', 'shortWon']],
    [at + 2, ['longTrades', 'longWon']],
    ...trades.map(([, names], index): [number, Names] => [at + shift + index, names]),
  ]);
};

const byPlace = (pairs: readonly Pair[], isTester: boolean): Map<number, Names> => {
  const anchor = anchorOf(pairs);
  if (anchor < 0) return new Map();
  const places = new Map<number, Names>();
  for (const [place, names] of isTester ? testerPlaces : historyPlaces) places.set(anchor + place, names);
  const at = tradesAt(pairs, anchor + (isTester ? 13 : 1));
  return at < 0 ? places : new Map([...places, ...placesOfTrades(pairs, at)]);
};

const byName = (pairs: readonly Pair[]): Map<number, Names> => {
  const places = new Map<number, Names>();
  for (const [place, { name }] of pairs.entries()) {
    const names = english.get(name.toLowerCase());
    if (names !== undefined) places.set(place, names);
  }
  return places;
};

const numberOf = (text: string | undefined): string | null =>
  text === undefined ? null : decimalOf(text.replace(/%/g, '').trim());

const figuresOf = (value: string, [before, inside]: Names): PrintedFigure[] => {
  const [, first, second] = /^([^()]*)(?:\((.*)\))?$/.exec(value) ?? [];
  const figures: PrintedFigure[] = [];
  for (const [name, text] of [
    [before, first],
    [inside, second],
  ] as const) {
    const number = numberOf(text);
    if (name !== null && name !== undefined && number !== null) figures.push({ name, value: number });
  }
  return figures;
};

/**
 * The figures of a block of results under their names: by their English labels, or, in any other language, by the
 * places that they keep from the relative drawdown and from the number of trades on.
 */
export const printedFiguresOf = (all: readonly Pair[], isTester: boolean): PrintedFigure[] => {
  const pairs = all.filter(({ value }) => value !== '');
  const named = byName(pairs);
  const places = named.size >= enough ? named : byPlace(pairs, isTester);
  const figures = new Map<MetatraderFigure, PrintedFigure>();
  for (const [place, names] of places)
    for (const figure of figuresOf(pairs[place]?.value ?? '', names))
      if (!figures.has(figure.name)) figures.set(figure.name, figure);
  return [...figures.values()];
};
