import type { JournalFigure } from '../domain/stats/journal-figure.js';

/** What a figure of the journal is called, and what it is made of (metrics.md §2). */
export const journalWords: Readonly<Record<JournalFigure, { label: string; formula: string }>> = {
  trades: { label: 'Trades', formula: 'closed trades, flat to flat' },
  wins: { label: 'Won', formula: 'trades with a net above zero' },
  losses: { label: 'Lost', formula: 'trades with a net below zero' },
  breakeven: { label: 'Even', formula: 'trades with a net of zero; MetaTrader counts them as won' },
  winRate: { label: 'Win rate', formula: 'won ÷ all trades' },
  net: { label: 'Net result', formula: 'gross + commission + swap + fees' },
  gross: { label: 'Gross result', formula: 'profit before commission, swap and fees' },
  commission: { label: 'Commission', formula: 'sum, as the broker signs it' },
  swap: { label: 'Swap', formula: 'sum, as the broker signs it' },
  fee: { label: 'Fees', formula: 'sum, as the broker signs it' },
  profitFactor: { label: 'Profit factor', formula: 'net of winners ÷ net of losers' },
  expectancy: { label: 'Expectancy', formula: 'net ÷ trades' },
  averageWin: { label: 'Average win', formula: 'net of winners ÷ winners' },
  averageLoss: { label: 'Average loss', formula: 'net of losers ÷ losers' },
  payoff: { label: 'Payoff ratio', formula: 'average win ÷ average loss' },
  expectancyR: {
    label: 'Expectancy in R',
    formula: 'mean of net ÷ risk, of trades whose first order had a stop',
  },
  sqn: { label: 'SQN', formula: '√(trades, at most 100) × mean R ÷ deviation of R' },
  kelly: { label: 'Kelly share', formula: 'win rate − (1 − win rate) ÷ payoff; it sizes nothing here' },
  maxDrawdown: { label: 'Max drawdown', formula: 'largest fall of the summed net from its peak' },
  maxDrawdownPct: {
    label: 'Max drawdown, %',
    formula: 'largest fall of time-weighted growth from its peak; deposits do not hide it',
  },
  recoveryFactor: { label: 'Recovery factor', formula: 'net ÷ max drawdown' },
  sharpeDaily: {
    label: 'Sharpe, daily',
    formula: 'mean ÷ deviation of daily returns × √252 (√365 for coins); idle weekdays count as 0',
  },
  sortino: { label: 'Sortino', formula: 'mean of daily returns × √252 ÷ root mean square of the days lost' },
  calmar: { label: 'Calmar', formula: 'CAGR ÷ max drawdown in %' },
  cagr: { label: 'CAGR', formula: '(1 + TWR)^(365.25 ÷ days) − 1' },
  twr: {
    label: 'Growth (TWR)',
    formula: 'each net ÷ balance at its opening, multiplied; deposits and withdrawals do not count',
  },
  absoluteGain: { label: 'Absolute gain', formula: 'net ÷ all deposits' },
  xirr: {
    label: 'XIRR',
    formula: 'yearly rate that explains deposits, withdrawals and the balance at the end',
  },
  riskOfRuin: {
    label: 'Risk of ruin',
    formula: 'share of 1 000 drawn paths of 250 trades that fall 30 % from their peak (fixed seed)',
  },
  bestTrade: { label: 'Best trade', formula: 'largest net' },
  worstTrade: { label: 'Worst trade', formula: 'smallest net' },
  longestWinStreak: { label: 'Longest run of wins', formula: 'most winners in a row, by time of closing' },
  longestLossStreak: { label: 'Longest run of losses', formula: 'most losers in a row, by time of closing' },
  currentStreak: { label: 'Streak', formula: 'winners (+) or losers (−) in a row at the end' },
  averageHoldingSeconds: { label: 'Average time held', formula: 'close − open, mean' },
};
