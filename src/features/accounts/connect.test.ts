import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { openPassword } from '../../data/broker-password.js';
import { addAccount, sealedPasswordOf } from '../../data/accounts.js';
import { testApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { seedAccount } from '../../testing/trading.js';
import { ask, stolen } from '../../testing/steps.js';

t.setTimeout(600_000);

const canary = 'canary-investor-9';
const typed = { server: 'Example-Live', login: '51482', label: 'Pepper swing', category: 'Challenge' };
const formIdOf = (html: string): string => /name="formId" value="([^"]+)"/.exec(html)?.[1] ?? '';

const world = async (t: Test, simulated = false) => {
  const sync = scriptedSync({ isSimulated: simulated });
  const simulatedServers = [
    { server: 'Sim-Hedge', sentence: 'Hedging, New York close.', login: '7001', password: 'look-only' },
  ];
  return { sync, world: await testApp(t, { sync, simulatedServers }) };
};

const connect = async (browser: Browser, more: Record<string, string> = {}) => {
  const formId = formIdOf((await browser.get('/accounts/new')).body);
  const fields = { type: 'live', ...typed, investorPassword: canary, formId, ...more };
  return browser.post('/accounts', fields);
};

interface Row {
  id: string;
  type: string;
  state: string;
  label: string;
  category: string;
  server: string | null;
  login: string | null;
  currency: string | null;
  currency_digits: number | null;
}
const rows = (of: Parameters<typeof ask>[0]): Promise<Row[]> =>
  ask(
    of,
    'select id, type, state, label, category, server, login, currency, currency_digits from accounts order by created_at, label',
  );

void t.test('connecting answers at once: sealed, connecting, and the synchronisation is told', async (t) => {
  const { world: w, sync } = await world(t);
  const { browser, userId } = await person(w, 'trader');
  const answer = await connect(browser, { server: ' Example-Live ', login: ' 51482 ' });
  t.equal(answer.statusCode, 303);
  const [row] = await rows(w);
  t.match(row, { ...typed, type: 'live', state: 'connecting', currency: null });
  const id = row?.id ?? '';
  t.equal(answer.headers.location, `/accounts/${id}`);
  t.same(sync.told, [`changed ${userId}`, `ask ${id}`]);
  const sealed = await w.db.withTenant('app', userId, (tx) => sealedPasswordOf(tx, userId, id));
  if (sealed === null) throw new Error('no password was kept');
  const belongsTo = { userId, accountId: id, server: typed.server, login: typed.login };
  t.equal(openPassword(w.kit.keyring, belongsTo, sealed), canary);
  const page = await browser.get(`/accounts/${id}`);
  t.equal(page.statusCode, 200);
  t.match(page.body, 'Reaching the server');
});

void t.test('an investor password is in no page, no log and no row', async (t) => {
  const { world: w } = await world(t);
  const { browser } = await person(w, 'trader');
  const answers = [
    await connect(browser, { login: 'not digits' }),
    await connect(browser),
    await connect(browser),
    await browser.get('/accounts'),
  ];
  const id = (await rows(w))[0]?.id ?? '';
  answers.push(await browser.get(`/accounts/${id}`));
  await ask(w, 'revoke update, insert on accounts from rawjournal_app');
  answers.push(await connect(browser, { login: '77' }));
  t.equal(answers.at(-1)?.statusCode, 500, 'a failure of ours, logged at length');
  for (const { body, headers } of answers) t.notOk((body + JSON.stringify(headers)).includes(canary));
  t.notOk(w.logged.join('\n').includes(canary));
  t.notOk((await stolen(w)).includes(canary));
  t.notOk((await stolen(w)).includes(Buffer.from(canary).toString('hex')));
});

void t.test('the same form sent three times makes one account and leads to it', async (t) => {
  const { world: w, sync } = await world(t);
  const { browser } = await person(w, 'trader');
  const formId = formIdOf((await browser.get('/accounts/new')).body);
  const fields = { type: 'live', ...typed, investorPassword: canary, formId };
  const answers = await Promise.all([1, 2, 3].map(() => browser.post('/accounts', fields)));
  const made = await rows(w);
  t.equal(made.length, 1);
  for (const { statusCode, headers } of answers) {
    t.equal(statusCode, 303);
    t.equal(headers.location, `/accounts/${made[0]?.id ?? ''}`);
  }
  t.equal(sync.told.filter((line) => line.startsWith('ask')).length, 1, 'read once');
});

void t.test('a login that is connected already is refused with a sentence', async (t) => {
  const { world: w, sync } = await world(t);
  const { browser } = await person(w, 'trader');
  await connect(browser);
  sync.told.length = 0;
  const refused = await connect(browser, { label: 'Again' });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'You have this login at this server already.');
  t.match(refused.body, 'value="Again"', 'what was typed');
  t.equal((await rows(w)).length, 1);
  t.same(sync.told, [], 'nobody was told of what did not happen');
  const other = await person(w, 'other');
  t.equal((await connect(other.browser)).statusCode, 303, 'another user may have the same login');
});

void t.test('a refused form keeps all that was typed but the password, and makes nothing', async (t) => {
  const { world: w } = await world(t);
  const { browser } = await person(w, 'trader');
  const tries: [Record<string, string>, string][] = [
    [{ server: ' ' }, 'Please fill this in.'],
    [{ login: '51482a' }, 'A login has digits only'],
    [{ login: '-1' }, 'A login has digits only'],
    [{ login: '9'.repeat(20) }, 'A login has digits only'],
    [{ investorPassword: '' }, 'Please fill this in.'],
    [{ label: 'x'.repeat(61) }, 'within 60 characters'],
    [{ label: 'a\u202Eb' }, 'visible characters only'],
    [{ category: 'Wallet' }, 'Choose what kind of account it is.'],
    [{ formId: 'x' }, 'The form is damaged.'],
  ];
  for (const [fields, sentence] of tries) {
    const refused = await connect(browser, fields);
    t.equal(refused.statusCode, 422, JSON.stringify(fields));
    t.match(refused.body, sentence);
    for (const [name, value] of Object.entries({ ...typed, ...fields }))
      if (['server', 'login', 'label'].includes(name))
        t.ok(refused.body.includes(`name="${name}" type="text" value="${value}"`), `${name} is kept`);
    if (fields['category'] === undefined) t.match(refused.body, /value="Challenge" checked/);
  }
  t.same(await rows(w), []);
});

void t.test('accounts fed by reports or by hand need a label and a currency only', async (t) => {
  const { world: w, sync } = await world(t);
  const { browser } = await person(w, 'trader');
  for (const [type, currency, digits] of [
    ['report', 'eur', 2],
    ['manual', 'JPY', 0],
  ] as const) {
    const page = await browser.get(`/accounts/new?type=${type}`);
    t.notMatch(page.body, 'investorPassword');
    const fields = { type, label: `My ${type}`, category: 'Real', currency, formId: formIdOf(page.body) };
    const answer = await browser.post('/accounts', fields);
    t.equal(answer.statusCode, 303);
    const own = await browser.get(answer.headers.location ?? '');
    t.equal(own.statusCode, 200);
    t.notMatch(own.body, 'Reconciliation', 'there is no broker to compare with');
    t.match(
      (await rows(w)).find((row) => row.type === type),
      {
        state: 'live',
        currency: currency.toUpperCase(),
        currency_digits: digits,
        server: null,
        login: null,
      },
    );
  }
  t.notOk(
    sync.told.some((line) => line.startsWith('ask')),
    'nothing is read',
  );
  const formId = randomUUID();
  const refused = await browser.post('/accounts', {
    type: 'manual',
    label: 'x',
    category: 'Demo',
    currency: 'E1',
    formId,
  });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'A currency has three letters');
});

void t.test(
  'simulated brokers are offered where the terminals are simulated, and nowhere else',
  async (t) => {
    for (const simulated of [true, false]) {
      const { world: w } = await world(t, simulated);
      const { browser } = await person(w, 'trader');
      const { body } = await browser.get('/accounts/new');
      t.equal(body.includes('Simulated brokers'), simulated);
      t.equal(body.includes('data-fill-login="7001"'), simulated);
      t.equal(body.includes('data-fill-investor-password="look-only"'), simulated);
    }
  },
);

void t.test('a draft that was refused goes after a day, when the next account is added', async (t) => {
  const { world: w } = await world(t);
  const { browser, userId } = await person(w, 'trader');
  const kept = await seedAccount(w, userId, { label: 'Kept' });
  await connect(browser);
  await ask(w, "update accounts set state = 'refused-master', sealed_password = null where login = '51482'");
  w.clock.advance(25 * 3_600_000);
  t.equal((await connect(browser)).statusCode, 303, 'the same login once more');
  const left = await rows(w);
  t.same(left.map(({ label }) => label).sort(), ['Kept', 'Pepper swing']);
  t.ok(left.some(({ id }) => id === kept.accountId));
});

void t.test('an account that reports have filled is read from then on, whoever clicks twice', async (t) => {
  const { world: w, sync } = await world(t);
  const { browser, userId } = await person(w, 'trader');
  const at = w.clock.now();
  const id = randomUUID();
  await w.db.withTenant('app', userId, (tx) =>
    addAccount(tx, {
      ...{ id, userId, type: 'report', category: 'Demo', label: 'Old reports', at, connection: null },
      place: { server: typed.server, login: typed.login },
    }),
  );
  const formId = formIdOf((await browser.get('/accounts/new')).body);
  for (let click = 0; click < 2; click += 1) {
    const answer = await browser.post('/accounts', {
      type: 'live',
      ...typed,
      investorPassword: canary,
      formId,
    });
    t.equal(answer.headers.location, `/accounts/${id}`);
  }
  t.match(await rows(w), [{ id, type: 'live', state: 'connecting', label: typed.label }]);
  t.same(sync.told, [`changed ${userId}`, `ask ${id}`]);
  const sealed = await w.db.withTenant('app', userId, (tx) => sealedPasswordOf(tx, userId, id));
  t.not(sealed, null);
});
