import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { needsRecording, recordingPath } from '../../testing/needs.js';
import { sender } from '../../testing/sending.js';
import { readAgain, seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

type Figures = Record<string, string | number | null>;
interface Summary {
  currency: string | null;
  trades: number;
  metatrader: Figures;
  journal: Figures;
  others: { category: string; currency: string }[];
  reasons: { journal: Record<string, string>; metatrader: Record<string, string> };
}
interface Bucket {
  key: string;
  label: string;
  trades: number;
  net: string;
}

async function world(t: Test, wishes: readonly WishedTrade[] = []) {
  const app = await testApp(t);
  const anna = await person(app, 'anna');
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0 });
  const ids = await seedTrades(app, { userId: anna.userId, accountId }, wishes);
  const token = await tokenOf(app, anna);
  const get = async <T>(path: string): Promise<T> =>
    (await app.browser().get(`/api/v1${path}`, { authorization: `Bearer ${token}` })).json<T>();
  return { app, anna, accountId, ids, get, token };
}

const at = (text: string): { openedAt: Date; closedAt: Date } => ({
  openedAt: new Date(Date.parse(text) - 600_000),
  closedAt: new Date(text),
});

void t.test('every report’s printed figures, file by file', needsRecording('mt5-history'), async (t) => {
  const folder = recordingPath('mt5-history');
  for (const file of readdirSync(folder).filter((name) => /\.(html|xlsx)$/.test(name))) {
    const { app, get, token } = await world(t);
    const { send, save } = sender(app, token);
    const sent = await send(readFileSync(join(folder, file)), { name: file });
    if (sent.format !== 'mt5-history') continue;
    const { accountId } = (await save(sent.id, { newAccount: file })).json<{ accountId: string }>();
    const { metatrader, journal } = await get<Summary>(`/analytics/summary?account=${accountId}`);
    const lines = sent.totals.filter(({ equal, name }) => equal === true && name !== 'balance');
    const differ = lines.filter(({ name, computed, reported }) => {
      if (computed === null) return metatrader[name] !== null;
      const places = Math.min(4, reported.split('.')[1]?.length ?? 0);
      return Math.abs(Number(metatrader[name]) - Number(computed)) > 0.6 * 10 ** -places;
    });
    t.same(
      differ.map(({ name }) => [name, metatrader[name]]),
      [],
      file,
    );
    t.comment(
      `${file}: ${lines.length - differ.length} of ${lines.length} lines equal, net ${String(metatrader['netProfit'])}, journal ${String(journal['trades'])} trades`,
    );
    t.ok(lines.length > 25, file);
  }
});

void t.test('a summary says what trades came to, and why a figure is missing', async (t) => {
  const { get, accountId } = await world(t, [
    { ...at('2026-02-03T10:00:00Z'), gross: 3_000, commission: 0 },
    { ...at('2026-02-04T10:00:00Z'), gross: -1_000, commission: 0, symbol: 'XAUUSD', name: 'XAUUSD' },
    { ...at('2026-02-05T10:00:00Z'), gross: 500, commission: 0 },
  ]);
  const all = await get<Summary>(`/analytics/summary?account=${accountId}`);
  t.match(all, {
    currency: 'USD',
    trades: 3,
    journal: {
      trades: 3,
      wins: 2,
      losses: 1,
      net: '25.00',
      profitFactor: 3.5,
      maxDrawdown: '10.00',
      sqn: null,
    },
    metatrader: { totalTrades: 3, netProfit: '25.00' },
    reasons: { journal: { sqn: /fewer than 30/, riskOfRuin: /./ } },
  });
  const gold = await get<Summary>('/analytics/summary?symbol=XAUUSD');
  t.match(gold, {
    trades: 1,
    journal: { net: '-10.00', profitFactor: 0 },
    metatrader: { totalTrades: 1, netProfit: '-10.00', balance: null },
    reasons: { metatrader: { balance: /only some/ } },
  });
  t.match(await get<object>('/analytics/summary?side=up'), { error: { fields: { side: /buy or sell/ } } });
});

void t.test('money of two kinds is never added up', async (t) => {
  const { app, anna, get } = await world(t, [{ ...at('2026-02-03T10:00:00Z'), gross: 3_000 }]);
  await seedAccount(app, anna.userId, {
    trades: 2,
    currency: 'EUR',
    label: 'Euro',
    login: '9',
    server: 'Else',
  });
  const first = await get<Summary>('/analytics/summary');
  const [other] = first.others;
  t.equal(first.others.length, 1);
  const second = await get<Summary>(
    `/analytics/summary?group=${other?.category ?? ''}-${other?.currency ?? ''}`,
  );
  const seen = [first, second].map(({ currency, trades }) => `${currency ?? ''} ${trades}`);
  t.same(seen.sort(), ['EUR 2', 'USD 1']);
});

void t.test('buckets come to the whole, and days are those of the user', async (t) => {
  const { get } = await world(t, [
    { ...at('2026-03-29T00:30:00Z'), gross: 100, commission: 0 },
    {
      ...at('2026-03-29T23:30:00Z'),
      gross: 200,
      commission: 0,
      symbol: 'XAUUSD',
      name: 'XAUUSD',
      side: 'sell',
    },
    { ...at('2026-03-30T10:30:00Z'), gross: -400, commission: 0, magic: '7', comment: 'Grid' },
  ]);
  for (const by of [
    'symbol',
    'side',
    'magic',
    'ea',
    'session',
    'weekday',
    'hour',
    'month',
    'duration',
    'tag',
  ]) {
    const { items } = await get<{ items: Bucket[] }>(`/analytics/breakdown?by=${by}`);
    t.equal(
      items.reduce((sum, { trades }) => sum + trades, 0),
      3,
      by,
    );
    t.equal(
      items.reduce((sum, { net }) => sum + Number(net), 0),
      -1,
      by,
    );
  }
  const { items } = await get<{ items: Bucket[] }>('/analytics/breakdown?by=symbol');
  t.match(items, [
    { key: 'EURUSD', trades: 2, net: '-3.00' },
    { key: 'XAUUSD', trades: 1, net: '2.00' },
  ]);
  const { days } = await get<{ days: Bucket[] }>('/analytics/calendar');
  t.equal(
    days.reduce((sum, { trades }) => sum + trades, 0),
    3,
  );
  t.match(await get<object>('/analytics/breakdown?by=weather'), { error: { code: 'invalid' } });
});

void t.test(
  'a curve shows the balance of whole accounts, and what some of their trades came to',
  async (t) => {
    const { get } = await world(t, [
      { ...at('2026-02-03T10:00:00Z'), gross: 3_000, commission: 0 },
      { ...at('2026-02-04T10:00:00Z'), gross: -1_000, commission: 0, side: 'sell' },
    ]);
    const whole = await get<{ kind: string; points: object[] }>('/analytics/equity-curve');
    t.match(whole, { kind: 'balance' });
    t.match(whole.points.at(-1), { value: /20\.00$/, drawdown: '10.00' });
    const some = await get<{ kind: string; points: object[] }>('/analytics/equity-curve?side=sell');
    t.match(some, { kind: 'net', points: [{ value: '-10.00', drawdown: '10.00' }] });
  },
);

void t.test('equity is told where all accounts were watched at once, and nowhere else', async (t) => {
  interface Curve {
    points: { at: string; value: string; equity: string | null }[];
    equityReason: string | null;
  }
  const { app, anna, accountId, get } = await world(t, [
    { ...at('2026-02-03T10:00:00Z'), gross: 3_000, commission: 0 },
  ]);
  const second = await seedAccount(app, anna.userId, { trades: 1, label: 'Second' });
  await app.db.withTenant('app', anna.userId, (tx) => sql`delete from account_snapshots`.execute(tx));
  const known = ({ points }: Curve): (string | null)[] =>
    points.map(({ equity }) => equity).filter((equity) => equity !== null);
  const read = async (account: string, balance: string): Promise<void> => {
    await readAgain(app, { userId: anna.userId, accountId: account }, balance);
  };
  const never = await get<Curve>('/analytics/equity-curve');
  t.same(
    [known(never), never.equityReason],
    [[], 'No equity: the 2 accounts were never watched at the same time.'],
  );
  await read(accountId, '1030.00');
  app.clock.advance(3_600_000);
  await read(second.accountId, '1009.65');
  const apart = await get<Curve>('/analytics/equity-curve');
  t.same(known(apart), [], 'an hour apart is not at once');
  const alone = await get<Curve>(`/analytics/equity-curve?account=${accountId}`);
  t.same([known(alone), alone.equityReason], [['1030.00'], null]);
  await read(accountId, '1031.00');
  const together = await get<Curve>('/analytics/equity-curve');
  t.same(known(together), ['2040.65']);
  t.match((await get<Curve>('/analytics/equity-curve?side=buy')).equityReason, /only some of their trades/);
});

void t.test('whoever has nothing is told of nothing, and sees nobody else’s', async (t) => {
  const { app, accountId } = await world(t, [{ ...at('2026-02-03T10:00:00Z'), gross: 3_000 }]);
  const bob = await person(app, 'bob');
  const token = await tokenOf(app, bob, 'read');
  const ask = async (path: string): Promise<Summary> =>
    (await app.browser().get(`/api/v1${path}`, { authorization: `Bearer ${token}` })).json<Summary>();
  for (const path of ['/analytics/summary', `/analytics/summary?account=${accountId}`])
    t.match(await ask(path), {
      currency: null,
      trades: 0,
      journal: { trades: 0, net: '0.00', winRate: null },
    });
});
