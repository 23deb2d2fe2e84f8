import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { nameExpert } from '../../testing/experts.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { hourMs } from '../../lib/clock.js';

t.setTimeout(600_000);

interface Listed {
  items: {
    id: string | null;
    name: string;
    category: string;
    currency: string;
    trades: number;
    net: string;
    profitFactor: number | null;
    winRate: number | null;
    symbols: string[];
    silence: { state: string; usualGapSeconds: number | null };
  }[];
}

async function desk(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { userId } = anna;
  const { accountId } = await seedAccount(world, userId, { label: 'Swing', trades: 0 });
  await seedTrades(world, { userId, accountId }, wishes);
  const token = await tokenOf(world, anna);
  const ask = async <T>(path: string): Promise<T> =>
    (await anna.browser.get(`/api/v1${path}`, { authorization: `Bearer ${token}` })).json<T>();
  const eas = async () => (await ask<Listed>('/eas')).items;
  return { world, anna, userId, accountId, ask, eas };
}

const plain = { commission: 0, swap: 0, fee: 0 };
const mixed: readonly WishedTrade[] = [
  { ...plain, magic: '7', comment: 'Trend EA', gross: 1_000, symbol: 'EURUSD', name: 'EURUSD' },
  { ...plain, magic: '7', comment: 'Trend EA', gross: -400, symbol: 'XAUUSD', name: 'XAUUSD' },
  { ...plain, magic: '0', comment: 'Trend EA [sl 1.08]', gross: 250 },
  { ...plain, magic: '0', comment: '', gross: 5 },
];

void t.test('EAs are proposed from what trades carry, and named by a rule for good', async (t) => {
  const { anna, eas, ask } = await desk(t, mixed);
  const before = (await eas()).sort((a, b) => a.name.localeCompare(b.name));
  t.match(before, [
    {
      id: null,
      name: 'Magic 7',
      trades: 2,
      net: '6.00',
      profitFactor: 2.5,
      winRate: 0.5,
      symbols: ['EURUSD', 'XAUUSD'],
    },
    { id: null, name: 'Trend EA', trades: 1, net: '2.50', profitFactor: null },
  ]);
  const { body } = await anna.browser.get('/eas');
  t.match(body, /aria-current="page"><span>EAs/);
  t.match(body, /Magic 7<\/a>[\s\S]*proposed[\s\S]*Name it/);
  t.match(body, '1 trade of no EA');
  const form = (await anna.browser.get('/eas/new?for=Magic+7')).body;
  t.match(form, /name="magics"[^>]*value="7"/);
  t.match(form, '2 trades');
  const saved = await anna.browser.post('/eas', {
    name: 'Trend',
    magics: '7',
    pattern: 'trend ea*',
    was: 'Magic 7',
  });
  t.equal(saved.statusCode, 303);
  const after = await eas();
  t.equal(after.length, 1);
  t.match(after, [{ name: 'Trend', trades: 3, net: '8.50' }]);
  const page = (await anna.browser.get(String(saved.headers.location))).body;
  for (const text of ['By symbol', 'Latest trades', 'XAUUSD', 'Net result over time', '+8.50'])
    t.match(page, text);
  const { items } = await ask<{ items: unknown[] }>('/trades?ea=Trend');
  t.equal(items.length, 3);
  const parts = await ask<{ items: { key: string; trades: number }[] }>('/analytics/breakdown?by=ea');
  t.same(parts.items.map(({ key, trades }) => [key, trades]).sort(), [
    ['', 1],
    ['Trend', 3],
  ]);
  t.equal((await ask<{ trades: number }>('/analytics/summary?ea=none')).trades, 1);
});

void t.test('money of two kinds is never added up', async (t) => {
  const { world, userId, eas, anna } = await desk(t, mixed);
  const { accountId } = await seedAccount(world, userId, {
    ...{ label: 'Euro', login: '2', server: 'Other', currency: 'EUR', category: 'Demo', trades: 0 },
  });
  await seedTrades(world, { userId, accountId }, [
    { ...plain, magic: '7', gross: 300, positionId: '990001' },
  ]);
  const sevens = (await eas()).filter(({ name }) => name === 'Magic 7');
  t.same(sevens.map(({ category, currency, net }) => `${category} ${currency} ${net}`).sort(), [
    'Demo EUR 3.00',
    'Real USD 6.00',
  ]);
  t.match((await anna.browser.get('/eas/Magic%207?group=Demo-EUR')).body, /Demo EUR[\s\S]*\+3\.00/);
});

void t.test('what cannot be a rule is told, and what was typed is kept', async (t) => {
  const { world, anna, userId } = await desk(t, mixed);
  const id = await nameExpert(world, userId, { name: 'Mine', magics: ['7'], pattern: null });
  await anna.browser.get('/eas');
  const refused = async (path: string, fields: Record<string, string>, says: RegExp): Promise<void> => {
    const { statusCode, body } = await anna.browser.post(path, {
      name: '',
      magics: '',
      pattern: '',
      ...fields,
    });
    t.equal(statusCode, 422, String(says));
    t.match(body, says);
    for (const value of Object.values(fields)) t.ok(body.includes(`value="${value}"`), value);
  };
  await refused('/eas', { name: 'New', magics: '7x' }, /made of digits/);
  await refused('/eas', { name: 'New', magics: '18446744073709551616' }, /made of digits/);
  await refused('/eas', { name: 'New', magics: '0' }, /trades by hand/);
  await refused('/eas', { name: 'New' }, /Give magic numbers, a comment, or both/);
  await refused('/eas', { name: 'none', pattern: 'x*' }, /called so already/);
  await refused('/eas', { name: 'mine', pattern: 'x*' }, /Another EA is called so/);
  await refused(`/eas/${id}`, { name: 'Mine', magics: 'seven' }, /made of digits/);
});

void t.test('rules are tried in their order, and a list that is kept follows a new name', async (t) => {
  const { world, anna, userId, eas } = await desk(t, mixed);
  const first = await nameExpert(world, userId, { name: 'First', magics: ['7'], pattern: null });
  const second = await nameExpert(world, userId, { name: 'Second', magics: [], pattern: 'Trend*' });
  await anna.browser.get('/eas');
  const trades = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await eas()).map(({ name, trades: n }) => [name, n]));
  t.same(await trades(), { First: 2, Second: 1 });
  await anna.browser.post(`/eas/${second}/moves`, { direction: 'up' });
  t.same(await trades(), { Second: 3 });
  t.match((await anna.browser.get('/eas')).body, /First[\s\S]*no trade fits/);
  t.match((await anna.browser.get(`/eas/${first}`)).body, 'went to EAs that are tried before');
  await anna.browser.post('/trades/views', { name: 'kept', query: '?ea=Second&side=buy' });
  await anna.browser.post(`/eas/${second}`, { name: 'Other name', magics: '', pattern: 'Trend*' });
  t.match((await anna.browser.get('/trades')).body, 'ea=Other+name');
  t.equal((await anna.browser.post(`/eas/${second}/removal`, {})).statusCode, 303);
  t.same(await trades(), { First: 2, 'Trend EA': 1 });
});

void t.test('an EA that has been quiet too long is silent, where its account was read', async (t) => {
  const app = await testApp(t);
  const now = app.clock.now().getTime();
  // The market is open at that time, and was all of these hours.
  const wishes = Array.from({ length: 12 }, (_, n) => {
    const openedAt = new Date(now - (30 + n) * hourMs);
    return { magic: '7', openedAt, closedAt: new Date(openedAt.getTime() + 60_000) };
  });
  const { world, eas, anna, userId } = await desk(t, wishes);
  t.equal(world.clock.now().getTime(), now);
  const state = async (): Promise<string | undefined> => (await eas())[0]?.silence.state;
  const readAt = (at: Date | null) =>
    world.db.withTenant('app', userId, (tx) =>
      tx.updateTable('accounts').set({ full_synced_at: at }).execute(),
    );
  await readAt(new Date(now));
  t.equal(await state(), 'silent');
  t.match((await anna.browser.get('/eas')).body, /silent: no trade for/);
  await readAt(new Date(now - 30 * hourMs));
  t.equal(await state(), 'unread');
  t.match((await anna.browser.get('/eas')).body, /not read since/);
});

void t.test('an EA belongs to its user alone, and who has none is told where they come from', async (t) => {
  const { world, userId } = await desk(t, mixed);
  const id = await nameExpert(world, userId, { name: 'Secret', magics: ['7'], pattern: null });
  const bert = await person(world, 'bert');
  t.match((await bert.browser.get('/eas')).body, 'No EA yet');
  for (const path of [`/eas/${id}`, '/eas/Secret', '/eas/Trend%20EA'])
    t.equal((await bert.browser.get(path)).statusCode, 404, path);
  const posted = await bert.browser.post(`/eas/${id}`, { name: 'Mine now', magics: '1', pattern: '' });
  t.equal(posted.statusCode, 404);
});
