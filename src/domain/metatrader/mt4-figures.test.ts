import t from 'tap';
import { type FigurePosition, metatrader4Figures } from './mt4-figures.js';

const closed = (closedMs: number, net: number, side: 'buy' | 'sell' = 'buy'): FigurePosition => ({
  ticket: String(5000 - closedMs),
  closedMs,
  side,
  net,
});

void t.test('trades count in the order of their closing, whatever their tickets say', async (t) => {
  const positions = [closed(30, 500), closed(10, -300), closed(20, -200, 'sell'), closed(40, -100)];
  const found = metatrader4Figures(positions, [{ timeMs: 0, amount: 10_000 }]);
  t.match(found, {
    netProfit: { value: -100 },
    grossProfit: { value: 500 },
    grossLoss: { value: -600 },
    maxConsecutiveLosses: { value: 2 },
    balanceDrawdownMaximal: { value: 500 },
    balanceDrawdownMaximalPct: { value: 5 },
    shortTrades: { value: 1 },
    balance: { value: 9_900 },
  });
});

void t.test('money that is paid in later does not soften a drawdown', async (t) => {
  const found = metatrader4Figures(
    [closed(10, 1_000), closed(30, -2_000)],
    [
      { timeMs: 0, amount: 19_000 },
      { timeMs: 20, amount: 30_000 },
    ],
  );
  t.match(found, {
    balanceDrawdownMaximal: { value: 2_000 },
    balanceDrawdownMaximalPct: { value: 10 },
    balance: { value: 48_000 },
  });
});
