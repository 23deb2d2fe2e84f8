import fc from 'fast-check';
import t from 'tap';
import { excursionOf, type HeldRange, type HeldTrade } from './excursion.js';

const minuteMs = 60_000;
const barMs = 30 * minuteMs;

const trade: HeldTrade = {
  ...{ side: 'buy', openPrice: 1.1, closePrice: 1.102, gross: 20_000 },
  ...{ openedMs: 10 * minuteMs, closedMs: 190 * minuteMs },
};
const range: HeldRange = {
  ...{ low: 1.095, high: 1.104, fromMs: 30 * minuteMs, toMs: 180 * minuteMs, holeMs: 0, barMs },
};
const rounded = (value: ReturnType<typeof excursionOf>) =>
  typeof value === 'string'
    ? value
    : [Number(value.adverse.toFixed(6)), Number(value.favourable.toFixed(6)), value.money];

void t.test('a trade stood at the least and the most of its bars, in price and in money', async (t) => {
  t.same(rounded(excursionOf(trade, range)), [-0.005, 0.004, { adverse: -50_000, favourable: 40_000 }]);
  const sold = { ...trade, side: 'sell', closePrice: 1.098 } as const;
  t.same(rounded(excursionOf(sold, range)), [-0.004, 0.005, { adverse: -40_000, favourable: 50_000 }]);
});

void t.test('what its own prices tell counts, whatever the bars between say', async (t) => {
  const calm = { ...range, low: 1.1005, high: 1.1015 };
  t.same(rounded(excursionOf(trade, calm)), [0, 0.002, { adverse: 0, favourable: 20_000 }]);
});

void t.test('a result that tells no worth of a price leaves the money unknown', async (t) => {
  t.same(rounded(excursionOf({ ...trade, closePrice: 1.1, gross: 0 }, range)), [-0.005, 0.004, null]);
  t.same(rounded(excursionOf({ ...trade, gross: -5 }, range)), [-0.005, 0.004, null]);
});

void t.test('it is unknown, and says why, where bars are missing or no price is there', async (t) => {
  t.equal(excursionOf({ ...trade, closedMs: null }, range), 'open');
  t.equal(excursionOf({ ...trade, openPrice: null }, range), 'unpriced');
  t.equal(excursionOf(trade, null), 'missing');
  t.equal(excursionOf({ ...trade, closedMs: 40 * minuteMs }, null), 'short');
  t.equal(excursionOf(trade, { ...range, fromMs: 60 * minuteMs }), 'missing', 'the beginning');
  t.equal(excursionOf(trade, { ...range, toMs: 150 * minuteMs }), 'missing', 'the end');
  t.equal(excursionOf(trade, { ...range, holeMs: 300 * minuteMs }), 'missing', 'a hole');
});

void t.test('against is never above zero, for is never below, and the result lies between', async (t) => {
  const price = fc.double({ min: 0.5, max: 2, noNaN: true });
  const side = fc.constantFrom('buy', 'sell');
  fc.assert(
    fc.property(fc.tuple(price, price, price, price), side, ([a, b, openPrice, closePrice], side) => {
      const bars = { ...range, low: Math.min(a, b), high: Math.max(a, b) };
      const found = excursionOf({ ...trade, side, openPrice, closePrice }, bars);
      if (typeof found === 'string') return false;
      const gained = side === 'buy' ? closePrice - openPrice : openPrice - closePrice;
      return found.adverse <= Math.min(0, gained) && found.favourable >= Math.max(0, gained);
    }),
  );
  t.pass();
});
