import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { timeframes } from '../protocol.js';
import { barMs, barsOf } from './bars.js';
import { firstTouch } from './crossing.js';
import { instrumentOf, instruments } from './instruments.js';
import { isWeekend, openAtOrAfter, openStretches } from './market-hours.js';
import { quoteAt, tickMs } from './prices.js';
import { fromWall, toWall, type Zone } from './zones.js';

const anInstant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 11, 31) });
const anInstrument = fc.constantFrom(...instruments);
const zones: Zone[] = ['new-york+7', 'athens', 'tokyo', 'utc'];

void t.test('server clocks change with New York, with the EU, or never', async (t) => {
  const hours = (zone: Zone, iso: string): number =>
    (toWall(zone, Date.parse(iso)) - Date.parse(iso)) / hourMs;
  t.equal(hours('new-york+7', '2026-03-08T06:59:59Z'), 2);
  t.equal(hours('new-york+7', '2026-03-08T07:00:00Z'), 3);
  t.equal(hours('new-york+7', '2026-11-01T05:59:59Z'), 3);
  t.equal(hours('new-york+7', '2026-11-01T06:00:00Z'), 2);
  t.equal(hours('athens', '2026-03-29T00:59:59Z'), 2);
  t.equal(hours('athens', '2026-03-29T01:00:00Z'), 3);
  t.equal(hours('athens', '2026-10-25T01:00:00Z'), 2);
  t.equal(hours('tokyo', '2026-07-01T00:00:00Z'), 9);
  t.equal(hours('utc', '2026-07-01T00:00:00Z'), 0);
});

void t.test('a wall clock leads back to an instant at which it shows just that', async () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), anInstant, (zone, utcMs) => {
      const wallMs = toWall(zone, utcMs);
      const back = fromWall(zone, wallMs);
      return back !== null && back <= utcMs && toWall(zone, back) === wallMs;
    }),
  );
});

void t.test('markets are closed from Friday 17:00 to Sunday 17:00 New York', async (t) => {
  t.notOk(isWeekend(Date.parse('2026-07-10T20:59:59Z')));
  t.ok(isWeekend(Date.parse('2026-07-10T21:00:00Z')));
  t.ok(isWeekend(Date.parse('2026-07-12T20:59:59Z')));
  t.notOk(isWeekend(Date.parse('2026-07-12T21:00:00Z')));
  t.ok(isWeekend(Date.parse('2026-12-04T22:00:00Z')), 'an hour later in winter');
  t.equal(openAtOrAfter(Date.parse('2026-03-07T12:00:00Z')), Date.parse('2026-03-08T21:00:00Z'));
});

void t.test('prices stand still at the weekend, except bitcoin', async (t) => {
  const saturdayMs = Date.parse('2026-07-11T10:00:00Z');
  for (const instrument of instruments) {
    const isSame = quoteAt(instrument, saturdayMs).bid === quoteAt(instrument, saturdayMs + 9 * hourMs).bid;
    t.equal(isSame, !instrument.isContinuous, instrument.code);
  }
});

void t.test('prices stay around their levels and three pairs make a circle', async () => {
  const priceOf = (code: string, utcMs: number): number => {
    const instrument = instrumentOf(code);
    return quoteAt(instrument, utcMs).bid / instrument.scale;
  };
  fc.assert(
    fc.property(anInstrument, anInstant, (instrument, utcMs) => {
      const price = quoteAt(instrument, utcMs).bid / instrument.scale / instrument.level;
      return price > 0.4 && price < 2.5;
    }),
  );
  fc.assert(
    fc.property(anInstant, (utcMs) => {
      const circle = priceOf('EURUSD', utcMs) * priceOf('USDJPY', utcMs);
      return Math.abs(circle / priceOf('EURJPY', utcMs) - 1) < 2e-5;
    }),
  );
});

void t.test('the first touch of a price is the one that reading every tick finds', async (t) => {
  const aDistance = fc.integer({ min: 5, max: 120 });
  const aSide = fc.constantFrom('above' as const, 'below' as const);
  fc.assert(
    fc.property(anInstrument, anInstant, aDistance, aSide, (instrument, fromMs, distance, side) => {
      const toMs = fromMs + 40 * minuteMs;
      const way = side === 'above' ? 1 : -1;
      const points = Math.round((distance * instrument.level * instrument.scale) / 100_000);
      const barrier = { bid: quoteAt(instrument, fromMs).bid + way * (points + 1), side };
      const stretches = instrument.isContinuous ? [{ fromMs, toMs }] : openStretches(fromMs, toMs);
      const ticks = stretches.flatMap((stretch) => {
        const first = Math.ceil(stretch.fromMs / tickMs) * tickMs;
        return Array.from(
          { length: Math.ceil((stretch.toMs - first) / tickMs) },
          (_, i) => first + i * tickMs,
        );
      });
      const expected = ticks.find((ms) => way * (quoteAt(instrument, ms).bid - barrier.bid) >= 0) ?? null;
      return firstTouch(instrument, barrier, fromMs, toMs) === expected;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

void t.test('a minute bar opens, peaks and closes with its ticks', async () => {
  fc.assert(
    fc.property(anInstrument, anInstant, fc.constantFrom(...zones), (instrument, utcMs, zone) => {
      const fromServerMs = toWall(zone, utcMs);
      const wanted = {
        zone,
        timeframe: 'M1',
        fromServerMs,
        toServerMs: fromServerMs + 3 * minuteMs,
      } as const;
      for (const [serverMs, open, high, low, close] of barsOf(instrument, {
        ...wanted,
        nowMs: utcMs + dayMs,
      })) {
        const startMs = fromWall(zone, serverMs) ?? 0;
        const ticks = Array.from({ length: minuteMs / tickMs }, (_, i) => startMs + i * tickMs).map(
          (ms) => quoteAt(instrument, ms).bid / instrument.scale,
        );
        const isSame =
          open === ticks[0] &&
          close === ticks.at(-1) &&
          high === Math.max(...ticks) &&
          low === Math.min(...ticks);
        if (!isSame) return false;
      }
      return true;
    }),
    { numRuns: 60 },
  );
});

void t.test('longer bars hold the minutes they are made of', async (t) => {
  const instrument = instrumentOf('XAUUSD');
  const nowMs = Date.parse('2026-07-09T13:17:31Z');
  for (const zone of zones)
    for (const timeframe of timeframes) {
      const fromServerMs = toWall(zone, nowMs) - barMs[timeframe];
      const range = { zone, fromServerMs, toServerMs: toWall(zone, nowMs), nowMs };
      const last = [...barsOf(instrument, { ...range, timeframe })].at(-1);
      if (!last) throw new Error('no bar');
      const minutes = [...barsOf(instrument, { ...range, timeframe: 'M1', fromServerMs: last[0] })];
      const what = `${zone} ${timeframe}`;
      t.equal(last[1], minutes[0]?.[1], `${what} open`);
      t.equal(last[2], Math.max(...minutes.map(([, , high]) => high)), `${what} high`);
      t.equal(last[3], Math.min(...minutes.map(([, , , low]) => low)), `${what} low`);
      t.equal(last[4], minutes.at(-1)?.[4], `${what} close`);
    }
});

void t.test(
  'bars begin on the server’s hours and days, and none begins while the market is closed',
  async (t) => {
    const nowMs = Date.parse('2026-04-06T09:00:00Z');
    for (const zone of zones) {
      const range = { zone, fromServerMs: nowMs - 60 * dayMs, toServerMs: nowMs + dayMs, nowMs };
      for (const timeframe of ['H1', 'H4', 'D1'] as const) {
        const bars = [...barsOf(instrumentOf('EURUSD'), { ...range, timeframe })];
        const opensClosed = bars.filter(([serverMs]) => {
          const fromMs = fromWall(zone, serverMs) ?? 0;
          return openStretches(fromMs, fromMs + barMs[timeframe]).length === 0;
        });
        t.ok(
          bars.every(
            ([serverMs], i) => serverMs % barMs[timeframe] === 0 && serverMs > (bars[i - 1]?.[0] ?? 0),
          ),
        );
        t.same(opensClosed, [], `${zone} ${timeframe}`);
      }
    }
  },
);

void t.test('New York’s close makes five days a week', async (t) => {
  const fromServerMs = Date.UTC(2026, 2, 2);
  const nowMs = Date.UTC(2026, 3, 1);
  const range = {
    zone: 'new-york+7',
    fromServerMs,
    toServerMs: fromServerMs + 28 * dayMs - 1,
    nowMs,
  } as const;
  const days = [...barsOf(instrumentOf('EURUSD'), { ...range, timeframe: 'D1' })];
  t.equal(days.length, 20, 'although clocks changed within');
});
