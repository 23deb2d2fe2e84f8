import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { addImport } from '../../data/imports.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { needsRecording, recordingPath } from '../../testing/needs.js';
import { sender, type ApiImport } from '../../testing/sending.js';

t.setTimeout(600_000);

const reports = 'mt5-history';
const startS = Date.UTC(2026, 5, 1, 9) / 1000;

/** A deposit and so many trades, each of which wins its number, as the terminals' package dumps them. */
const dump = (trades: number, more: object = {}): string => {
  const cash = {
    ...{ ticket: 1, order: 0, position_id: 0, type: 2, entry: 0, symbol: '', volume: 0, price: 0 },
    profit: 500,
  };
  const pairs = Array.from({ length: trades }, (_, at) =>
    [0, 1].map((entry) => ({
      ...{
        ticket: 10 + 2 * at + entry,
        order: 1_000 + 2 * at + entry,
        position_id: 1_000 + 2 * at,
        type: entry,
        entry,
      },
      ...{ symbol: 'EURUSD', volume: 0.1, price: 1.1 + entry / 1000, profit: entry === 0 ? 0 : at + 1 },
    })),
  );
  const deals = [cash, ...pairs.flat()].map((deal, at) => ({
    ...{
      time: startS + at * 60,
      time_msc: (startS + at * 60) * 1000,
      reason: 0,
      magic: 0,
      swap: 0,
      commission: 0,
      fee: 0,
    },
    ...{ comment: '', external_id: '', ...deal },
  }));
  return JSON.stringify({ deals, ...more });
};
const account = {
  login: 900_100,
  server: 'Example-Live',
  currency: 'USD',
  company: 'Example',
  trade_mode: 2,
  margin_mode: 2,
};

async function world(t: Test, handle = 'ada') {
  const app = await testApp(t);
  const who = await person(app, handle);
  return { app, who, ...sender(app, await tokenOf(app, who)) };
}

const rows = (app: TestApp, question: string): Promise<Record<string, unknown>[]> =>
  asAdministrator(app.login, async (client) => (await client.query<Record<string, unknown>>(question)).rows);
const trades = (app: TestApp) =>
  rows(
    app,
    'select position_id, first_ticket, side, volume, net, opened_at, closed_at, source from trades order by 1, 2',
  );

void t.test('a report is looked at, saved, and taken back as one', async (t) => {
  const { app, send, save, undo, look } = await world(t);
  const sent = await send(dump(3, { account }));
  t.match(sent, {
    ...{
      state: 'ready',
      format: 'mt5-python',
      accountId: null,
      counts: { new: 7, duplicate: 0, changed: 0, rejected: 0 },
    },
    account: { login: '900100', server: 'Example-Live', currency: 'USD' },
  });
  t.same(await trades(app), [], 'nothing is saved before it is confirmed');
  t.match((await save(sent.id)).json(), { state: 'saved', counts: { new: 7 } });
  t.match(await trades(app), [{ net: '1.00', source: 'report' }, { net: '2.00' }, { net: '3.00' }]);
  t.match(await rows(app, 'select type, label, balance, currency, clock_rule from accounts'), [
    { type: 'report', label: 'Example 900100', balance: '506.00', currency: 'USD', clock_rule: 'ny+7' },
  ]);
  t.match((await save(sent.id)).json(), { state: 'saved' }, 'the second click');
  t.equal((await trades(app)).length, 3);
  t.match((await undo(sent.id)).json(), { state: 'undone' });
  t.same(await trades(app), []);
  t.same(await rows(app, 'select id from accounts'), [], 'the account it made goes with it');
  t.match(await look(sent.id), { state: 'undone' });
});

void t.test('the same file again is a no-op, a later one adds what is new', async (t) => {
  const { app, send, save, undo } = await world(t);
  const first = await send(dump(2, { account }));
  await save(first.id);
  const again = await send(dump(2, { account }));
  t.match(again, { counts: { new: 0, duplicate: 5, changed: 0 } });
  t.not(again.accountId, null, 'the account is known again');
  await save(again.id);
  t.equal((await trades(app)).length, 2);
  const later = await send(dump(4, { account }));
  t.match(later.counts, { new: 4, duplicate: 5, changed: 0, rejected: 0 });
  await save(later.id);
  t.equal((await trades(app)).length, 4);
  await undo(later.id);
  t.equal((await trades(app)).length, 2);
  t.match(await rows(app, 'select balance from accounts'), [{ balance: '503.00' }]);
});

void t.test('a report of another login is refused with a sentence, and nothing is lost', async (t) => {
  const { app, send, save } = await world(t);
  const first = await send(dump(1, { account }));
  const saved = (await save(first.id)).json<ApiImport>();
  const other = await send(dump(1, { account: { ...account, login: 5 } }));
  const answer = await save(other.id, { accountId: saved.accountId });
  t.equal(answer.statusCode, 409);
  t.match(answer.json(), { error: { code: 'wrong_account', message: /login 5/ } });
  t.equal((await trades(app)).length, 1);
});

void t.test(
  'a file that was read before its account was made finds it, and cannot make it twice',
  async (t) => {
    const { app, who, send, save, undo } = await world(t);
    const [early, first] = [await send(dump(2, { account })), await send(dump(2, { account }))];
    const saved = (await save(first.id)).json<ApiImport>();
    const page = (await who.browser.get(`/trades/import/${early.id}`)).body;
    t.match(page, `value="${saved.accountId ?? ''}" selected`);
    t.match(page, /Known already<\/dt><dd>5/);
    const form = { account: 'new', label: 'Twice', category: 'Real', clock: 'ny+7' };
    const refused = await who.browser.post(`/trades/import/${early.id}/confirmation`, form);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, /You have login 900100 at Example-Live already/);
    t.match((await undo(first.id)).json(), { state: 'undone' });
    t.same(await rows(app, 'select id from accounts'), [], 'the account goes although another file waits');
    t.match((await save(early.id)).json(), { state: 'saved' }, 'which can still be saved');
  },
);

void t.test('what is no report says so, and is over', async (t) => {
  const { app, send, save } = await world(t);
  const failed = await send('<p>Hello</p>', { name: 'x.html' });
  t.match(failed, { state: 'failed', failure: /Export the report/ });
  t.equal((await save(failed.id)).statusCode, 409);
  t.same(readdirSync(join(app.stateDir, 'uploads')), [], 'the file is gone');
});

void t.test('a file that is dropped leaves nothing', async (t) => {
  const { app, send, undo } = await world(t);
  const { id } = await send(dump(2, { account }));
  t.match(await rows(app, 'select count(*)::int as n from import_deals'), [{ n: 5 }]);
  t.match((await undo(id)).json(), { state: 'undone' });
  t.match(await rows(app, 'select count(*)::int as n from import_deals'), [{ n: 0 }]);
});

void t.test('what was being read when the program ended is told of, and is in nobody’s way', async (t) => {
  const { app, who, look, send } = await world(t);
  const ids = [randomUUID(), randomUUID()];
  for (const id of ids)
    await app.db.withTenant('app', who.userId, (tx) =>
      addImport(tx, {
        id,
        userId: who.userId,
        accountId: null,
        kind: 'report',
        state: 'running',
        at: app.clock.now(),
      }),
    );
  t.match(await look(ids[0] ?? ''), { state: 'failed', failure: /started anew/ });
  t.match((await who.browser.get(`/trades/import/${ids[1] ?? ''}`)).body, /started anew/);
  t.match(await send(dump(1, { account })), { state: 'ready' });
});

void t.test('nobody sees, saves or takes back an import of somebody else', async (t) => {
  const { app, send, save } = await world(t);
  const sent = await send(dump(1, { account }));
  const stranger = sender(app, await tokenOf(app, await person(app, 'eve')));
  t.equal((await stranger.call('GET', sent.id)).statusCode, 404);
  t.equal((await stranger.save(sent.id)).statusCode, 404);
  t.equal((await stranger.undo(sent.id)).statusCode, 404);
  const saved = (await save(sent.id)).json<ApiImport>();
  const theirs = await stranger.post(dump(1), 'x.json', { account: saved.accountId ?? '' });
  t.equal(theirs.statusCode, 404);
});

void t.test('the pages show what is in a file, keep what was chosen, and lead to the trades', async (t) => {
  const { app, who, send } = await world(t);
  const { browser } = who;
  t.match((await browser.get('/trades/import')).body, /Drop a report here, or paste/);
  const { id } = await send(dump(2, { account }));
  const page = (await browser.get(`/trades/import/${id}`)).body;
  t.match(page, /JSON of the MetaTrader5 Python package/);
  t.match(page, /New rows<\/dt><dd>5/);
  const form = { account: 'new', label: '', category: 'Real', clock: 'ny+7' };
  const refused = await browser.post(`/trades/import/${id}/confirmation`, form);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /Please fill this in/);
  const saved = await browser.post(`/trades/import/${id}/confirmation`, { ...form, label: 'Old broker' });
  t.equal(saved.statusCode, 303);
  t.match((await browser.get(`/trades/import/${id}`)).body, /Old broker/);
  t.match((await browser.get('/trades')).body, /EURUSD/);
  t.match(await rows(app, 'select category from accounts'), [{ category: 'Real' }]);
  const asked = (await browser.get(`/trades/import/${id}/withdrawal`)).body;
  t.match(asked, /5 rows that it brought/);
  t.match(asked, /The account was made by this import/);
  await browser.post(`/trades/import/${id}/withdrawal`);
  t.equal(
    (await browser.get(`/trades/import/${id}/withdrawal`)).statusCode,
    404,
    'there is nothing left of it',
  );
  t.same(await trades(app), []);
});

const printed = (sent: ApiImport, name: string): number =>
  Number(sent.totals.find((total) => total.name === name)?.reported);

void t.test(
  'real reports come to what they print, and once is enough',
  needsRecording(reports),
  async (t) => {
    const { app, send, save, undo } = await world(t);
    for (const file of readdirSync(recordingPath(reports)).filter(
      (name) => !name.includes('positions-csv'),
    )) {
      const content = readFileSync(join(recordingPath(reports), file));
      const sent = await send(content, { name: file });
      t.match(sent, { state: 'ready', format: 'mt5-history' }, file);
      t.same(
        sent.totals.filter(({ equal }) => equal !== true),
        [],
        `${file}: each figure equals the printed one`,
      );
      await save(sent.id);
      const [sums] = await rows(app, 'select sum(net)::float as net, count(*)::int as n from trades');
      t.equal(sums?.['net'], printed(sent, 'netProfit'), `${file}: the trades’ net`);
      const again = await send(content, { name: file });
      t.equal(again.state, 'ready', JSON.stringify(again));
      t.match(again.counts, { new: 0, changed: 0 }, `${file}: known already`);
      await undo(sent.id);
      t.same(await trades(app), [], `${file}: taken back`);
    }
  },
);

void t.test(
  'two reports of one account give the same trades in either order',
  needsRecording(reports),
  async (t) => {
    const files = ['ftmo-fr-chainB-1-0525.xlsx', 'ftmo-fr-chainB-2-0609.xlsx'].map((file) =>
      readFileSync(join(recordingPath(reports), file)),
    );
    const outcomes: unknown[] = [];
    for (const order of [files, [...files].reverse()]) {
      const { app, send, save, undo } = await world(t);
      const ids: string[] = [];
      for (const file of order) {
        const { id } = await send(file);
        await save(id);
        ids.push(id);
      }
      outcomes.push(await trades(app));
      const [earlier = ''] = order === files ? ids : [...ids].reverse();
      await undo(earlier);
      t.same(await trades(app), outcomes[0], 'the later report tells all of it');
    }
    t.same(outcomes[0], outcomes[1]);
  },
);
