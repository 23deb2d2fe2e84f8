import { randomUUID } from 'node:crypto';
import t from 'tap';
import { addAccount, setState } from '../../data/accounts.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf } from '../../testing/cast.js';
import { formIdOf } from '../../testing/manual-desk.js';
import { ask } from '../../testing/steps.js';
import { sender } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { byHand, sellingDesk, type Problem } from '../../testing/stripe/desk.js';
import { subscribe } from '../../testing/stripe/world.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const live = (login: string) => ({
  ...{ type: 'live', label: `Live ${login}`, category: 'Real', server: 'Example-Live', login },
  investorPassword: 'look-only',
});

void t.test('accounts: the page, the API, a first trade and a file stop at the limit', async (t) => {
  const desk = await sellingDesk(t);
  const { world, anna, call, token } = desk;
  t.equal((await call('POST', '/accounts', byHand)).statusCode, 201);
  const refused = await call('POST', '/accounts', byHand);
  t.equal(refused.statusCode, 402);
  t.equal(refused.json<Problem>().error.code, 'plan_accounts');
  const formId = formIdOf((await anna.browser.get('/accounts/new?type=manual')).body);
  const page = await anna.browser.post('/accounts', { ...byHand, label: 'As I typed it', formId });
  t.equal(page.statusCode, 422);
  t.match(page.body, 'Free holds 1 account, and you have 1. Pro opens it.');
  t.match(page.body, 'As I typed it');
  const { id, state } = await sender(world, token).send(smallReport());
  t.equal(state, 'ready');
  const saved = await sender(world, token).save(id, { label: 'Another', category: 'Real' });
  t.equal(saved.statusCode, 402);
  t.equal(saved.json<Problem>().error.code, 'plan_accounts');
  t.equal((await ask(world, 'select from accounts')).length, 1);
});

void t.test('live accounts: connecting, taking over and resuming stop at the limit', async (t) => {
  const desk = await sellingDesk(t);
  const { world, anna, call, sync } = desk;
  const refused = await call('POST', '/accounts', live('1'));
  t.equal(refused.statusCode, 402);
  t.equal(refused.json<Problem>().error.code, 'plan_live_accounts');
  t.same(sync.told, [], 'nothing is asked of a terminal');
  await subscribe(world, anna, 'price_pro_month');
  t.equal((await call('POST', '/accounts', live('1'))).statusCode, 201);
  t.equal((await call('POST', '/accounts', live('2'))).statusCode, 402);
  const formId = formIdOf((await anna.browser.get('/accounts/new')).body);
  const page = await anna.browser.post('/accounts', { ...live('2'), formId });
  t.equal(page.statusCode, 422);
  t.match(page.body, 'Pro reads 1 account from brokers, and you have 1. Elite opens it.');
  // One that reports have filled is taken over when it is connected.
  await world.db.withTenant('app', anna.userId, async (tx) => {
    const about = {
      id: randomUUID(),
      userId: anna.userId,
      type: 'report' as const,
      category: 'Real' as const,
    };
    const place = { server: 'Example-Live', login: '3' };
    await addAccount(tx, { ...about, label: 'Reports', at: world.clock.now(), connection: null, place });
  });
  t.equal((await call('POST', '/accounts', live('3'))).statusCode, 402, 'also one that is fed by reports');
});

void t.test(
  'a smaller plan stops what is beyond it, says so, removes nothing, and lets its owner choose',
  async (t) => {
    const desk = await sellingDesk(t);
    const { world, anna, call, sync } = desk;
    const id = await subscribe(world, anna, 'price_elite_month');
    const accounts: string[] = [];
    for (const login of ['1', '2', '3']) {
      world.clock.advance(1_000);
      accounts.push((await call('POST', '/accounts', live(login))).json<{ id: string }>().id);
    }
    const [first = '', second = ''] = accounts;
    const states = () =>
      ask<{ state: string }>(world, 'select state from accounts order by created_at').then((rows) =>
        rows.map(({ state }) => state),
      );
    await world.stripe.update(id, { price: 'price_pro_month' });
    t.same(await states(), ['connecting', 'paused', 'paused'], 'those added first go on');
    t.match(sync.told.at(-1), `changed ${anna.userId}`, 'and the terminals hear of it');
    const page = await anna.browser.get(`/accounts/${second}`);
    t.match(page.body, 'Your plan does not cover reading it.');
    const press = async (account: string, what: string) => {
      await anna.browser.get(`/accounts/${account}`);
      return anna.browser.post(`/accounts/${account}/${what}`, { investorPassword: 'look-only' });
    };
    await press(second, 'resumption');
    t.match((await anna.browser.get('/accounts')).body, 'Your plan does not cover reading this account.');
    await press(second, 'credentials');
    t.same(await states(), ['connecting', 'paused', 'paused'], 'no way around it');
    await press(first, 'pause');
    await press(second, 'resumption');
    t.same(await states(), ['paused', 'connecting', 'paused'], 'one for another is its owner’s choice');
    await world.stripe.end(id);
    t.same(await states(), ['paused', 'paused', 'paused']);
    await subscribe(world, anna, 'price_elite_month');
    t.same(await states(), ['paused', 'connecting', 'connecting'], 'what its owner paused stays so');
  },
);

void t.test(
  'analytics: summary and calendar are open, the rest is not, in pages and in the API',
  async (t) => {
    const desk = await sellingDesk(t);
    const { world, anna, call } = desk;
    await seedAccount(world, anna.userId, { trades: 3 });
    const api = async (): Promise<number[]> => {
      const paths = ['summary', 'calendar', 'equity-curve', 'breakdown?by=symbol'];
      const answers = [];
      for (const path of paths) answers.push((await call('GET', `/analytics/${path}`)).statusCode);
      return answers;
    };
    const pages = async (): Promise<number[]> => {
      const paths = ['/analytics', '/calendar', '/analytics/desk'];
      const more = ['figures', 'months', 'compare', 'report', 'breakdown'].map(
        (name) => `/analytics/${name}`,
      );
      const answers = [];
      for (const path of [...paths, ...more]) answers.push((await anna.browser.get(path)).statusCode);
      return answers;
    };
    t.same(await api(), [200, 200, 402, 402]);
    t.same(await pages(), [200, 200, 200, 402, 402, 402, 402, 402]);
    const instead = await anna.browser.get('/analytics/figures');
    t.match(instead.body, 'Pro opens it');
    t.match(instead.body, '/settings/plan');
    await subscribe(world, anna, 'price_pro_month');
    t.same(await api(), [200, 200, 200, 200]);
    t.ok((await pages()).every((status) => status === 200));
  },
);

void t.test('one user’s plan never changes what another may do', async (t) => {
  const desk = await sellingDesk(t);
  const { world, anna, call } = desk;
  const bert = await person(world, 'bert');
  const other = callerWith(world, await tokenOf(world, bert));
  const id = await subscribe(world, anna, 'price_elite_month');
  const mayWhat = async (by: typeof call, login: string): Promise<number[]> => [
    (await by('POST', '/accounts', live(login))).statusCode,
    (await by('GET', '/analytics/equity-curve')).statusCode,
  ];
  t.same(await mayWhat(call, '1'), [201, 200]);
  t.same(await mayWhat(other.call, '2'), [402, 402]);
  await subscribe(world, bert, 'price_pro_month');
  await world.stripe.end(id);
  t.same(await mayWhat(call, '3'), [402, 402]);
  t.same(await mayWhat(other.call, '4'), [201, 200]);
  await world.billing?.sweep();
  t.match(await ask(world, "select state from accounts where login = '4'"), [{ state: 'connecting' }]);
  t.match(await ask(world, "select state from accounts where login = '1'"), [{ state: 'paused' }]);
});

void t.test('administrators and the invented trader are not limited', async (t) => {
  const desk = await sellingDesk(t);
  const { world } = desk;
  const admin = await person(world, 'admin', 'admin');
  const demo = await person(world, 'demo');
  await ask(world, 'update users set is_demo = true where user_id = $1', [demo.userId]);
  for (const who of [admin, demo]) {
    const { call } = callerWith(world, await tokenOf(world, who));
    for (const login of ['1', '2'])
      t.equal((await call('POST', '/accounts', live(login))).statusCode, 201, who.email);
    t.equal((await call('GET', '/analytics/equity-curve')).statusCode, 200);
  }
  await world.billing?.sweep();
  t.equal((await ask(world, "select from accounts where state = 'paused'")).length, 0);
});

void t.test('an account that its owner paused is not woken by a plan', async (t) => {
  const desk = await sellingDesk(t);
  const { world, anna, call } = desk;
  await subscribe(world, anna, 'price_pro_month');
  const { id } = (await call('POST', '/accounts', live('1'))).json<{ id: string }>();
  await world.db.withTenant('app', anna.userId, (tx) =>
    setState(tx, anna.userId, id, { state: 'paused', reason: '' }),
  );
  await world.billing?.sweep();
  t.match(await ask(world, 'select state from accounts'), [{ state: 'paused' }]);
});
