import type { ListedBacktest } from '../../data/backtests.js';
import { amount, signed, toneOf } from '../../web/figures.js';
import { count, when } from '../../web/words.js';
import { figureOf } from '../../web/tester-figures.js';
import { shortPeriod } from './words.js';

const two = (text: string | null): string | null => (text === null ? null : amount(Number(text).toFixed(2)));

/** A backtest as a row of the list. */
export const listedView = (row: ListedBacktest, timeZone: string) => {
  const isOptimisation = row.figures.length === 0;
  const net = figureOf(row, 'netProfit').value;
  const share = figureOf(row, 'balanceDrawdownMaximalPct').value;
  const fall = figureOf(row, 'balanceDrawdownMaximal').value;
  return {
    href: `/backtests/${row.id}`,
    name: row.name,
    expert: row.expert === row.name ? '' : row.expert,
    symbol: row.symbol,
    period: shortPeriod(row.period),
    net: { text: signed(net, row.digits), tone: toneOf(net), currency: row.currency ?? '' },
    trades: isOptimisation
      ? count(row.passes, 'pass', 'passes')
      : amount(figureOf(row, 'totalTrades').value, 0),
    profitFactor: two(figureOf(row, 'profitFactor').value),
    drawdown: share === null ? amount(fall, row.digits) : `${String(two(share))} %`,
    at: when(row.saved_at, timeZone),
  };
};
