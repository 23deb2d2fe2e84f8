import t, { type Test } from 'tap';
import { frameMs, type ChartFrame } from '../domain/candles.js';
import { dayMs, hourMs } from '../lib/clock.js';
import { testDatabase } from '../testing/database.js';
import { clockOf, saveCandles, setClock } from './brokers.js';
import { candlesBefore, noteStretch, readCandles } from './candles.js';
import { nobody, type Tx } from './database.js';

t.setTimeout(600_000);

const server = 'Example-Demo';
const mondayMs = Date.UTC(2026, 1, 2);

async function store(t: Test) {
  const { db } = await testDatabase(t);
  const asSync = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.withTenant('sync', nobody, work);
  await asSync(async (tx) => {
    await clockOf(tx, server);
    await setClock(tx, server, { rule: 'ny+7', state: 'measured' });
  });
  const keep = (frame: ChartFrame, fromMs: number, count: number): Promise<void> =>
    asSync((tx) =>
      saveCandles(
        tx,
        { name: 'EURUSD', timeframe: frame },
        Array.from({ length: count }, (_, at) => ({
          ...{ openedAt: new Date(fromMs + at * frameMs[frame]), volume: 1 },
          ...{ open: 100 + at, high: 102 + at, low: 99 + at, close: 101 + at },
        })),
      ),
    );
  const note = (frame: ChartFrame, fromMs: number, toMs: number): Promise<void> =>
    asSync((tx) => noteStretch(tx, { name: 'EURUSD', frame, fromMs, toMs, server }));
  // As pages read it.
  const read = (frame: ChartFrame, fromMs: number, toMs: number) =>
    db.withTenant('app', nobody, (tx) => readCandles(tx, { name: 'EURUSD', frame, fromMs, toMs }));
  return { db, asSync, keep, note, read };
}

await t.test('what was asked for is no gap, whether bars came or not', async (t) => {
  const { keep, note, read } = await store(t);
  t.match(await read('H1', mondayMs, mondayMs + dayMs), {
    candles: [],
    gaps: [{ fromMs: mondayMs, toMs: mondayMs + dayMs }],
  });
  await keep('H1', mondayMs, 3);
  await note('H1', mondayMs, mondayMs + 10 * hourMs);
  await note('H1', mondayMs + 20 * hourMs, mondayMs + 30 * hourMs);
  const { candles, gaps } = await read('H1', mondayMs, mondayMs + dayMs);
  t.same(
    candles.map(({ open, close }) => [open, close]),
    [
      [100, 101],
      [101, 102],
      [102, 103],
    ],
  );
  t.same(gaps, [{ fromMs: mondayMs + 10 * hourMs, toMs: mondayMs + 20 * hourMs }]);
  t.same((await read('H1', mondayMs, mondayMs + 10.5 * hourMs)).gaps, [], 'less than a bar is no gap');
});

await t.test('stretches that touch become one, in any order', async (t) => {
  const { db, note } = await store(t);
  for (const hour of [4, 0, 2, 1, 3, 9])
    await note('H1', mondayMs + hour * hourMs, mondayMs + (hour + 1) * hourMs);
  await note('M30', mondayMs, mondayMs + hourMs);
  const rows = await db.withTenant('app', nobody, (tx) =>
    tx
      .selectFrom('candle_stretches')
      .where('timeframe', '=', 'H1')
      .select(['from_at', 'to_at'])
      .orderBy('from_at')
      .execute(),
  );
  t.same(
    rows.map(({ from_at, to_at }) =>
      [from_at.getTime(), to_at.getTime()].map((ms) => (ms - mondayMs) / hourMs),
    ),
    [
      [0, 5],
      [9, 10],
    ],
  );
});

await t.test(
  'longer bars that nobody asked for are made of shorter ones, by the server’s clock',
  async (t) => {
    const { keep, note, read } = await store(t);
    // A day of the server: from 22:00 UTC on.
    const dayStartMs = mondayMs - 2 * hourMs;
    await keep('H1', dayStartMs, 48);
    await note('H1', dayStartMs, dayStartMs + 48 * hourMs);
    const { candles, gaps } = await read('D1', dayStartMs, dayStartMs + 2 * dayMs);
    t.same(candles, [
      { atMs: dayStartMs, open: 100, high: 125, low: 99, close: 124, volume: 24 },
      { atMs: dayStartMs + dayMs, open: 124, high: 149, low: 123, close: 148, volume: 24 },
    ]);
    t.same(gaps, []);
    await keep('D1', dayStartMs, 1);
    t.match(
      (await read('D1', dayStartMs, dayStartMs + 2 * dayMs)).candles,
      [{ high: 102 }, { high: 149 }],
      'kept ones go first',
    );
    t.match(await read('W1', dayStartMs, dayStartMs + dayMs), { candles: [] }, 'no week is made of two days');
  },
);

await t.test('a page of older bars ends where a stretch ends: none is joined over a hole', async (t) => {
  const { db, keep, note } = await store(t);
  const before = (beforeMs: number, count: number, joins = false) =>
    db.withTenant('app', nobody, (tx) =>
      candlesBefore(tx, { name: 'EURUSD', frame: 'H1', beforeMs, count, joins }),
    );
  await keep('H1', mondayMs, 5);
  await keep('H1', mondayMs + 3 * dayMs, 5);
  t.equal(
    (await before(mondayMs + 4 * dayMs, 100)).length,
    10,
    'of bars before stretches were noted nothing is known',
  );
  await note('H1', mondayMs, mondayMs + 5 * hourMs);
  await note('H1', mondayMs + 3 * dayMs, mondayMs + 4 * dayMs);
  t.same(
    (await before(mondayMs + 4 * dayMs, 100)).map(({ open }) => open),
    [100, 101, 102, 103, 104],
  );
  t.match(
    await before(mondayMs + 4 * dayMs, 2),
    [{ atMs: mondayMs + 3 * dayMs + 3 * hourMs }, {}],
    'the latest, in order',
  );
  t.same(await before(mondayMs + 3 * dayMs, 100, true), [], 'what lies behind a hole is no neighbour');
  t.equal((await before(mondayMs + 5 * hourMs, 100, true)).length, 5);
});
