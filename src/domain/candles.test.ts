import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import {
  barStart,
  chartFrames,
  foldCandles,
  frameFor,
  frameMs,
  gapsIn,
  type Candle,
  type Span,
} from './candles.js';
import { toServer, toUtc } from './server-clock.js';

const span = (most: number): fc.Arbitrary<Span> =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 1, max: most }))
    .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));
const covers = (spans: readonly Span[], atMs: number): boolean =>
  spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);

void t.test('every moment of a span lies in a stretch or in a gap, never in both', async (t) => {
  fc.assert(
    fc.property(fc.array(span(40), { maxLength: 8 }), span(40), (stretches, whole) => {
      const gaps = gapsIn(stretches, whole);
      for (let atMs = whole.fromMs; atMs < whole.toMs; atMs += 1)
        if (covers(gaps, atMs) === covers(stretches, atMs)) return false;
      return gaps.every(
        ({ fromMs, toMs }, at) =>
          fromMs < toMs && fromMs >= (gaps[at - 1]?.toMs ?? whole.fromMs) && toMs <= whole.toMs,
      );
    }),
    { numRuns: 500 },
  );
  t.pass();
});

const rules = ['ny+7', 'Europe/Athens', 'fixed:0', 'fixed:10800'] as const;
const yearMs = Date.UTC(2026, 0, 1);

/** Half-hours from a Sunday on, some of them without a tick. */
const halfHours = fc
  .record({
    startMs: fc.integer({ min: 0, max: 50 }).map((week) => yearMs + 3 * dayMs + week * 7 * dayMs),
    prices: fc.array(fc.option(fc.integer({ min: 1, max: 999 }), { freq: 9 }), {
      minLength: 1,
      maxLength: 500,
    }),
  })
  .map(({ startMs, prices }): Candle[] =>
    prices.flatMap((price, at) =>
      price === null
        ? []
        : [
            {
              atMs: startMs + at * 30 * minuteMs,
              open: price,
              high: price + 3,
              low: price - 3,
              close: price + 1,
              volume: 2,
            },
          ],
    ),
  );

void t.test('longer bars hold exactly the shorter ones of their time', async (t) => {
  const known = { fromMs: -Infinity, toMs: Infinity };
  fc.assert(
    fc.property(
      halfHours,
      fc.constantFrom(...rules),
      fc.constantFrom('H1', 'H4', 'D1', 'W1'),
      (bars, rule, frame) => {
        const folded = foldCandles(bars, { frame, rule, known });
        return (
          folded.every((bar, at) => {
            const startMs = barStart(frame, toServer(rule, bar.atMs));
            const own = bars.filter(({ atMs }) => barStart(frame, toServer(rule, atMs)) === startMs);
            return (
              toServer(rule, bar.atMs) === startMs &&
              bar.atMs > (folded[at - 1]?.atMs ?? -Infinity) &&
              bar.open === own[0]?.open &&
              bar.close === own.at(-1)?.close &&
              bar.high === Math.max(...own.map(({ high }) => high)) &&
              bar.low === Math.min(...own.map(({ low }) => low)) &&
              bar.volume === own.reduce((sum, { volume }) => sum + volume, 0)
            );
          }) && folded.reduce((sum, { volume }) => sum + volume, 0) === bars.length * 2
        );
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});

void t.test('of a bar that is not wholly known none is made', async (t) => {
  const noonMs = Date.UTC(2026, 1, 3, 12);
  const bars = Array.from({ length: 6 }, (_, at): Candle => {
    const atMs = noonMs + at * 30 * minuteMs;
    return { atMs, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  });
  const known = { fromMs: noonMs + 1, toMs: noonMs + 3 * hourMs };
  const folded = foldCandles(bars, { frame: 'H1', rule: 'fixed:0', known });
  t.same(
    folded.map(({ atMs }) => atMs),
    [noonMs + hourMs, noonMs + 2 * hourMs],
  );
  t.same(foldCandles(bars, { frame: 'H4', rule: 'fixed:0', known }), []);
});

void t.test(
  'days begin at the server’s midnight and weeks on its Sunday, in summer and winter',
  async (t) => {
    const opened = (at: string, frame: 'D1' | 'W1'): string =>
      new Date(toUtc('ny+7', barStart(frame, toServer('ny+7', Date.parse(at))))).toISOString();
    t.equal(opened('2026-01-14T21:59:00Z', 'D1'), '2026-01-13T22:00:00.000Z');
    t.equal(opened('2026-07-14T21:00:00Z', 'D1'), '2026-07-14T21:00:00.000Z');
    t.equal(opened('2026-01-16T12:00:00Z', 'W1'), '2026-01-10T22:00:00.000Z');
  },
);

void t.test('a trade is shown in the shortest timeframe that holds it', async (t) => {
  t.equal(frameFor(hourMs, 100), 'M30');
  t.equal(frameFor(60 * hourMs, 100), 'H1');
  t.equal(frameFor(3_000 * dayMs, 100), 'W1');
  t.same(
    [...chartFrames].sort((a, b) => frameMs[a] - frameMs[b]),
    chartFrames,
  );
});
