import t, { type Test } from 'tap';
import { openPassword } from '../../data/broker-password.js';
import { sealedPasswordOf } from '../../data/accounts.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { routes } from '../../testing/route-table.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { ask } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';
import { limitTable, type LimitTable } from '../../web/limits.js';

t.setTimeout(600_000);

const setting = async (t: Test, limits?: LimitTable) => {
  const sync = scriptedSync();
  const world = await testApp(t, { sync, ...(limits === undefined ? {} : { limits }) });
  const owner = await person(world, 'trader');
  const { accountId } = await seedAccount(world, owner.userId, { server: 'Example-Live', login: '51482' });
  const path = `/accounts/${accountId}`;
  await owner.browser.get(path);
  const state = async (): Promise<unknown> =>
    (await ask<{ state: string }>(world, 'select state from accounts where id = $1', [accountId]))[0]?.state;
  const be = (state: string, more = '') =>
    ask(world, `update accounts set state = $1 ${more} where id = $2`, [state, accountId]);
  return { sync, world, ...owner, accountId, path, state, be };
};
type Setting = Awaited<ReturnType<typeof setting>>;

const act = async ({ browser, path }: Setting, noun: string, fields: Record<string, string> = {}) => {
  const answer = await browser.post(`${path}/${noun}`, fields);
  const page = answer.statusCode === 303 ? await browser.get(answer.headers.location ?? '') : answer;
  return { answer, page };
};

void t.test('what runs is paused and resumed, and each click is told', async (t) => {
  const s = await setting(t);
  for (const from of ['live', 'incomplete', 'offline', 'connecting']) {
    await s.be(from);
    s.sync.told.length = 0;
    const { answer, page } = await act(s, 'pause');
    t.equal(answer.headers.location, s.path);
    t.match(page.body, 'The account is paused.');
    t.equal(await s.state(), 'paused', from);
    t.same(s.sync.told, [`changed ${s.userId}`]);
    await act(s, 'resumption');
    t.equal(await s.state(), 'live');
    t.same(s.sync.told.slice(1), [`changed ${s.userId}`, `ask ${s.accountId}`]);
  }
  await s.be('paused', ', connected_at = null');
  await act(s, 'resumption');
  t.equal(await s.state(), 'connecting', 'what was never connected starts from the beginning');
});

void t.test('pausing and resuming in turn reads once in ten seconds', async (t) => {
  const s = await setting(t, limitTable);
  for (const noun of ['pause', 'resumption', 'pause', 'resumption']) await act(s, noun);
  t.equal(await s.state(), 'live');
  t.same(
    s.sync.told.filter((one) => one.startsWith('ask')),
    [`ask ${s.accountId}`],
  );
  s.world.clock.advance(10_000);
  for (const noun of ['pause', 'resumption']) await act(s, noun);
  t.equal(s.sync.told.filter((one) => one.startsWith('ask')).length, 2);
});

void t.test('a second click, or one that comes too late, changes nothing and says so', async (t) => {
  const s = await setting(t);
  await act(s, 'pause');
  s.sync.told.length = 0;
  const tries: [state: string, noun: string][] = [
    ['paused', 'pause'],
    ['paused', 'syncs'],
    ['live', 'resumption'],
    ...['needs-password', 'refused-master', 'unknown-server'].flatMap((state): [string, string][] =>
      ['pause', 'resumption', 'syncs'].map((noun) => [state, noun]),
    ),
  ];
  for (const [state, noun] of tries) {
    await s.be(state);
    const { page } = await act(s, noun);
    t.match(page.body, 'Nothing was changed', `${noun} while ${state}`);
    t.equal(await s.state(), state);
  }
  t.same(s.sync.told, []);
});

void t.test('reading again asks the synchronisation and nothing else', async (t) => {
  const s = await setting(t);
  const before = await rowsOf(s.world.login, s.userId);
  const { page } = await act(s, 'syncs');
  t.match(page.body, 'The account is being read');
  t.same(s.sync.told, [`changed ${s.userId}`, `ask ${s.accountId}`]);
  t.same(await rowsOf(s.world.login, s.userId), before);
});

void t.test('label and category are the owner’s; a refused edit keeps what was typed', async (t) => {
  const s = await setting(t);
  const saved = await s.browser.post(s.path, { label: ' Zoë & Co ', category: 'Funded' });
  t.equal(saved.headers.location, s.path);
  const { body } = await s.browser.get(s.path);
  t.match(body, 'The account is saved.');
  t.match(body, 'Zoë &amp; Co');
  t.same(s.sync.told, [`changed ${s.userId}`]);
  for (const fields of [
    { label: '', category: 'Real' },
    { label: 'Typed', category: 'Wallet' },
  ]) {
    const refused = await s.browser.post(s.path, fields);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, `name="label" type="text" value="${fields.label}"`);
    t.match(refused.body, 'field-error');
  }
  t.match(await ask(s.world, 'select label, category from accounts'), [
    { label: 'Zoë & Co', category: 'Funded' },
  ]);
});

void t.test(
  'a new password is sealed and tried; a connected account keeps its server and login',
  async (t) => {
    const s = await setting(t);
    await s.be('needs-password', ', rejections = 2');
    const fields = { server: 'Elsewhere', login: '999', investorPassword: 'canary-new-1' };
    const { answer, page } = await act(s, 'credentials', fields);
    t.equal(answer.headers.location, s.path);
    t.match(page.body, 'every 2s');
    t.notMatch(page.body, 'canary-new-1');
    t.match(await ask(s.world, 'select state, rejections, server, login from accounts'), [
      { state: 'connecting', rejections: 0, server: 'Example-Live', login: '51482' },
    ]);
    const { userId, accountId } = s;
    const sealed = await s.world.db.withTenant('app', userId, (tx) =>
      sealedPasswordOf(tx, userId, accountId),
    );
    const belongsTo = { userId, accountId, server: 'Example-Live', login: '51482' };
    t.equal(openPassword(s.world.kit.keyring, belongsTo, sealed ?? Buffer.alloc(0)), 'canary-new-1');
    t.same(s.sync.told, [`changed ${userId}`, `ask ${accountId}`]);
    t.notOk(s.world.logged.join('\n').includes('canary-new-1'));
  },
);

void t.test('a draft may be mended everywhere, a lost server only there', async (t) => {
  const s = await setting(t);
  const given = { server: 'Mended-Live', login: '777', investorPassword: 'x1' };
  await s.be('unknown-server');
  await act(s, 'credentials', given);
  t.match(await ask(s.world, 'select server, login from accounts'), [
    { server: 'Mended-Live', login: '51482' },
  ]);
  await s.be('refused-master', ', connected_at = null, sealed_password = null');
  await act(s, 'credentials', given);
  t.match(await ask(s.world, 'select server, login, state from accounts'), [
    { server: 'Mended-Live', login: '777', state: 'connecting' },
  ]);
});

void t.test('refused credentials keep what was typed but the password, and change nothing', async (t) => {
  const s = await setting(t);
  await seedAccount(s.world, s.userId, { server: 'Taken-Live', login: '1' });
  await s.be('unknown-server', ', connected_at = null');
  const before = await rowsOf(s.world.login, s.userId);
  s.sync.told.length = 0;
  const tries: [Record<string, string>, string][] = [
    [{ server: 'Typed-Live', login: 'abc', investorPassword: 'canary-2' }, 'A login has digits only'],
    [{ server: 'Typed-Live', login: '5', investorPassword: '' }, 'Please fill this in'],
    [
      { server: 'Taken-Live', login: '1', investorPassword: 'canary-2' },
      'You have this login at this server',
    ],
  ];
  for (const [fields, sentence] of tries) {
    const { answer } = await act(s, 'credentials', fields);
    t.equal(answer.statusCode, 422);
    t.match(answer.body, sentence);
    t.match(answer.body, `name="server" type="text" value="${fields['server'] ?? ''}"`);
    t.match(answer.body, `name="login" type="text" value="${fields['login'] ?? ''}"`);
    t.notMatch(answer.body, 'canary-2');
  }
  t.same(await rowsOf(s.world.login, s.userId), before);
  t.same(s.sync.told, []);
});

void t.test('removing takes the label typed, and takes everything of that account alone', async (t) => {
  const s = await setting(t);
  const other = await seedAccount(s.world, s.userId, { label: 'Other' });
  for (const where of ['removal', 'removal/dialog']) {
    const { body } = await s.browser.get(`${s.path}/${where}`);
    t.match(body, '3 trades and 7 deals');
    t.match(body, 'Type Swing to confirm');
  }
  for (const confirm of ['', 'swing', 'Other']) {
    const { answer } = await act(s, 'removal', { confirm });
    t.equal(answer.statusCode, 422);
    t.match(answer.body, 'Type Swing, exactly as it is written.');
  }
  t.equal((await ask(s.world, 'select from accounts')).length, 2);
  const { answer, page } = await act(s, 'removal', { confirm: ' Swing ' });
  t.equal(answer.headers.location, '/accounts');
  t.match(page.body, 'are removed');
  for (const table of ['deals', 'orders', 'trades', 'account_snapshots', 'reconciliations'])
    t.same(
      await ask(s.world, `select distinct account_id from ${table}`),
      [{ account_id: other.accountId }],
      table,
    );
  t.same(s.sync.told, [`changed ${s.userId}`]);
  t.equal((await s.browser.get(s.path)).statusCode, 404);
  t.equal(
    (await s.browser.post(`${s.path}/removal`, { confirm: 'Swing' })).statusCode,
    404,
    'the second click',
  );
});

void t.test('an account by hand has no connection to act on', async (t) => {
  const s = await setting(t);
  await ask(
    s.world,
    "update accounts set type = 'manual', server = null, login = null, sealed_password = null",
  );
  for (const noun of ['pause', 'resumption', 'syncs'])
    t.match((await act(s, noun)).page.body, 'Nothing was changed');
  t.equal((await act(s, 'credentials', { investorPassword: 'x' })).answer.statusCode, 404);
});

void t.test('another user finds no account at any address, however the form is filled', async (t) => {
  const s = await setting(t);
  const { browser } = await person(s.world, 'other');
  await browser.get('/accounts');
  const before = await rowsOf(s.world.login, s.userId);
  const fields = { label: 'Mine', category: 'Demo', confirm: 'Swing', investorPassword: 'x' };
  const pages = routes.filter(({ url }) => url.startsWith('/accounts/:id'));
  t.ok(pages.length >= 13);
  for (const { method, url } of pages)
    for (const id of [s.accountId, s.accountId.toUpperCase(), 'x', s.userId]) {
      const path = url.replace(':id', id);
      const answer = await (method === 'GET' ? browser.get(path) : browser.post(path, fields));
      t.equal(answer.statusCode, 404, `${method} ${path}`);
      t.notMatch(answer.body, /Swing|51482/);
    }
  t.same(await rowsOf(s.world.login, s.userId), before);
  t.same(s.sync.told, []);
  t.match((await browser.get('/accounts')).body, 'No account yet');
});
