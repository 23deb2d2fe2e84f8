import type { JournalFigure } from '../domain/stats/journal-figure.js';
import type { FigureWords } from './figure-words.js';

const trades = 'closed trades';
const won = 'closed trades that were won';
const lost = 'closed trades that were lost';
const withStop = 'closed trades whose first order had a stop';
const days = 'days from the first traded one to the last, at least 20';

/** The figures of the journal: one item is one closed trade, from flat to flat. */
export const journalWords: Readonly<Record<JournalFigure, FigureWords>> = {
  trades: {
    label: 'Trades',
    formula: 'closed trades, flat to flat',
    n: trades,
    says: 'How much there is to judge by. What is still open is not in it; a trade that was closed in parts counts once.',
  },
  wins: {
    label: 'Won',
    formula: 'trades with a net above zero',
    n: trades,
    says: 'After every cost: a trade whose commission ate its profit is not in it.',
  },
  losses: {
    label: 'Lost',
    formula: 'trades with a net below zero',
    n: trades,
    says: 'After every cost. Together with won and even they are all trades.',
  },
  breakeven: {
    label: 'Even',
    formula: 'trades with a net of zero; MetaTrader counts them as won',
    n: trades,
    says: 'Neither won nor lost, so they make the win rate smaller and no average.',
  },
  winRate: {
    label: 'Win rate',
    formula: 'won ÷ all trades',
    n: trades,
    says: 'How often, and not how much: a high one with small wins and large losses still loses. Read it beside the payoff ratio.',
  },
  net: {
    label: 'Net result',
    formula: 'gross + commission + swap + fees',
    n: trades,
    says: 'What these trades added to the balance. Deposits, withdrawals and what floats are not in it.',
  },
  gross: {
    label: 'Gross result',
    formula: 'profit before commission, swap and fees',
    n: trades,
    says: 'What prices alone brought. How far it lies above the net is what trading cost.',
  },
  commission: {
    label: 'Commission',
    formula: 'sum, as the broker signs it',
    n: trades,
    says: 'What was paid for dealing; negative is a cost.',
  },
  swap: {
    label: 'Swap',
    formula: 'sum, as the broker signs it',
    n: trades,
    says: 'What holding over night cost or brought.',
  },
  fee: {
    label: 'Fees',
    formula: 'sum, as the broker signs it',
    n: trades,
    says: 'Whatever else the broker charged for deals; most charge none.',
  },
  profitFactor: {
    label: 'Profit factor',
    formula: 'net of winners ÷ net of losers',
    n: trades,
    says: 'How much was won for each unit lost: above 1 something is left, below 1 it is lost. Without a loser it is not known, and not endless.',
  },
  expectancy: {
    label: 'Expectancy',
    formula: 'net ÷ trades',
    n: trades,
    says: 'What a trade brought on average. It tells of money, so larger lots make it larger; expectancy in R does not change with them.',
  },
  averageWin: {
    label: 'Average win',
    formula: 'net of winners ÷ winners',
    n: won,
    says: 'What a winner brought. One very large one lifts it: look at the distribution of results too.',
  },
  averageLoss: {
    label: 'Average loss',
    formula: 'net of losers ÷ losers',
    n: lost,
    says: 'What a loser cost. Where it grows while stops do not, losses are held on to.',
  },
  payoff: {
    label: 'Payoff ratio',
    formula: 'average win ÷ average loss',
    n: 'closed trades that were won, and those that were lost',
    says: 'How many average losses an average win pays for. With a win rate of 40 % it has to be above 1.5 for anything to be left.',
  },
  expectancyR: {
    label: 'Expectancy in R',
    formula: 'mean of net ÷ risk, of trades whose first order had a stop',
    n: withStop,
    unit: 'R: times the risk that was taken at the opening',
    says: 'What came back for each unit that was risked, whatever the size. It tells of the trades with a stop only.',
  },
  sqn: {
    label: 'SQN',
    formula: '√(trades, at most 100) × mean R ÷ deviation of R',
    n: `${withStop}, at least 30`,
    says: 'How steadily R lies above zero (Tharp): about 1.6 is poor, 2.5 good, beyond 3 rare. A few huge winners make it smaller.',
  },
  kelly: {
    label: 'Kelly share',
    formula: 'win rate − (1 − win rate) ÷ payoff; it sizes nothing here',
    n: 'closed trades that were won or lost',
    says: 'The share of capital that would have grown these very trades fastest. What comes is never these very trades: it is shown, and sizes nothing.',
  },
  maxDrawdown: {
    label: 'Max drawdown',
    formula: 'largest fall of the summed net from its peak',
    n: trades,
    says: 'The worst stretch in money, by the order of closing. What floated in between is not in it, so the equity may have fallen further.',
  },
  maxDrawdownPct: {
    label: 'Max drawdown, %',
    formula: 'largest fall of time-weighted growth from its peak; deposits do not hide it',
    n: trades,
    says: 'The worst stretch by what the account held at the time. After a fall of 50 % it takes 100 % to be back.',
  },
  recoveryFactor: {
    label: 'Recovery factor',
    formula: 'net ÷ max drawdown',
    n: trades,
    says: 'How many times the worst fall was earned. It grows with time, so compare stretches of the same length.',
  },
  sharpeDaily: {
    label: 'Sharpe, daily',
    formula: 'mean ÷ deviation of daily returns × √252 (√365 for coins); idle weekdays count as 0',
    n: days,
    says: 'What a year brings for each unit of its ups and downs, without a rate free of risk. It is not MetaTrader’s Sharpe ratio, which goes by trades.',
  },
  sortino: {
    label: 'Sortino',
    formula: 'mean of daily returns × √252 ÷ root mean square of the days lost',
    n: days,
    says: 'Like Sharpe, but only falling days count as risk: large winning days do not make it smaller.',
  },
  calmar: {
    label: 'Calmar',
    formula: 'CAGR ÷ max drawdown in %',
    n: 'days between the first trade and the last, at least 90',
    says: 'How much a year grew for each per cent of the worst fall.',
  },
  cagr: {
    label: 'CAGR',
    formula: '(1 + TWR)^(365.25 ÷ days) − 1',
    n: 'days between the first trade and the last, at least one',
    unit: 'per cent a year',
    says: 'The growth as if it had been the same every year. Of a few weeks it says what nobody should expect.',
  },
  twr: {
    label: 'Growth (TWR)',
    formula: 'each net ÷ balance at its opening, multiplied; deposits and withdrawals do not count',
    n: trades,
    says: 'What one unit that stayed in from the start has become, whenever money was paid in or out. It is what Myfxbook calls gain.',
  },
  absoluteGain: {
    label: 'Absolute gain',
    formula: 'net ÷ all deposits',
    n: trades,
    says: 'The result by all that was ever paid in. A late deposit makes it smaller although nothing was traded worse.',
  },
  xirr: {
    label: 'XIRR',
    formula: 'yearly rate that explains deposits, withdrawals and the balance at the end',
    n: 'days since the first deposit, at least 30; of whole accounts only',
    unit: 'per cent a year',
    says: 'What your own money earned, with the times at which you paid in and out. Growth (TWR) tells of the trading, this of the purse.',
  },
  riskOfRuin: {
    label: 'Risk of ruin',
    formula: 'share of 1 000 drawn paths of 250 trades that fall 30 % from their peak (fixed seed)',
    n: 'closed trades that are drawn from, at least 30',
    says: 'How often trades like these, in another order, would have cost 30 %. It knows only losses that have happened.',
  },
  bestTrade: {
    label: 'Best trade',
    formula: 'largest net',
    n: trades,
    says: 'Where it is a large part of the net result, take it away in thought and look again.',
  },
  worstTrade: {
    label: 'Worst trade',
    formula: 'smallest net',
    n: trades,
    says: 'Set it beside the average loss: far beyond it lies a stop that was moved, or missing.',
  },
  longestWinStreak: {
    label: 'Longest run of wins',
    formula: 'most winners in a row, by time of closing',
    n: trades,
    says: 'Runs come by chance too: at 50 % won, a run of 7 in a hundred trades is nothing unusual.',
  },
  longestLossStreak: {
    label: 'Longest run of losses',
    formula: 'most losers in a row, by time of closing',
    n: trades,
    says: 'What the size of a trade has to bear: a longer one is to be expected sooner or later.',
  },
  currentStreak: {
    label: 'Streak',
    formula: 'winners (+) or losers (−) in a row at the end',
    n: trades,
    says: 'Where things stand now. It says nothing about the next trade; an even one ends it.',
  },
  averageHoldingSeconds: {
    label: 'Average time held',
    formula: 'close − open, mean',
    n: trades,
    says: 'How long money was at work. A few trades held for weeks lift it: the distribution of time held shows them.',
  },
};
