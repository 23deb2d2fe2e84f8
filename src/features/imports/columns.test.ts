import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { askedImport, tableAnswer, unknownTable } from '../../testing/imported.js';
import { sender } from '../../testing/sending.js';

t.setTimeout(300_000);

async function world(t: Test) {
  const app = await testApp(t);
  const who = await person(app, 'ada');
  const { browser } = who;
  const sent = sender(app, await tokenOf(app, who));
  /** Answers a question, and waits until the file has been read again. */
  const answer = async (id: string, fields: Record<string, string>) => {
    await browser.get(`/trades/import/${id}`);
    const reply = await browser.post(`/trades/import/${id}/answer?columns=1`, fields);
    await app.kit.afterwards.settled();
    return reply;
  };
  const page = async (id: string, query = ''): Promise<string> =>
    (await browser.get(`/trades/import/${id}${query}`)).body;
  return { app, who, answer, page, ...sent };
}

const files = ({ stateDir }: TestApp): string[] =>
  existsSync(join(stateDir, 'uploads')) ? readdirSync(join(stateDir, 'uploads')) : [];
const rows = (app: TestApp, question: string): Promise<Record<string, unknown>[]> =>
  asAdministrator(app.login, async (client) => (await client.query<Record<string, unknown>>(question)).rows);
const trades = (app: TestApp) =>
  rows(app, 'select symbol, side, volume, net, open_price, close_price from trades order by symbol');

const wanted = [
  {
    symbol: 'EURUSD',
    side: 'buy',
    volume: '0.1',
    net: '47.50',
    open_price: '1.08',
    close_price: '1.085',
  },
  { symbol: 'USDJPY', side: 'sell', volume: '0.2', net: '-66.45' },
];

void t.test('a table that nobody knows is read as its owner says', async (t) => {
  const { app, send, page, answer, save, look } = await world(t);
  const { id, state } = await send(unknownTable, { name: 'mine.csv' });
  t.equal(state, 'failed', 'a program is told so');
  const asked = await page(id);
  t.match(asked, /Which column holds what/);
  t.match(asked, /When out/, 'its first rows are shown');
  t.match(asked, /needs an answer/);
  const missing = await answer(id, { symbol: '#1' });
  t.equal(missing.statusCode, 422);
  t.match(missing.body, /Choose its column/);
  t.match(missing.body, /<option value="#1" selected>/, 'what was chosen stays');
  t.equal((await answer(id, tableAnswer)).statusCode, 303);
  t.match(await look(id), { state: 'ready', format: 'table', counts: { new: 2, rejected: 0 } });
  t.match(await page(id), /Its columns were read as you said/);
  t.same(files(app), [id], 'the file stays while its owner may say it otherwise');
  await save(id);
  t.match(await trades(app), wanted);
  t.same(files(app), [], 'and goes when it is saved');
});

void t.test('what was said once holds for the next table with these headings', async (t) => {
  const { app, send, answer, save, page } = await world(t);
  const first = await send(unknownTable);
  await answer(first.id, tableAnswer);
  const next = await send(unknownTable.replace('When out', 'when_out').replace('USDJPY', 'GBPUSD'));
  t.match(next, { failure: null, state: 'ready', counts: { new: 2 } });
  await save(next.id);
  t.match(await trades(app), [{ symbol: 'EURUSD' }, { symbol: 'GBPUSD' }]);
  t.notMatch(await page(next.id, '?columns=1'), /Which column holds what/, 'a saved one is not asked about');
  const other = await send(unknownTable.replace('Way', 'Means'));
  t.equal(other.state, 'failed', 'other headings are another table');
});

void t.test('a wrong answer can be mended, and leaves nothing', async (t) => {
  const { app, send, answer, page, save, look } = await world(t);
  const { id } = await send(unknownTable);
  await answer(id, { ...tableAnswer, side: '#1' });
  const wrong = await look(id);
  t.match(wrong, { state: 'ready', counts: { new: 0, rejected: 2 } });
  t.match(wrong.problems, [{ row: 2, reason: /neither buy nor sell/ }, { row: 3 }]);
  t.match(await page(id, '?columns=1'), /<option value="#1" selected>[^<]*<\/option>/);
  await answer(id, { ...tableAnswer, symbol: '', oneSymbol: 'GOLD' });
  t.match(await look(id), { state: 'ready', counts: { new: 2 } });
  await save(id);
  t.match(await trades(app), [{ symbol: 'GOLD' }, { symbol: 'GOLD' }]);
});

void t.test('a list of one symbol is asked for it', async (t) => {
  const { app, send, page, answer, save, look } = await world(t);
  const list = [
    'Trade #,Type,Signal,Date/Time,Price USD,Contracts,Profit USD,Profit %',
    '1,Exit Long,Close,2026-03-20 10:00,1.0850,1000,5.00,0.4',
    '1,Entry Long,Go,2026-03-20 09:00,1.0800,1000,,',
  ].join('\n');
  const { id } = await send(list);
  t.match(await page(id), /Which symbol is it of/);
  const empty = await answer(id, { oneSymbol: ' ' });
  t.equal(empty.statusCode, 422);
  await answer(id, { oneSymbol: 'EURUSD' });
  t.match(await look(id), { state: 'ready', format: 'tradingview' });
  await save(id);
  t.match(await trades(app), [{ symbol: 'EURUSD', net: '5.00' }]);
});

void t.test('a program says the columns with the file', async (t) => {
  const { send, post } = await world(t);
  const mapping = JSON.stringify({ ...tableAnswer, symbol: 'What', side: 'C' });
  t.match(await send(unknownTable, { name: 'x.csv', mapping }), { state: 'ready', counts: { new: 2 } });
  t.equal((await post(unknownTable, 'x.csv', { mapping: '{"colour":"A"}' })).statusCode, 400);
  t.equal((await post(unknownTable, 'x.csv', { mapping: 'symbol' })).statusCode, 400);
});

void t.test('nobody answers for somebody else, twice, or for a file that is gone', async (t) => {
  const { app, who, answer, undo, page, look } = await world(t);
  const id = await askedImport(app, who.userId);
  const eve = await person(app, 'eve');
  for (const { browser } of [eve, who]) await browser.get('/trades/import');
  t.equal((await eve.browser.post(`/trades/import/${id}/answer`, tableAnswer)).statusCode, 404);
  const clicks = await Promise.all(
    [1, 2].map(() => who.browser.post(`/trades/import/${id}/answer`, tableAnswer)),
  );
  t.same(clicks.map(({ statusCode }) => statusCode).sort(), [303, 409]);
  await app.kit.afterwards.settled();
  t.match(await look(id), { state: 'ready', counts: { new: 2 } });
  await undo(id);
  t.same(files(app), []);
  t.equal((await answer(id, tableAnswer)).statusCode, 409);
  t.match(await page(id), /taken back/);
});

void t.test('a second answer leaves the reading of the first alone, and so does a stranger’s', async (t) => {
  const { app, who, look } = await world(t);
  const id = await askedImport(app, who.userId);
  const eve = await person(app, 'eve');
  for (const { browser } of [eve, who]) await browser.get('/trades/import');
  const path = `/trades/import/${id}/answer`;
  t.equal((await who.browser.post(path, tableAnswer)).statusCode, 303);
  // It is refused while the first is read, and begins anew where that was quick.
  t.ok([303, 409].includes((await who.browser.post(path, tableAnswer)).statusCode));
  t.equal((await eve.browser.post(path, tableAnswer)).statusCode, 404);
  await look(id);
  await app.kit.afterwards.settled();
  t.match(await look(id), { state: 'ready', counts: { new: 2 } });
});

void t.test('a file that is dropped while it is read leaves nothing', async (t) => {
  const { app, post, undo, look } = await world(t);
  const lines = Array.from(
    { length: 9_000 },
    (_, at) => `EURUSD;buy;0.1;2026-01-05 10:00;1.08;2026-01-05 11:00;1.09;${at}`,
  );
  const table = ['symbol;side;lots;opened;openPrice;closed;closePrice;net', ...lines].join('\n');
  const { id } = (await post(table, 'x.csv', {})).json<{ id: string }>();
  t.match((await undo(id)).json(), { state: 'undone' });
  await app.kit.afterwards.settled();
  t.match(await look(id), { state: 'undone' });
  t.match(await rows(app, 'select count(*)::int as n from import_deals'), [{ n: 0 }]);
  t.same(files(app), []);
});

void t.test('what cannot be is refused in words', async (t) => {
  const { who, send, post, look, answer } = await world(t);
  const { id } = await send(unknownTable);
  await answer(id, tableAnswer);
  const form = { label: 'x', category: 'Demo', clock: 'ny+7' };
  for (const account of ['xyz', '\0'])
    t.equal(
      (await who.browser.post(`/trades/import/${id}/confirmation`, { ...form, account })).statusCode,
      422,
    );
  const label = `${'x'.repeat(59)}\u{1F600}`;
  const made = await post(unknownTable, 'x.csv', { newAccount: label });
  t.equal(made.statusCode, 202, made.body);
  const beyond = await send(unknownTable, { mapping: JSON.stringify({ ...tableAnswer, profit: '#99' }) });
  t.match(beyond, { state: 'failed', failure: /no column "#99"/ });
  t.match(await look(beyond.id), { state: 'failed' });
});

void t.test('a clock by which deals would lie in the weekend is not taken, and told of', async (t) => {
  const { app, who, send, page, answer, look } = await world(t);
  const sunday = unknownTable
    .replaceAll('20.03.2026', '18.01.2026')
    .replace('09:00', '22:30')
    .replace('10:00', '23:00');
  const { id } = await send(sunday);
  await answer(id, tableAnswer);
  t.match(await look(id), { clockRule: 'fixed:0' }, 'on Sunday at 22:30 UTC the market is open');
  t.notMatch(await page(id), /lie in the weekend/);
  const wrong = (await who.browser.get(`/trades/import/${id}/preview?account=new&clock=fixed:10800`)).body;
  t.match(wrong, /By this clock 2 deals in currencies would lie in the weekend/);
  t.match(await rows(app, 'select count(*)::int as n from table_mappings'), [{ n: 1 }]);
});
