import t from 'tap';
import { figuresOf } from './period.js';

void t.test('figures of a month are those one reckons by hand', async (t) => {
  // running sum 1000, 600, 1600, 1600, 1100, 900: the deepest fall is 700 below 1600
  t.same(figuresOf([1_000, -400, 1_000, 0, -500, -200]), {
    trades: 6,
    net: 900,
    winRate: 2 / 6,
    profitFactor: 2_000 / 1_100,
    expectancy: 150,
    maxDrawdown: 700,
    streak: -2,
  });
});

void t.test('unknown is null: no trades have no rate, no losses no factor', async (t) => {
  t.same(figuresOf([]), {
    trades: 0,
    net: 0,
    winRate: null,
    profitFactor: null,
    expectancy: null,
    maxDrawdown: 0,
    streak: 0,
  });
  t.equal(figuresOf([5, 5]).profitFactor, null);
  t.equal(figuresOf([5, 5]).streak, 2);
});

void t.test('a loss at the start falls from zero', async (t) => {
  t.equal(figuresOf([-300, 100]).maxDrawdown, 300);
});
