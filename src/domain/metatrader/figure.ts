/** Every figure of MetaTrader's own reports that is set beside ours, with what it counts. */
export const metatraderFigures = {
  netProfit: 'money',
  grossProfit: 'money',
  grossLoss: 'money',
  profitFactor: 'ratio',
  expectedPayoff: 'money',
  recoveryFactor: 'ratio',
  sharpe: 'ratio',
  balanceDrawdownAbsolute: 'money',
  balanceDrawdownMaximal: 'money',
  balanceDrawdownMaximalPct: 'percent',
  balanceDrawdownRelative: 'money',
  balanceDrawdownRelativePct: 'percent',
  totalTrades: 'count',
  shortTrades: 'count',
  shortWon: 'percent',
  longTrades: 'count',
  longWon: 'percent',
  profitTrades: 'count',
  lossTrades: 'count',
  largestProfit: 'money',
  largestLoss: 'money',
  averageProfit: 'money',
  averageLoss: 'money',
  maxConsecutiveWins: 'count',
  maxConsecutiveWinsMoney: 'money',
  maxConsecutiveLosses: 'count',
  maxConsecutiveLossesMoney: 'money',
  maximalConsecutiveProfit: 'money',
  maximalConsecutiveProfitCount: 'count',
  maximalConsecutiveLoss: 'money',
  maximalConsecutiveLossCount: 'count',
  averageConsecutiveWins: 'count',
  averageConsecutiveLosses: 'count',
  ahpr: 'ratio',
  ghpr: 'ratio',
  zScore: 'ratio',
  lrCorrelation: 'ratio',
  lrStandardError: 'money',
  balance: 'money',
} as const satisfies Record<string, 'money' | 'percent' | 'ratio' | 'count'>;
export type MetatraderFigure = keyof typeof metatraderFigures;

/** Money in minor units, which a mean divides; percents as they are printed: 7.62 is 7.62 %. */
export type Figure = { value: number; reason: null } | { value: null; reason: string };
export type Figures = Record<MetatraderFigure, Figure>;

export const known = (value: number): Figure => ({ value, reason: null });
export const missing = (reason: string): Figure => ({ value: null, reason });

/** What only the running profit of open positions tells, which no report lists. */
export const needsEquity = 'it is made of the equity, of which the report has no samples';

/** `part` over `whole`, or the reason why there is no whole. */
export const quotient = (part: number, whole: number, reason: string): Figure =>
  whole === 0 ? missing(reason) : known(part / whole);
