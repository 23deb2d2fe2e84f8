import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';
import { stolen } from '../../testing/steps.js';
import type { Browser } from '../../testing/browser.js';

t.setTimeout(600_000);

const path = '/admin/terminals/market-account';
const canary = 'canary-investor-0815';
const given = (more: Record<string, string> = {}) => ({
  ...{ server: 'Example-Demo', login: '5100777', investorPassword: canary, formId: randomUUID() },
  ...more,
});
const world = (t: Parameters<typeof testApp>[0]): Promise<TestApp> =>
  testApp(t, { needsMarket: true, sync: scriptedSync(), terminals: scriptedTerminals({ role: 'market' }) });
const look = (app: TestApp) => app.market?.look();
/** The administrator's browser, on the page. */
const office = async (app: TestApp): Promise<Browser> => {
  const { browser } = await person(app, 'admin', 'admin');
  await browser.get('/admin/terminals');
  return browser;
};

void t.test('the account for prices is the administrators’ alone to see, set and clear', async (t) => {
  const app = await world(t);
  await app.market?.set({ server: 'Example-Demo', login: '5100777', password: canary });
  const user = await person(app, 'user');
  await user.browser.get('/dashboard');
  const stranger = app.browser();
  await stranger.get('/login');
  for (const [browser, status] of [
    [stranger, 303],
    [user.browser, 404],
  ] as const) {
    t.equal((await browser.get(path)).statusCode, status);
    t.equal((await browser.post(path, given({ login: '1' }))).statusCode, status);
    t.equal((await browser.post(`${path}/removal`)).statusCode, status);
  }
  t.match(await look(app), { login: '5100777', state: 'set' });
  t.same(app.marketChanges, [true]);
});

void t.test('set by the form it is shown with a shortened login, and its password nowhere', async (t) => {
  const app = await world(t);
  const browser = await office(app);
  t.match((await browser.get('/admin/terminals')).body, /<h2>Prices<\/h2>[^]*none set[^]*charts say so/);
  const answer = await browser.post(path, given());
  t.equal(answer.statusCode, 200);
  t.match(answer.body.trim(), /^<section class="panel connection" id="market"/);
  t.match(answer.body, /…777 at Example-Demo<\/b>, set since 2 Mar 2026, 09:00/);
  t.match(answer.body, 'hx-trigger="every 5s, refresh"', 'what becomes of it is shown by itself');
  t.notMatch(answer.body, /5100777|name="investorPassword"/);
  t.match(await app.market?.account(), { login: '5100777', password: canary });
  const page = (await browser.get('/admin/terminals')).body;
  for (const text of [answer.body, page, await stolen(app), ...app.logged]) t.notMatch(text, canary);
});

void t.test(
  'what cannot be used gets a sentence, and keeps all that was typed but the password',
  async (t) => {
    const app = await world(t);
    const browser = await office(app);
    for (const [wrong, sentence] of [
      [{ login: 'fifty' }, 'A login has digits only'],
      [{ login: '' }, 'Please fill this in.'],
      [{ server: '' }, 'Please fill this in.'],
      [{ server: 'x'.repeat(101) }, 'Please keep it within 100 characters.'],
      [{ investorPassword: '' }, 'Please fill this in.'],
      [{ formId: 'x' }, 'The form is damaged.'],
    ] as const) {
      const fields = given(wrong);
      const { statusCode, body } = await browser.post(path, fields);
      t.equal(statusCode, 422, JSON.stringify(wrong));
      t.match(body, sentence);
      t.match(body, `name="server" type="text" value="${fields.server}"`);
      t.match(body, `name="login" type="text" value="${fields.login}"`);
      t.notMatch(body, canary);
      t.match(body, 'hx-trigger="refresh"', 'what is being typed is not swapped away');
    }
    t.same([await look(app), app.marketChanges], [null, []]);
  },
);

void t.test('a second click sets nothing anew, and another form does', async (t) => {
  const app = await world(t);
  const browser = await office(app);
  const fields = given();
  const answers = await Promise.all([browser.post(path, fields), browser.post(path, fields)]);
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.same(app.marketChanges, [true], 'the terminal starts once');
  await browser.post(path, given({ login: '5100888' }));
  t.match(await look(app), { login: '5100888' });
  t.same(app.marketChanges, [true, true]);
});

void t.test('another one is set beside the one there is, and cleared it is gone, twice too', async (t) => {
  const app = await world(t);
  const browser = await office(app);
  await browser.post(path, given());
  const change = (await browser.get(`${path}?change=yes`)).body;
  t.match(change, /Keep this one[^]*<\/form>/);
  t.match(change, `hx-get="${path}?change=yes" hx-trigger="refresh"`);
  t.match((await browser.get(path)).body, /hx-confirm="Clear the account for prices\?/);
  for (let click = 0; click < 2; click += 1) {
    const cleared = await browser.post(`${path}/removal`);
    t.equal(cleared.statusCode, 200);
    t.match(cleared.body, /none set[^]*name="investorPassword"/);
  }
  t.equal(await look(app), null);
});

void t.test('a refused one says why, and asks for another', async (t) => {
  const app = await world(t);
  const browser = await office(app);
  await browser.post(path, given());
  const account = await app.market?.account();
  if (account != null) await app.market?.refused(account, 'master');
  const { body } = await browser.get(path);
  t.match(body, /refused since [^]*master password: it can trade[^]*name="investorPassword"/);
});

void t.test('simulated prices need no account, and without terminals there are none', async (t) => {
  const simulated = await testApp(t, { terminals: scriptedTerminals({}) });
  const admin = await office(simulated);
  const { body } = await admin.get(path);
  t.match(body, 'simulated: their prices need no account');
  t.notMatch(body, /<form|<button/);
  for (const to of [path, `${path}/removal`]) t.equal((await admin.post(to, given())).statusCode, 409, to);
  const bare = await testApp(t);
  t.match((await (await office(bare)).get(path)).body, 'No terminals are run here');
});
