import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import {
  isCentSymbol,
  isCrypto,
  isMarketOpen,
  pairOf,
  pipsBetween,
  pipSize,
  plainName,
  weekendAt,
} from './instrument.js';

const at = (text: string): number => Date.parse(text);
const cores = ['EURUSD', 'USDJPY', 'XAUUSD', 'BTCUSD', 'US30', 'NAS100', 'GOLD', 'USTEC'];

void t.test('known suffixes and marks go', async (t) => {
  const suffixes = [
    '.r',
    '.raw',
    '.pro',
    '.ecn',
    '.m',
    'm',
    'c',
    'micro',
    '+',
    '#',
    '_',
    '.',
    '-',
    '_raw',
    '-ECN',
  ];
  for (const core of cores)
    for (const suffix of [...suffixes, '.c', '.PRO', 'pro', '_i', 'm#', '.r+', '.raw#'])
      t.equal(plainName(core + suffix), core, core + suffix);
  for (const symbol of ['EURUSD.R', 'EURUSD.M', 'EURUSD.a', 'EURUSDz', '#EURUSD', '_EURUSD', '.EURUSD'])
    t.equal(plainName(symbol), 'EURUSD', symbol);
  t.equal(plainName('XAUUSDc'), 'XAUUSD');
  t.equal(plainName('#AAPL'), 'AAPL');
});

void t.test('what is not known to be a suffix stays', async (t) => {
  const kept = [
    'GOLD',
    'Gold',
    'US30.cash',
    'BRK.B',
    'BRK.A',
    'AAPL.US',
    'SAN.MC',
    'C',
    'MSFT.M',
    'BTCUSDC',
    'EURUSDC',
  ];
  for (const symbol of [
    ...kept,
    'VOD.L',
    'TSX.R',
    'Dollar Index',
    'Volatility 75 Index',
    'GBPUSDM',
    'SPXm25',
    '',
    '#',
    '.',
  ])
    t.equal(plainName(symbol), symbol, symbol);
});

void t.test('a plain name is its own plain name', async () => {
  const anySymbol = fc.oneof(
    fc.string({ maxLength: 32 }),
    fc
      .tuple(
        fc.constantFrom(...cores),
        fc.array(fc.constantFrom('.r', 'm', '#', '.raw', 'micro', '_', 'X', '.'), { maxLength: 4 }),
      )
      .map(([core, more]) => core + more.join('')),
  );
  fc.assert(
    fc.property(anySymbol, (symbol) => {
      const plain = plainName(symbol);
      return plainName(plain) === plain && symbol.includes(plain) && (plain !== '' || symbol === '');
    }),
    { numRuns: 1000 },
  );
});

void t.test('pairs of currencies have pips, nothing else has', async (t) => {
  t.equal(pipSize({ name: 'EURUSD', digits: 5 }), 0.0001);
  t.equal(pipSize({ name: 'EURUSD', digits: 4 }), 0.0001);
  t.equal(pipSize({ name: 'USDJPY', digits: 3 }), 0.01);
  t.equal(pipSize({ name: 'CADJPY', digits: 5 }), 0.01);
  t.equal(pipSize({ name: 'USDHUF', digits: 3 }), 0.01, 'a pip is never finer than the price');
  for (const name of ['XAUUSD', 'BTCUSD', 'US30', 'GOLD', 'EURUSDm', 'AAPL', '', 'JPYJPX'])
    t.equal(pipSize({ name, digits: 2 }), null, name);
});

void t.test('pips are gained in the direction of the trade, without the noise of doubles', async (t) => {
  t.equal(pipsBetween('buy', 1.084, 1.085, 0.0001), 10);
  t.equal(pipsBetween('sell', 1.084, 1.085, 0.0001), -10);
  t.equal(pipsBetween('buy', 150.123, 150.023, 0.01), -10);
  t.ok(Object.is(pipsBetween('sell', 1.1, 1.1, 0.0001), 0), 'zero has no sign');
  const points = fc.integer({ min: 1, max: 500_000 });
  fc.assert(
    fc.property(points, points, (from, to) => {
      const pips = pipsBetween('buy', from / 100_000, to / 100_000, 0.0001);
      return (
        pips === (to - from) / 10 && pipsBetween('sell', from / 100_000, to / 100_000, 0.0001) === -pips + 0
      );
    }),
  );
});

void t.test('symbols dealt in cents say so by a suffix', async (t) => {
  for (const symbol of [
    'XAUUSDc',
    'EURUSDc',
    'EURUSD.c',
    'EURUSD.cent',
    'EURUSD_CENT',
    'EURUSDcent',
    'XAUUSDc#',
  ])
    t.ok(isCentSymbol(symbol), symbol);
  for (const symbol of ['XAUUSD', 'EURUSD.C', 'EURUSDm', 'BTCUSDC', 'EURUSDmicro', 'C', '', '#', 'GBPUSD.r'])
    t.notOk(isCentSymbol(symbol), symbol);
});

void t.test('a pair says what is dealt and in what it is priced', async (t) => {
  t.same(pairOf('EURUSD'), { base: 'EUR', quote: 'USD' });
  t.same(pairOf('XAUEUR'), { base: 'XAU', quote: 'EUR' });
  t.same(pairOf('BTCUSDT'), { base: 'BTC', quote: 'USDT' });
  t.same(pairOf('DOGEUSD'), { base: 'DOGE', quote: 'USD' });
  for (const name of ['US30', 'GOLD', 'AAPL', '', 'EURUSDc']) t.equal(pairOf(name), null, name);
});

void t.test('coins are told from currencies, metals and shares', async (t) => {
  for (const name of [
    'BTCUSD',
    'BTCUSDc',
    'BTCUSD.r',
    'ETHBTC',
    'BTCUSDT',
    'DOGEUSD',
    'XRPEUR',
    'SOLUSDm',
    'Bitcoin',
  ])
    t.ok(isCrypto(name), name);
  for (const name of ['EURUSD', 'XAUUSD', 'US30', 'SOL', 'DOT', 'LINK', 'fx', '', 'USDBTC', 'USD'])
    t.notOk(isCrypto(name), name);
});

void t.test(
  'the weekend goes from five on Friday to five on Sunday in New York, in winter and in summer',
  async (t) => {
    const edges = [
      ['2026-01-16T22:00:00Z', '2026-01-18T22:00:00Z'],
      ['2026-07-17T21:00:00Z', '2026-07-19T21:00:00Z'],
      ['2026-03-06T22:00:00Z', '2026-03-08T21:00:00Z'],
      ['2026-10-30T21:00:00Z', '2026-11-01T22:00:00Z'],
    ] as const;
    for (const [closes, opens] of edges) {
      t.same(weekendAt(at(closes) - 1), { closed: false, opensAtMs: null }, `before ${closes}`);
      t.same(weekendAt(at(closes)), { closed: true, opensAtMs: at(opens) }, closes);
      t.same(
        weekendAt(at(closes) + 26 * hourMs),
        { closed: true, opensAtMs: at(opens) },
        `the Saturday after ${closes}`,
      );
      t.same(weekendAt(at(opens) - 1), { closed: true, opensAtMs: at(opens) }, `before ${opens}`);
      t.same(weekendAt(at(opens)), { closed: false, opensAtMs: null }, opens);
    }
  },
);

void t.test('a closed market opens within two days, and is open then', async () => {
  const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
  fc.assert(
    fc.property(instant, (utcMs) => {
      const { closed, opensAtMs } = weekendAt(utcMs);
      if (opensAtMs === null) return !closed && isMarketOpen('fx', utcMs);
      const isSoon = opensAtMs > utcMs && opensAtMs - utcMs <= 2 * dayMs + hourMs;
      return closed && isSoon && isMarketOpen('fx', opensAtMs) && !isMarketOpen('EURUSD', opensAtMs - 1);
    }),
  );
});

void t.test('coins trade at weekends', async (t) => {
  const saturday = at('2026-07-18T12:00:00Z');
  t.ok(isMarketOpen('BTCUSDm', saturday));
  t.notOk(isMarketOpen('XAUUSD', saturday));
  t.notOk(isMarketOpen('fx', saturday));
});
