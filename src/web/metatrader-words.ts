import type { MetatraderFigure } from '../domain/metatrader/figure.js';
import type { FigureWords } from './figure-words.js';

const exits = 'exits: deals that close, each a trade to MetaTrader';
const wins = 'exits at zero or above';
const losses = 'exits below zero';

/** Figures of MetaTrader’s reports, by the names under which its terminal prints them: one item is one exit. */
export const metatraderWords: Readonly<Record<MetatraderFigure, FigureWords>> = {
  netProfit: {
    label: 'Total net profit',
    formula: 'profit + swap + commission + fees of all deals that buy or sell',
    n: exits,
    says: 'The sum of everything traded. What open positions have cost so far is in it.',
  },
  grossProfit: {
    label: 'Gross profit',
    formula: 'sum of all exits at zero or above, with their costs',
    n: wins,
    says: 'What winning exits brought together. It is not the gross of the journal, which is before costs.',
  },
  grossLoss: {
    label: 'Gross loss',
    formula: 'sum of all exits below zero, and every cost of an entry',
    n: losses,
    says: 'What losing exits cost together. The commission of entries stands here even where the trade was won.',
  },
  profitFactor: {
    label: 'Profit factor',
    formula: 'gross profit ÷ gross loss',
    n: exits,
    says: 'Above 1 something is left. It differs from the journal’s, which takes whole trades.',
  },
  expectedPayoff: {
    label: 'Expected payoff',
    formula: 'total net profit ÷ exits',
    n: exits,
    says: 'What an exit brought on average. A trade that was closed in three parts counts three times.',
  },
  recoveryFactor: {
    label: 'Recovery factor',
    formula: 'total net profit ÷ maximal drawdown of the balance; of a test, of the equity',
    n: exits,
    says: 'How many times the worst fall was earned.',
  },
  sharpe: {
    label: 'Sharpe ratio',
    formula: '(AHPR − 1) ÷ deviation of the growth of each exit; not annualised',
    n: `${exits}; at least two`,
    says: 'How steadily single exits grew the balance. Testers since build 3210 print another one, of the equity.',
  },
  balanceDrawdownAbsolute: {
    label: 'Balance drawdown absolute',
    formula: 'balance at the start − the lowest it ever was',
    n: exits,
    says: 'How far it went below what it began with; zero where it never did.',
  },
  balanceDrawdownMaximal: {
    label: 'Balance drawdown maximal',
    formula: 'largest fall in money from a peak to a later low of the balance',
    n: exits,
    says: 'The worst stretch in money. Only closed results count, not what floated.',
  },
  balanceDrawdownMaximalPct: {
    label: 'Balance drawdown maximal, %',
    formula: 'the maximal drawdown ÷ the peak that it fell from',
    n: exits,
    says: 'How large that fall was of what was there. The largest fall in per cent may be another one.',
  },
  balanceDrawdownRelative: {
    label: 'Balance drawdown relative',
    formula: 'the money of the largest fall in per cent',
    n: exits,
    says: 'It may be less money than the maximal one, from a lower peak.',
  },
  balanceDrawdownRelativePct: {
    label: 'Balance drawdown relative, %',
    formula: 'largest fall ÷ its peak',
    n: exits,
    says: 'The worst stretch by what was there at the time.',
  },
  totalTrades: {
    label: 'Total trades',
    formula: 'deals that close all or a part of a position',
    n: exits,
    says: 'More than the trades of the journal wherever positions were closed in parts.',
  },
  shortTrades: {
    label: 'Short trades',
    formula: 'exits that bought back what was sold',
    n: 'exits of short positions',
    says: 'How often it was sold first.',
  },
  shortWon: {
    label: 'Short trades won, %',
    formula: 'short exits at zero or above ÷ short exits',
    n: 'exits of short positions',
    says: 'How often shorts were not lost; zero counts as won here.',
  },
  longTrades: {
    label: 'Long trades',
    formula: 'exits that sold what was bought',
    n: 'exits of long positions',
    says: 'How often it was bought first.',
  },
  longWon: {
    label: 'Long trades won, %',
    formula: 'long exits at zero or above ÷ long exits',
    n: 'exits of long positions',
    says: 'How often longs were not lost; zero counts as won here.',
  },
  profitTrades: {
    label: 'Profit trades',
    formula: 'exits at zero or above',
    n: wins,
    says: 'MetaTrader counts a result of exactly zero as won; the journal has “even” for it.',
  },
  lossTrades: {
    label: 'Loss trades',
    formula: 'exits below zero',
    n: losses,
    says: 'The rest of the exits.',
  },
  largestProfit: {
    label: 'Largest profit trade',
    formula: 'largest result of an exit, without the cost of its entry',
    n: wins,
    says: 'The best single exit.',
  },
  largestLoss: {
    label: 'Largest loss trade',
    formula: 'smallest result of an exit, without the cost of its entry',
    n: losses,
    says: 'The worst single exit.',
  },
  averageProfit: {
    label: 'Average profit trade',
    formula: 'gross profit ÷ profit trades',
    n: wins,
    says: 'What a winning exit brought.',
  },
  averageLoss: {
    label: 'Average loss trade',
    formula: 'gross loss ÷ loss trades',
    n: losses,
    says: 'What a losing exit cost, with the costs of all entries.',
  },
  maxConsecutiveWins: {
    label: 'Maximum consecutive wins',
    formula: 'most exits at zero or above in a row',
    n: exits,
    says: 'The longest run, by time of closing. It need not be the richest one.',
  },
  maxConsecutiveWinsMoney: {
    label: 'Maximum consecutive wins, money',
    formula: 'sum of the longest run of wins',
    n: 'exits of that run',
    says: 'What the longest run brought.',
  },
  maxConsecutiveLosses: {
    label: 'Maximum consecutive losses',
    formula: 'most exits below zero in a row',
    n: exits,
    says: 'The longest run, by time of closing. It need not be the dearest one.',
  },
  maxConsecutiveLossesMoney: {
    label: 'Maximum consecutive losses, money',
    formula: 'sum of the longest run of losses',
    n: 'exits of that run',
    says: 'What the longest run cost.',
  },
  maximalConsecutiveProfit: {
    label: 'Maximal consecutive profit',
    formula: 'largest sum of wins in a row',
    n: 'exits of that run',
    says: 'The richest run, however long it was.',
  },
  maximalConsecutiveProfitCount: {
    label: 'Maximal consecutive profit, count',
    formula: 'exits of the richest run',
    n: 'exits of that run',
    says: 'How many exits the richest run took.',
  },
  maximalConsecutiveLoss: {
    label: 'Maximal consecutive loss',
    formula: 'largest sum of losses in a row',
    n: 'exits of that run',
    says: 'The dearest run, however long it was.',
  },
  maximalConsecutiveLossCount: {
    label: 'Maximal consecutive loss, count',
    formula: 'exits of the dearest run',
    n: 'exits of that run',
    says: 'How many exits the dearest run took.',
  },
  averageConsecutiveWins: {
    label: 'Average consecutive wins',
    formula: 'profit trades ÷ runs of wins, rounded',
    n: 'runs of wins',
    says: 'How many wins usually came in a row.',
  },
  averageConsecutiveLosses: {
    label: 'Average consecutive losses',
    formula: 'loss trades ÷ runs of losses, rounded',
    n: 'runs of losses',
    says: 'How many losses usually came in a row.',
  },
  ahpr: {
    label: 'AHPR',
    formula: 'mean of balance after ÷ balance before, of each exit',
    n: exits,
    says: 'By what factor an exit changed the balance on average: 1.002 is +0.2 %.',
  },
  ghpr: {
    label: 'GHPR',
    formula: 'the factor that, the same for every exit, leads from the first balance to the last',
    n: exits,
    says: 'Growth of an exit with its ups and downs counted in: never above AHPR, and below 1 it shrinks.',
  },
  zScore: {
    label: 'Z-score',
    formula: 'how far the number of runs lies from what chance would make, in deviations',
    n: exits,
    says: 'Negative: wins follow wins. Positive: wins follow losses. Between −2 and +2 it may well be chance.',
  },
  lrCorrelation: {
    label: 'LR correlation',
    formula: 'correlation of the balance with the number of the exit, the start included',
    n: `${exits}, and the start`,
    unit: 'a number between −1 and +1',
    says: 'How straight the balance goes: near +1 it climbs steadily, near 0 it wanders, near −1 it falls steadily.',
  },
  lrStandardError: {
    label: 'LR standard error',
    formula: 'usual distance of the balance from its straight line',
    n: `${exits}, and the start; at least two`,
    says: 'How far the balance strays from a steady climb.',
  },
  balance: {
    label: 'Balance',
    formula: 'deposits, withdrawals, credit and net together',
    n: 'all deals',
    says: 'What the account holds after the last deal. What floats is not in it.',
  },
};

/** A name of MetaTrader's as it prints it; a name that is not one of its figures stays as it is. */
export const figureWord = (name: string): string =>
  Object.hasOwn(metatraderWords, name) ? metatraderWords[name as MetatraderFigure].label : name;
