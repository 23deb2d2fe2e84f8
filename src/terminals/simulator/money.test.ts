import t from 'tap';
import { brokerOf, listingOf, type Broker } from './brokers.js';
import { profitOf, roundHalfAway, swapOf } from './money.js';
import { quoteAt } from './prices.js';

const utcMs = Date.parse('2026-07-08T12:00:00Z');
function broker(name: string): Broker {
  const found = brokerOf(name);
  if (!found) throw new Error(name);
  return found;
}

const profit = (
  name: string,
  symbol: string,
  exit: { side: 0 | 1; from: number; to: number; volume: number },
) => {
  const listing = listingOf(broker(name), symbol);
  if (!listing) return null;
  const { side, from, to, volume } = exit;
  return profitOf(broker(name), listing, { side, volume, cost: from * volume, price: to, utcMs });
};

void t.test('money is rounded half away from zero', async (t) => {
  t.same([0.5, -0.5, 1.4999, -2.5, 0].map(roundHalfAway), [1, -1, 1, -3, 0]);
});

void t.test('profit in the base currency is divided by the price of the closing deal', async (t) => {
  t.equal(profit('Simulated-NewYork', 'USDCHF', { side: 0, from: 97_430, to: 98_062, volume: 100 }), 64_449);
  t.equal(profit('Simulated-NewYork', 'USDCHF', { side: 1, from: 98_059, to: 98_073, volume: 100 }), -1_428);
});

void t.test('profit in the quote currency is the difference times contract and lots', async (t) => {
  t.equal(profit('Simulated-NewYork', 'EURUSD', { side: 0, from: 110_000, to: 110_010, volume: 100 }), 1_000);
  t.equal(profit('Simulated-NewYork', 'US500', { side: 0, from: 600_001, to: 600_006, volume: 10 }), 1);
  t.equal(profit('Simulated-Tokyo', 'USDJPY', { side: 1, from: 150_000, to: 149_900, volume: 100 }), 10_000);
});

void t.test('a cent account counts a hundredth of the contract in hundredths of dollars', async (t) => {
  const exit = { side: 0, from: 110_000, to: 110_010, volume: 100 } as const;
  t.equal(profit('Simulated-Cent', 'EURUSDc', exit), profit('Simulated-NewYork', 'EURUSD', exit));
  t.equal(profit('Simulated-Cent', 'EURUSD', exit), null, 'and lists no other');
});

void t.test('a cross is converted at the close', async (t) => {
  const jpy = listingOf(broker('Simulated-NewYork'), 'USDJPY');
  const bid = jpy ? quoteAt(jpy.instrument, utcMs).bid / 1_000 : 0;
  const found = profit('Simulated-NewYork', 'EURJPY', { side: 0, from: 160_000, to: 160_250, volume: 100 });
  t.equal(found, Math.round((25_000 / bid) * 100));
});

void t.test('swap is paid or received by side', async (t) => {
  const { name } = broker('Simulated-NewYork');
  const listing = listingOf(broker(name), 'EURUSD');
  if (!listing) return;
  t.equal(swapOf(broker(name), listing, 0, { volume: 100, utcMs }), -610);
  t.equal(swapOf(broker(name), listing, 1, { volume: 100, utcMs }), 220);
});
