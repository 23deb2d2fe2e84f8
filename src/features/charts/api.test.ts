import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { saveCandles } from '../../data/brokers.js';
import { nobody } from '../../data/database.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';

t.setTimeout(600_000);

interface Answer {
  symbol: string;
  columns: string[][];
  reason: string | null;
}

async function program(t: Test) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const token = await tokenOf(world, anna, 'read');
  const startMs = world.clock.now().getTime() - 100 * 3_600_000;
  await world.db.withTenant('sync', nobody, (tx) =>
    saveCandles(
      tx,
      { name: 'EURUSD', timeframe: 'H1' },
      Array.from({ length: 100 }, (_, at) => ({
        ...{ openedAt: new Date(startMs + at * 3_600_000), volume: at },
        ...{ open: 1.1, high: 1.2, low: 0.0000012, close: 1.15 },
      })),
    ),
  );
  const get = (query: string, headers: Record<string, string> = {}) =>
    world.browser().get(`/api/v1/candles?${query}`, { authorization: `Bearer ${token}`, ...headers });
  return { world, startMs, get };
}

void t.test('candles come in columns: times in UTC, prices as text', async (t) => {
  const { get, startMs } = await program(t);
  const from = new Date(startMs + 2 * 3_600_000).toISOString();
  const to = new Date(startMs + 4 * 3_600_000).toISOString();
  const answer = (await get(`symbol=EURUSD.r&timeframe=H1&from=${from}&to=${to}`)).json<Answer>();
  t.equal(answer.symbol, 'EURUSD');
  t.equal(answer.reason, null);
  const at = (hours: number): string => new Date(startMs + hours * 3_600_000).toISOString();
  t.same(answer.columns, [
    [at(2), at(3), at(4)],
    ['1.1', '1.1', '1.1'],
    ['1.2', '1.2', '1.2'],
    ['0.0000012', '0.0000012', '0.0000012'],
    ['1.15', '1.15', '1.15'],
    ['2', '3', '4'],
  ]);
  t.equal((await get('symbol=EURUSD')).json<Answer>().columns[0]?.length, 100, 'of the last 500 hours');
});

void t.test('long answers are compressed for whoever takes them so', async (t) => {
  const { get } = await program(t);
  const plain = await get('symbol=EURUSD');
  t.equal(plain.headers['content-encoding'], undefined);
  const small = await get('symbol=EURUSD', { 'accept-encoding': 'deflate, gzip' });
  t.equal(small.headers['content-encoding'], 'gzip');
  t.equal(gunzipSync(small.rawPayload).toString(), plain.body);
  t.ok(small.rawPayload.length * 4 < plain.rawPayload.length);
});

void t.test('of a symbol without bars it is said why', async (t) => {
  const { get } = await program(t);
  const answer = (await get('symbol=XAUUSD')).json<Answer>();
  t.same(answer.columns, [[], [], [], [], [], []]);
  t.match(answer.reason, /No prices are read/);
});

void t.test('years of which nobody has prices have none', async (t) => {
  const { get } = await program(t);
  for (const to of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00'])
    t.same((await get(`symbol=EURUSD&to=${to}`)).json<Answer>().columns[0], [], to);
});

void t.test('what cannot be asked is refused with the field that is wrong', async (t) => {
  const { get } = await program(t);
  for (const query of [
    '',
    'symbol=',
    'symbol=EURUSD&timeframe=M5',
    'symbol=EURUSD&from=yesterday',
    'symbol=EURUSD&from=2020-01-01T00:00:00Z',
    'symbol=EURUSD&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z',
    'symbol=EUR%00USD',
    'symbol=EURUSD&more=1',
  ])
    t.equal((await get(query)).statusCode, 400, query);
  t.match((await get('symbol=EURUSD&from=2020-01-01T00:00:00Z')).json(), {
    error: { fields: { from: /At most 10000 bars/ } },
  });
});
