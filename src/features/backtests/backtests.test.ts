import { withoutHelp } from '../../testing/steps.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { needsRecording, recordingPath } from '../../testing/needs.js';
import { sender, type ApiImport } from '../../testing/sending.js';
import { optimiserReport, testerReport } from '../../testing/tester-files.js';

t.setTimeout(600_000);

interface ApiBacktest {
  id: string;
  name: string;
  metatrader: Record<string, string | number | null> | null;
  totals: ApiImport['totals'];
  optimisation: { columns: string[]; passes: string[][] } | null;
}

async function world(t: Test, handle = 'ada') {
  const app = await testApp(t);
  const who = await person(app, handle);
  const token = await tokenOf(app, who);
  const ask = (path: string) =>
    who.browser.get(`/api/v1/backtests${path}`, { authorization: `Bearer ${token}` });
  const list = async (query = '') =>
    (await ask(query)).json<{ items: ApiBacktest[]; nextCursor: string | null }>();
  const one = async (id: string) => (await ask(`/${id}`)).json<ApiBacktest>();
  return { app, who, ask, list, one, ...sender(app, token) };
}

const rows = (app: TestApp, question: string): Promise<Record<string, unknown>[]> =>
  asAdministrator(app.login, async (client) => (await client.query<Record<string, unknown>>(question)).rows);
const left = async (app: TestApp): Promise<unknown[]> => [
  ...(await rows(app, 'select id from backtests')),
  ...(await rows(app, 'select row from backtest_passes')),
  ...(await rows(app, 'select ticket from import_deals')),
  ...(await rows(app, 'select ticket from import_orders')),
];

const nets = [10, -5, 20, -8, 12.5];

void t.test('a tester’s report is kept apart from every account', async (t) => {
  const { app, send, save, look, list, one } = await world(t);
  const sent = await send(testerReport(nets));
  t.match(sent, {
    ...{ state: 'ready', format: 'mt5-tester', accountId: null, backtestId: null },
    counts: { new: 11, duplicate: 0, changed: 0, rejected: 0 },
  });
  t.same((await list()).items, [], 'nothing is saved before it is confirmed');
  const saved = (await save(sent.id)).json<ApiImport>();
  t.match(saved, { state: 'saved', accountId: null, backtestId: sent.id, counts: { new: 11 } });
  t.match((await save(sent.id)).json(), { state: 'saved', backtestId: sent.id }, 'the second click');
  t.same((await look(sent.id)).backtestId, sent.id);
  const { items } = await list();
  t.equal(items.length, 1);
  t.match(items[0], {
    ...{ id: sent.id, name: 'Crossing Averages EURUSD H1', expert: 'Crossing Averages', symbol: 'EURUSD' },
    ...{ currency: 'EUR', deposit: '10000.00', leverage: '1:100', firstAt: '2031-01-06T07:00:00' },
    metatrader: { netProfit: '29.50', totalTrades: 5, profitTrades: 3, expectedPayoff: '5.90', sharpe: 1.5 },
  });
  const whole = await one(sent.id);
  t.match(whole, {
    inputs: [{ name: '=== Entry ===' }, { name: 'FastPeriod', value: '12' }, { name: 'Label' }],
    results: [{ name: 'History Quality', value: '100%' }],
    optimisation: null,
  });
  t.same(
    whole.totals.filter(({ equal }) => equal === false),
    [],
    'each printed figure is ours',
  );
  t.match(
    whole.totals.find(({ name }) => name === 'sharpe'),
    { reported: '1.50', computed: null, equal: null, reason: /equity/ },
  );
  t.same(await rows(app, 'select id from accounts'), []);
  t.same(await rows(app, 'select ticket from deals'), []);
});

void t.test('the same test again is a no-op that leads to the one there is', async (t) => {
  const { app, who, send, save, undo, list } = await world(t);
  const first = await send(testerReport(nets));
  await save(first.id, { label: 'My first' });
  const again = await send(testerReport(nets), { name: 'another-name.html' });
  t.match(again, { backtestId: first.id, counts: { new: 0, duplicate: 11 } });
  const page = (await who.browser.get(`/trades/import/${again.id}`)).body;
  t.match(page, new RegExp(`kept already, as <a href="/backtests/${first.id}">My first`));
  t.notMatch(page, /Keep it as a backtest/);
  t.match((await save(again.id)).json(), { state: 'saved', backtestId: first.id, counts: { new: 0 } });
  t.equal((await list()).items.length, 1);
  t.equal((await rows(app, 'select ticket from import_deals')).length, 11, 'its rows are kept once');
  t.match((await undo(first.id)).json(), { state: 'undone' });
  t.equal((await list()).items.length, 1, 'another file tells it as well');
  t.match((await undo(again.id)).json(), { state: 'undone' });
  t.same((await list()).items, []);
  t.same(await left(app), []);
});

void t.test('two that are confirmed at once are kept once', async (t) => {
  const { send, save, list } = await world(t);
  const sent = [await send(testerReport(nets)), await send(testerReport(nets))];
  const answers = await Promise.all(sent.map(({ id }) => save(id)));
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.equal((await list()).items.length, 1);
});

void t.test('an import is taken back with its backtest, saved or not', async (t) => {
  const { app, who, send, save, undo, list } = await world(t);
  const waiting = await send(testerReport([1, 2]));
  t.match((await undo(waiting.id)).json(), { state: 'undone' });
  t.same(await left(app), [], 'nothing is left of what was not saved');
  const { id } = await send(testerReport(nets));
  await save(id);
  t.match((await who.browser.get(`/trades/import/${id}`)).body, /It is kept as/);
  t.equal((await who.browser.post(`/trades/import/${id}/withdrawal`)).statusCode, 303);
  t.same((await list()).items, []);
  t.equal((await who.browser.get(`/backtests/${id}`)).statusCode, 404);
  t.same(await left(app), []);
  t.equal((await undo(id)).statusCode, 200, 'the second click');
  const next = await send(testerReport(nets));
  t.match(next, { counts: { new: 11 }, backtestId: null }, 'it can be imported anew');
});

void t.test('a test without trades is a backtest with no figure invented', async (t) => {
  const { who, send, save, one } = await world(t);
  const { id } = await send(testerReport([]));
  await save(id);
  const { metatrader, totals } = await one(id);
  t.match(metatrader, { netProfit: '0.00', totalTrades: 0, profitFactor: null, expectedPayoff: null });
  t.same(
    totals.filter(({ equal }) => equal === false),
    [],
  );
  const page = (await who.browser.get(`/backtests/${id}`)).body;
  t.match(page, /The test made no trade/);
  t.match(page, /no trades/);
  t.equal((await who.browser.get(`/backtests/${id}/curve`)).statusCode, 200);
});

void t.test('an optimisation is a table that sorts by numbers and turns its pages', async (t) => {
  const { who, send, save, one, list } = await world(t);
  const sent = await send(optimiserReport(120), { name: 'optimisation.xml' });
  t.match(sent, { format: 'mt5-optimiser', counts: { new: 120, duplicate: 0 } });
  await save(sent.id);
  t.match((await list()).items, [{ passes: 120, metatrader: null, name: 'Crossing Averages EURUSD H1' }]);
  const { optimisation } = await one(sent.id);
  t.equal(optimisation?.passes.length, 120);
  const profits = async (query: string): Promise<number[]> => {
    const { body } = await who.browser.get(`/backtests/${sent.id}/passes${query}`);
    const cells = body.match(/<tr><td[\s\S]*?<\/tr>/g) ?? [];
    return cells.map((row) =>
      Number([...row.matchAll(/<td[^>]*>([^<]*)/g)][2]?.[1]?.replace('−', '-').replace(/\u202f/g, '')),
    );
  };
  const top = await profits('?sort=-2');
  t.equal(top.length, 50);
  t.same(
    top,
    [...top].sort((a, b) => b - a),
  );
  t.ok((await profits('?sort=2&page=3'))[19] === top[0]);
  t.same(await profits('?sort=99&page=x'), await profits(''), 'what cannot be used is left out');
  const again = await send(optimiserReport(120), { name: 'optimisation.xml' });
  t.match(again, { counts: { new: 0, duplicate: 120 }, backtestId: sent.id });
});

void t.test('the page is named, shown page by page, and deleted by its owner', async (t) => {
  const { app, who, send, look } = await world(t);
  const { browser } = who;
  t.match((await browser.get('/backtests')).body, /No backtest yet/);
  const { id } = await send(testerReport(Array.from({ length: 60 }, (_, at) => (at % 3) - 0.5)));
  const form = { account: 'backtest', label: '' };
  const refused = await browser.post(`/trades/import/${id}/confirmation`, form);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /Please fill this in/);
  const saved = await browser.post(`/trades/import/${id}/confirmation`, { ...form, label: 'Night run' });
  t.equal(saved.headers.location, `/backtests/${id}`);
  t.match((await browser.get('/backtests')).body, /Night run/);
  const page = (await browser.get(`/backtests/${id}`)).body;
  t.match(page, /1–50 of 60/);
  t.match(page, /nobody earned or lost this money/);
  t.match(page, /tester’s clock/);
  t.match((await browser.get(`/backtests/${id}?page=2`)).body, /51–60 of 60/);
  t.match((await browser.get(`/backtests/${id}/curve`)).body, /data-columns="[^"]*10030/);
  t.equal((await browser.post(`/backtests/${id}`, { name: ' ' })).statusCode, 422);
  t.equal((await browser.post(`/backtests/${id}`, { name: 'Day run' })).statusCode, 303);
  t.match((await browser.get(`/backtests/${id}`)).body, /<h1>Day run/);
  t.match((await browser.get(`/backtests/${id}/removal/dialog`)).body, /Day run/);
  t.equal((await browser.post(`/backtests/${id}/removal`)).headers.location, '/backtests');
  t.same(await left(app), []);
  t.match(await look(id), { state: 'undone', backtestId: null });
  t.equal((await browser.post(`/backtests/${id}/removal`)).statusCode, 404, 'the second click');
});

void t.test('nobody sees, saves, names or removes a backtest of somebody else', async (t) => {
  const { app, send, save, list } = await world(t);
  const { id } = await send(testerReport(nets));
  const eve = await person(app, 'eve');
  const token = await tokenOf(app, eve);
  const stranger = sender(app, token);
  t.equal((await stranger.save(id)).statusCode, 404);
  await save(id);
  t.equal((await stranger.call('GET', id)).statusCode, 404);
  t.equal((await stranger.undo(id)).statusCode, 404);
  for (const path of ['', '/curve', '/trades', '/passes', '/removal', '/removal/dialog'])
    t.equal((await eve.browser.get(`/backtests/${id}${path}`)).statusCode, 404, path);
  t.equal((await eve.browser.post(`/backtests/${id}`, { name: 'mine' })).statusCode, 404);
  t.equal((await eve.browser.post(`/backtests/${id}/removal`)).statusCode, 404);
  const api = (path: string) =>
    eve.browser.get(`/api/v1/backtests${path}`, { authorization: `Bearer ${token}` });
  t.equal((await api(`/${id}`)).statusCode, 404);
  t.same((await api('')).json(), { items: [], nextCursor: null });
  const theirs = await stranger.send(testerReport(nets));
  t.match(theirs, { backtestId: null, counts: { new: 11 } }, 'the same file of another is not theirs');
  t.equal((await list()).items.length, 1);
});

void t.test('the list goes on from its cursor', async (t) => {
  const { app, send, save, list, ask } = await world(t);
  for (const at of [1, 2, 3]) {
    await save((await send(testerReport([at]))).id, { label: `Run ${at}` });
    app.clock.advance(60_000);
  }
  const first = await list('?limit=2');
  t.match(first.items, [{ name: 'Run 3' }, { name: 'Run 2' }]);
  const rest = await list(`?limit=2&cursor=${first.nextCursor ?? ''}`);
  t.match(rest, { items: [{ name: 'Run 1' }], nextCursor: null });
  t.equal((await ask('?cursor=nonsense')).statusCode, 400);
});

const folder = 'mt5-tester';
void t.test('real reports come to what they print', needsRecording(folder), async (t) => {
  const { who, send, save, undo, one } = await world(t);
  for (const file of readdirSync(recordingPath(folder))) {
    const sent = await send(readFileSync(join(recordingPath(folder), file)), { name: file });
    t.match(sent, { state: 'ready' }, file);
    t.match((await save(sent.id)).json(), { state: 'saved', backtestId: sent.id }, file);
    const { totals, metatrader } = await one(sent.id);
    t.same(
      totals.filter(({ equal }) => equal === false),
      [],
      `${file}: each figure that can be compared equals the printed one`,
    );
    for (const { name, reported, equal } of totals)
      if (equal !== null && name !== 'lrCorrelation' && !/Drawdown|ahpr|ghpr|average|lrStandard/.test(name))
        t.ok(
          Math.abs(Number(metatrader?.[name] ?? 0) - Number(reported)) < 0.0051,
          `${file}: ${name} ${String(metatrader?.[name])} ${reported}`,
        );
    const page = await who.browser.get(`/backtests/${sent.id}`);
    t.equal(page.statusCode, 200, file);
    t.notMatch(withoutHelp(page.body), /differs/, `${file}: nothing differs on its page`);
    t.equal((await who.browser.get(`/backtests/${sent.id}/curve`)).statusCode, 200);
    await undo(sent.id);
  }
});

void t.test('a real report of MetaTrader 4’s tester', needsRecording('mt4'), async (t) => {
  const { send, save, one } = await world(t);
  const sent = await send(readFileSync(recordingPath('mt4/strategytester-usdjpy-macd.htm')));
  t.match(sent, { state: 'ready', format: 'mt4-tester' });
  await save(sent.id);
  const { metatrader, totals } = await one(sent.id);
  t.match(metatrader, { totalTrades: 733, netProfit: /^-1071\.\d\d$/ });
  t.same(
    totals.filter(({ equal }) => equal === false),
    [],
  );
});
