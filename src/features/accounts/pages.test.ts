import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { ask, withoutChance } from '../../testing/steps.js';
import { addCash } from '../../testing/account-rows.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const setting = async (t: Test) => {
  const sync = scriptedSync();
  const world = await testApp(t, { sync });
  const owner = await person(world, 'trader');
  return { sync, world, ...owner };
};

void t.test('without an account the list says what to do next', async (t) => {
  const { browser } = await setting(t);
  const { body } = await browser.get('/accounts');
  t.match(body, 'No account yet');
  t.match(body, 'href="/accounts/new"');
});

void t.test('a broker’s clock that nothing has confirmed is said on account and trade', async (t) => {
  const { world, browser, userId } = await setting(t);
  const wishes = { server: 'Example-Live', trades: 1 };
  const { accountId, tradeIds } = await seedAccount(world, userId, wishes);
  const pages = [
    `/accounts/${accountId}`,
    `/accounts/${accountId}/connection`,
    `/trades/${tradeIds[0] ?? ''}`,
  ];
  const be = (state: string) =>
    ask(
      world,
      `insert into broker_servers (server, clock_rule, clock_state) values ('Example-Live', 'ny+7', $1)
       on conflict (server) do update set clock_state = excluded.clock_state`,
      [state],
    );
  for (const state of ['assumed', 'contradicted', 'measured']) {
    await be(state);
    for (const path of pages) {
      const { body } = await browser.get(path);
      t.equal(/clock[^<]*may be off by hours/.test(body), state !== 'measured', `${path} when ${state}`);
    }
  }
  t.match((await browser.get(pages[0] ?? '')).body, 'The broker’s clock runs on New York + 7 h.');
});

void t.test('the list groups accounts by category, real money first, with figures and badges', async (t) => {
  const { world, browser, userId } = await setting(t);
  await seedAccount(world, userId, { label: 'Lab', category: 'Demo' });
  const real = await seedAccount(world, userId, { label: 'Swing <b>', category: 'Real', isExposed: true });
  await seedAccount(world, userId, { label: 'Prop', category: 'Funded' });
  await ask(
    world,
    "update reconciliations set verdict = 'archived', difference = 14.5 where account_id = $1",
    [real.accountId],
  );
  const page = await browser.get('/accounts');
  // The choice of accounts in the header names them too.
  const body = page.body.slice(page.body.indexOf('<main'));
  const places = ['>Real<', 'Swing &lt;b', '>Funded<', '>Prop<', '>Demo<', '>Lab<'].map((text) =>
    body.indexOf(text),
  );
  t.same(
    places,
    [...places].sort((a, b) => a - b),
  );
  t.ok(places.every((place) => place > 0));
  t.match(body, '14.50 archived');
  t.match(body, 'to the cent');
  t.match(body, '+12.30', 'floating');
  t.match(body, /data-level="fresh"/);
  world.clock.advance(10 * 60_000);
  t.match(
    (await browser.get('/accounts')).body,
    /data-tone="warn">waiting</,
    'old numbers, somebody looking',
  );
});

void t.test('each part of an account’s page answers at its own address, byte for byte', async (t) => {
  const { world, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  const whole = withoutChance((await browser.get(`/accounts/${accountId}`)).body);
  for (const name of ['connection', 'figures', 'reconciliation', 'positions', 'ledger']) {
    const part = await browser.get(`/accounts/${accountId}/${name}`);
    t.equal(part.statusCode, 200, name);
    t.match(part.body, new RegExp(`^\\s*<section[^>]* id="account-${name}"`));
    t.match(part.body, `hx-get="/accounts/${accountId}/${name}`);
    t.ok(whole.includes(withoutChance(part.body).trim()), name);
  }
  const list = await browser.get('/accounts/list');
  t.ok(withoutChance((await browser.get('/accounts')).body).includes(withoutChance(list.body).trim()));
});

void t.test('while connecting the steps are told and the region asks again, then never more', async (t) => {
  const { world, sync, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const region = (query = '?while=connecting') => browser.get(`/accounts/${accountId}/connection${query}`);
  await ask(world, "update accounts set state = 'connecting'");
  const first = await region('');
  t.match(first.body, 'hx-trigger="every 2s, refresh"');
  t.match(first.body, /data-state="now" aria-current="step"><span>Reaching the server/);
  const told: [Parameters<typeof sync.progress.set>[1], RegExp][] = [
    [{ step: 'login', done: null, total: null }, /aria-current="step"><span>Logging in</],
    [
      { step: 'proof', done: null, total: null },
      /aria-current="step"><span>Checking that the password is read‑only</,
    ],
    [{ step: 'history', done: 1200, total: 3400 }, /1\u202f200 of 3\u202f400 deals.*value="35"/s],
    [{ step: 'history', done: 1200, total: null }, /1\u202f200 deals/],
    [{ step: 'reconciling', done: null, total: null }, /aria-current="step"><span>Reconciling to the cent</],
  ];
  for (const [progress, words] of told) {
    sync.progress.set(accountId, progress);
    const answer = await region();
    t.match(answer.body, words);
    t.equal(answer.headers['hx-trigger'], undefined);
  }
  await ask(world, "update accounts set state = 'live'");
  const done = await region();
  t.notMatch(done.body, 'every 2s');
  t.equal(done.headers['hx-trigger'], 'account-read', 'the other parts are told to look again');
  t.equal((await region('')).headers['hx-trigger'], undefined, 'once');
});

void t.test('every state says what is so and what to do', async (t) => {
  const { world, sync, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const states: [state: string, words: RegExp, hasForm: boolean][] = [
    ['live', /read every 15 seconds/, false],
    ['incomplete', /could not be read completely/, false],
    ['offline', /server does not answer/, false],
    ['paused', /\/resumption.*Paused by you/s, false],
    ['needs-password', /enter the investor password again/, true],
    ['refused-master', /A master password: refused, wiped/, true],
    ['unknown-server', /The server was not found/, true],
  ];
  for (const [state, words, hasForm] of states) {
    await ask(world, "update accounts set state = $1, state_reason = 'Invalid account.'", [state]);
    const { body } = await browser.get(`/accounts/${accountId}`);
    t.match(body, words, state);
    t.match(body, 'Invalid account.');
    t.equal([...body.matchAll(/name="investorPassword"/g)].length, 1, 'one place for a password');
    t.equal(body.includes('Try again'), hasForm);
    t.notMatch(body, 'this is a draft');
  }
  await ask(world, "update accounts set state = 'live', state_reason = ''");
  sync.presence = 'grace';
  t.match((await browser.get(`/accounts/${accountId}`)).body, 'less than five minutes ago');
});

void t.test('an account that was never connected is a draft, and says until when', async (t) => {
  const { world, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { server: 'Exmaple-Live', login: '51482' });
  await ask(world, "update accounts set state = 'unknown-server', connected_at = null");
  const { body } = await browser.get(`/accounts/${accountId}`);
  t.match(body, 'it goes by itself on 3 Mar 2026, 09:00');
  t.match(body, 'name="server" type="text" value="Exmaple-Live"');
  t.match(body, 'name="login" type="text" value="51482"');
});

void t.test('the reconciliation says both sums, the difference and why', async (t) => {
  const { world, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId);
  const region = async () => (await browser.get(`/accounts/${accountId}/reconciliation`)).body;
  t.match(await region(), /Sum of all deals.*1\u202f014.95.*Broker’s balance.*1\u202f014.95.*0\.00/s);
  t.match(await region(), 'to the cent');
  await ask(
    world,
    "update reconciliations set verdict = 'unexplained', difference = -14.5, ledger = 1000.45, unlisted = 3, reason = 'Seen three times.'",
  );
  t.match(
    await region(),
    /\u221214\.50.*same gap came back.*Seen three times.*3 deals that the broker no longer lists/s,
  );
  await ask(world, 'delete from reconciliations');
  t.match(await region(), 'not read yet');
});

void t.test('the figures say how far the equity is below the highest ever seen', async (t) => {
  const { world, browser, userId } = await setting(t);
  const { accountId } = await seedAccount(world, userId, { isExposed: true });
  const region = async () => (await browser.get(`/accounts/${accountId}/figures`)).body;
  t.match(await region(), /Drawdown from peak seen.*0\.00.*at the peak/s);
  t.match(await region(), 'leverage 1 : 100');
  await ask(world, 'update accounts set equity = 900, peak_equity = 1200');
  t.match(await region(), /\u221225\.00<small>%.*\u2212300\.00 from 1\u202f200\.00/s);
  await ask(world, 'update accounts set equity = null, balance = null, margin_level = null');
  t.match(await region(), 'no equity seen yet');
});

void t.test(
  'the cash ledger is in words, newest first, fifty a page, with the sums of all of it',
  async (t) => {
    const { world, browser, userId } = await setting(t);
    const { accountId } = await seedAccount(world, userId);
    await addCash(world, { userId, accountId }, 120);
    const seen: string[] = [];
    for (const page of [1, 2, 3]) {
      const { body } = await browser.get(`/accounts/${accountId}?ledger=${page}`);
      t.match(body, `${(page - 1) * 50 + 1}–${Math.min(page * 50, 121)} of 121`);
      t.match(body, /Deposits.*\+1\u202f600\.00.*Withdrawals.*\u2212300\.00/s, 'of the whole');
      seen.push(...[...body.matchAll(/data-label="Deal">(\d+)</g)].map(([, ticket]) => ticket ?? ''));
    }
    t.equal(seen.length, 121);
    t.equal(new Set(seen).size, 121, 'none twice, none missing');
    const { body } = await browser.get(`/accounts/${accountId}/ledger`);
    for (const kind of ['deposit', 'withdrawal', 'credit', 'dividend', 'operation 99']) t.match(body, kind);
    for (const odd of ['0', '-1', 'x', '99', '1e9', ''])
      t.match((await browser.get(`/accounts/${accountId}?ledger=${odd}`)).body, '1–50 of 121');
  },
);
