import { columnsOf, type DealColumns, type FigureDeal } from './columns.js';
import { type Figure, type Figures, known, missing, needsEquity, quotient } from './figure.js';
import { regressionOf } from './regression.js';
import { returnsOf } from './returns.js';
import { type Side, sidesOf } from './runs.js';
import { type Walk, walkOf } from './walk.js';
import { zScoreOf } from './z-score.js';

export interface FigureOptions {
  /** a tester's recovery factor and Sharpe ratio are made of equity, those of a history of balances */
  kind: 'history' | 'tester';
  /** balance before the first deal, in minor units; of a history that does not begin with the account */
  opening?: number;
}

type Some<Name extends keyof Figures> = Pick<Figures, Name>;

const percent = (part: number, whole: number, reason: string): Figure => quotient(100 * part, whole, reason);

const summary = ({ net, entryCosts, results, last }: Walk, wins: Side, losses: Side) => {
  const lost = losses.money + entryCosts;
  return {
    netProfit: known(net),
    grossProfit: known(wins.money),
    grossLoss: known(lost),
    profitFactor: quotient(wins.money, Math.abs(lost), 'no losses'),
    expectedPayoff: quotient(net, results.length, 'no trades'),
    averageProfit: quotient(wins.money, wins.items, 'no wins'),
    averageLoss: quotient(lost, losses.items, 'no losses'),
    balance: known(last),
  } satisfies Partial<Figures>;
};

const drawdowns = ({ drawdown, start }: Walk) => {
  const { maximal, maximalPeak, relative, relativeShare, absolute } = drawdown;
  const noPeak = 'the balance was never above zero';
  return {
    balanceDrawdownAbsolute: known(absolute),
    balanceDrawdownMaximal: known(maximal),
    balanceDrawdownMaximalPct: maximalPeak > 0 ? known((100 * maximal) / maximalPeak) : missing(noPeak),
    balanceDrawdownRelative: start > 0 || relative > 0 ? known(relative) : missing(noPeak),
    balanceDrawdownRelativePct: start > 0 || relative > 0 ? known(100 * relativeShare) : missing(noPeak),
  } satisfies Partial<Figures>;
};

const counts = ({ results, shorts, shortsWon }: Walk, wins: Side, losses: Side) => {
  const longs = results.length - shorts;
  return {
    totalTrades: known(results.length),
    shortTrades: known(shorts),
    shortWon: percent(shortsWon, shorts, 'no short trades'),
    longTrades: known(longs),
    longWon: percent(wins.items - shortsWon, longs, 'no long trades'),
    profitTrades: known(wins.items),
    lossTrades: known(losses.items),
    largestProfit: wins.items > 0 ? known(wins.largest) : missing('no wins'),
    largestLoss: losses.items > 0 ? known(losses.largest) : missing('no losses'),
  } satisfies Partial<Figures>;
};

const rounded = (items: number, runs: number, reason: string): Figure =>
  runs === 0 ? missing(reason) : known(Math.floor(items / runs + 0.5));

const runs = (wins: Side, losses: Side) =>
  ({
    maxConsecutiveWins: known(wins.longest.items),
    maxConsecutiveWinsMoney: known(wins.longest.money),
    maxConsecutiveLosses: known(losses.longest.items),
    maxConsecutiveLossesMoney: known(losses.longest.money),
    maximalConsecutiveProfit: known(wins.richest.money),
    maximalConsecutiveProfitCount: known(wins.richest.items),
    maximalConsecutiveLoss: known(losses.richest.money),
    maximalConsecutiveLossCount: known(losses.richest.items),
    averageConsecutiveWins: rounded(wins.items, wins.runs, 'no wins'),
    averageConsecutiveLosses: rounded(losses.items, losses.runs, 'no losses'),
  }) satisfies Partial<Figures>;

const line = ({ balances }: Walk): Some<'lrCorrelation' | 'lrStandardError'> => {
  const { correlation, standardError } = regressionOf(balances) ?? { correlation: null, standardError: null };
  return {
    lrCorrelation: correlation === null ? missing('no variance') : known(correlation),
    lrStandardError: standardError === null ? missing('fewer than two trades') : known(standardError),
  };
};

const ratios = (
  walk: Walk,
  kind: FigureOptions['kind'],
): Some<'ahpr' | 'ghpr' | 'sharpe' | 'recoveryFactor'> => {
  const returns = returnsOf(walk.results, walk.balances);
  if (kind === 'tester')
    return { ...returns, sharpe: missing(needsEquity), recoveryFactor: missing(needsEquity) };
  return { ...returns, recoveryFactor: quotient(walk.net, walk.drawdown.maximal, 'no drawdown') };
};

/** The figures of a history that was followed from deal to deal. */
export const figuresOfWalk = (walk: Walk, kind: FigureOptions['kind']): Figures => {
  const { wins, losses } = sidesOf(walk.results);
  return {
    ...summary(walk, wins, losses),
    ...drawdowns(walk),
    ...counts(walk, wins, losses),
    ...runs(wins, losses),
    ...ratios(walk, kind),
    ...line(walk),
    zScore: zScoreOf(wins.items, losses.items, wins.runs + losses.runs),
  };
};

/** The same from columns that are in order. */
export const figuresOfColumns = (columns: DealColumns, { kind, opening = 0 }: FigureOptions): Figures =>
  figuresOfWalk(walkOf(columns, opening), kind);

/**
 * What MetaTrader 5 prints below a history or a test, from the deals alone (metrics.md §2, exit view): one trade is one
 * exit, entry costs count into the gross loss, a trade that made nothing is a win, credit belongs to the balance.
 * Money in minor units. Throws nothing.
 */
export const figuresOf = (deals: readonly FigureDeal[], options: FigureOptions): Figures =>
  figuresOfColumns(columnsOf(deals), options);
