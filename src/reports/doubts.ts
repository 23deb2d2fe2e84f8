import type { MetatraderFigure } from '../domain/metatrader/figure.js';
import type { ComparedTotal } from './totals.js';

/** Figures of which a difference says nothing, with the reason. */
export type Doubts = Partial<Record<MetatraderFigure, string>>;

/** MetaTrader's correlation differs from the published formula where trades are few. */
const enoughForCorrelation = 100;

const each = (names: readonly MetatraderFigure[], reason: string): Doubts =>
  Object.fromEntries(names.map((name) => [name, reason]));

const ofFalls: readonly MetatraderFigure[] = [
  'balanceDrawdownAbsolute',
  'balanceDrawdownMaximal',
  'balanceDrawdownMaximalPct',
  'balanceDrawdownRelative',
  'balanceDrawdownRelativePct',
  'recoveryFactor',
];

const ofOpening: readonly MetatraderFigure[] = [
  'balanceDrawdownMaximalPct',
  'balanceDrawdownRelative',
  'balanceDrawdownRelativePct',
  'sharpe',
  'ahpr',
  'ghpr',
  'balance',
];

const ofCents: readonly MetatraderFigure[] = [
  'grossProfit',
  'grossLoss',
  'profitFactor',
  'shortWon',
  'longWon',
  'profitTrades',
  'lossTrades',
  'largestProfit',
  'largestLoss',
  'averageProfit',
  'averageLoss',
  'maxConsecutiveWins',
  'maxConsecutiveWinsMoney',
  'maxConsecutiveLosses',
  'maxConsecutiveLossesMoney',
  'maximalConsecutiveProfit',
  'maximalConsecutiveProfitCount',
  'maximalConsecutiveLoss',
  'maximalConsecutiveLossCount',
  'averageConsecutiveWins',
  'averageConsecutiveLosses',
];

/** MetaTrader 4's tester adds up profits with all their decimals: a loss of a part of a cent is a loss there. */
export const testerDoubts = each(ofCents, 'the tester counts parts of a cent, which the file does not show');

interface Doubtful {
  trades: number;
  hasWithdrawal: boolean;
  /** why the balance before the first deal is not sure; null: it is */
  windowReason: string | null;
}

export const doubtsOf = ({ trades, hasWithdrawal, windowReason }: Doubtful): Doubts => ({
  ...(trades < enoughForCorrelation
    ? each(['lrCorrelation'], 'MetaTrader reckons it in a way of its own where trades are few')
    : {}),
  ...(hasWithdrawal
    ? each(ofFalls, 'money was taken out, and what MetaTrader makes of that is not published')
    : {}),
  ...(windowReason === null ? {} : each(ofOpening, windowReason)),
});

/** The same totals, with a difference that says nothing as unknown. */
export const withDoubts = (totals: readonly ComparedTotal[], doubts: Doubts): ComparedTotal[] =>
  totals.map((total) => {
    const reason = doubts[total.name];
    return total.equal === false && reason !== undefined ? { ...total, equal: null, reason } : total;
  });
