import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { addAccount, setState } from '../../data/accounts.js';
import { usualPlans, type PlanTable } from '../../domain/plans.js';
import { saveDelivered } from '../imports/deliver.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { readyImport } from '../../testing/imported.js';
import { formIdOf } from '../../testing/manual-desk.js';
import { ask } from '../../testing/steps.js';
import { sender } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { sellingApp, subscribe, type SellingWorld } from '../../testing/stripe/world.js';
import { seedAccount } from '../../testing/trading.js';
import { scriptedSync } from '../../testing/scripted-sync.js';

t.setTimeout(600_000);

const yen = {
  ...{ symbol: 'USDJPY', side: 'buy', volume: '1', openedAt: '2026-02-03T10:00:00Z', openPrice: '149.90' },
  ...{ closedAt: '2026-02-03T10:30:00Z', closePrice: '150.00' },
};
const byHand = { type: 'manual', label: 'By hand', category: 'Demo', currency: 'USD' };
const live = (login: string) => ({
  ...{ type: 'live', label: `Live ${login}`, category: 'Real', server: 'Example-Live', login },
  investorPassword: 'look-only',
});

interface Problem {
  error: { code: string; message: string };
}

/** Somebody with a token, and what they call. */
async function caller(world: SellingWorld, who: Person) {
  const token = await tokenOf(world, who);
  return { token, ...callerWith(world, token) };
}

async function desk(t: Test, plans: PlanTable = usualPlans) {
  const sync = scriptedSync();
  const world = await sellingApp(t, { plans, sync });
  const anna = await person(world, 'anna');
  return { world, sync, anna, ...(await caller(world, anna)) };
}

/** Somebody who has used so many new trades of this month; the account by hand. */
async function used(world: SellingWorld, { call }: Awaited<ReturnType<typeof caller>>, trades: number) {
  const account = (await call('POST', '/accounts', byHand)).json<{ id: string }>().id;
  await call('POST', '/trades', { ...yen, account });
  await ask(world, 'update imports set new_trades = $1 where account_id = $2 and new_trades > 0', [
    trades,
    account,
  ]);
  return account;
}

void t.test('accounts: the page, the API, a first trade and a file stop at the limit', async (t) => {
  const { world, anna, call, token } = await desk(t);
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
  const { world, anna, call, sync } = await desk(t);
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
    const { world, anna, call, sync } = await desk(t);
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
  'trades by hand: the page and the API stop at the limit, and of two at once one is too late',
  async (t) => {
    const { world, anna, call, token } = await desk(t);
    const account = await used(world, { call, token, pages: callerWith(world, token).pages }, 14);
    const both = await Promise.all([1, 2, 3].map(() => call('POST', '/trades', { ...yen, account })));
    t.same(both.map(({ statusCode }) => statusCode).sort(), [201, 402, 402]);
    const refused = await call('POST', '/trades', { ...yen, account });
    t.equal(refused.json<Problem>().error.code, 'plan_trades');
    const page = await anna.browser.get('/trades/new');
    t.match(page.body, 'none is left until the next one begins');
    const [made] = await ask<{ id: string }>(world, 'select id from trades limit 1');
    t.equal(
      (await call('PATCH', `/trades/${made?.id ?? ''}`, { net: '1' })).statusCode,
      200,
      'a change is none',
    );
    world.clock.advance(30 * 86_400_000);
    t.equal(
      (await call('POST', '/trades', { ...yen, account })).statusCode,
      201,
      'the next month begins anew',
    );
  },
);

void t.test('the month is that of the user: it begins at their midnight', async (t) => {
  const { world, anna, call, token } = await desk(t);
  await call('PATCH', '/me', { timeZone: 'Asia/Tokyo' });
  const until = Date.UTC(2026, 2, 31, 15) - world.clock.now().getTime();
  world.clock.advance(until - 1_000);
  const account = await used(world, { call, token, pages: callerWith(world, token).pages }, 15);
  t.equal(
    (await call('POST', '/trades', { ...yen, account })).statusCode,
    402,
    'a second before midnight in Tokyo',
  );
  world.clock.advance(1_000);
  t.equal((await call('POST', '/trades', { ...yen, account })).statusCode, 201, 'at midnight');
  t.ok(anna.userId);
});

void t.test(
  'files: refused whole, with the number that fits, and kept; page, API and command line alike',
  async (t) => {
    const { world, anna, call, token } = await desk(t);
    const account = await used(world, { call, token, pages: callerWith(world, token).pages }, 14);
    const { send, save, look } = sender(world, token);
    const { id } = await send(smallReport());
    const refused = await save(id, { accountId: account });
    t.equal(refused.statusCode, 402);
    t.match(refused.json<Problem>().error, { code: 'plan_trades', message: /2 new trades, and 1 more fits/ });
    t.match(
      (await anna.browser.get(`/trades/import/${id}?account=${account}`)).body,
      '1 more fits into this month',
    );
    const page = await anna.browser.post(`/trades/import/${id}/confirmation`, { account, clock: 'ny+7' });
    t.equal(page.statusCode, 422);
    t.match(page.body, '1 more fits into this month');
    const deps = { kit: world.kit, uploads: `${world.stateDir}/uploads`, reading: new Map<string, string>() };
    await t.rejects(
      saveDelivered(
        { ...deps, reports: { read: () => Promise.resolve() } as never },
        {
          ...{ userId: anna.userId, importId: id, account },
        },
      ),
      { status: 402, code: 'plan_trades' },
    );
    t.equal((await look(id)).state, 'ready', 'the preview is kept');
    await subscribe(world, anna, 'price_pro_month');
    t.equal((await save(id, { accountId: account })).statusCode, 200, 'and saved once there is room');
    const [row] = await ask<{ n: number }>(world, 'select sum(new_trades)::int as n from imports');
    t.equal(row?.n, 16, 'what a greater plan took counts too');
    const again = await send(smallReport());
    await world.stripe.end([...world.stripe.subscriptions.keys()][0] ?? '');
    t.equal(
      (await save(again.id, { accountId: account })).statusCode,
      200,
      'a file of known trades has no new one',
    );
  },
);

void t.test('of a file and a trade that want the same last place one gets it', async (t) => {
  const { world, anna, call, token } = await desk(t);
  const account = await used(world, { call, token, pages: callerWith(world, token).pages }, 14);
  const importId = await readyImport(world, anna.userId);
  await ask(world, "update accounts set login = '900', server = 'Example-Live' where id = $1", [account]);
  const answers = await Promise.all([
    call('POST', '/trades', { ...yen, account }),
    call('PUT', `/imports/${importId}/confirmation`, { accountId: account }),
  ]);
  const statuses = answers.map(({ statusCode }) => statusCode);
  t.equal(statuses.filter((status) => status === 402).length, 1, statuses.join(' '));
});

void t.test('what is taken back or deleted gives its place back', async (t) => {
  const { world, call, token } = await desk(t);
  const account = await used(world, { call, token, pages: callerWith(world, token).pages }, 14);
  const made = (await call('POST', '/trades', { ...yen, account })).json<{ id: string }>();
  t.equal((await call('POST', '/trades', { ...yen, account })).statusCode, 402);
  t.equal((await call('DELETE', `/trades/${made.id}`)).statusCode, 204);
  t.equal((await call('POST', '/trades', { ...yen, account })).statusCode, 201);
});

void t.test('history: older trades than the plan takes are refused, by hand and in a file', async (t) => {
  const [free, ...others] = usualPlans.plans;
  const plans: PlanTable = {
    ...usualPlans,
    plans: [{ ...free, limits: { ...free.limits, accounts: null, historyDays: 20 } }, ...others],
  };
  const { world, call, token } = await desk(t, plans);
  const account = (await call('POST', '/accounts', byHand)).json<{ id: string }>().id;
  const old = await call('POST', '/trades', { ...yen, account });
  t.match([old.statusCode, old.json<Problem>().error.code], [402, 'plan_history']);
  const { send, save } = sender(world, token);
  const { id } = await send(smallReport());
  const file = await save(id, { accountId: account });
  t.match([file.statusCode, file.json<Problem>().error.code], [402, 'plan_history']);
  const recent = { ...yen, openedAt: '2026-02-20T10:00:00Z', closedAt: '2026-02-20T10:30:00Z' };
  t.equal((await call('POST', '/trades', { ...recent, account })).statusCode, 201);
});

void t.test(
  'analytics: summary and calendar are open, the rest is not, in pages and in the API',
  async (t) => {
    const { world, anna, call } = await desk(t);
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
  const { world, anna, call } = await desk(t);
  const bert = await person(world, 'bert');
  const other = await caller(world, bert);
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
  const { world } = await desk(t);
  const admin = await person(world, 'admin', 'admin');
  const demo = await person(world, 'demo');
  await ask(world, 'update users set is_demo = true where user_id = $1', [demo.userId]);
  for (const who of [admin, demo]) {
    const { call } = await caller(world, who);
    for (const login of ['1', '2'])
      t.equal((await call('POST', '/accounts', live(login))).statusCode, 201, who.email);
    t.equal((await call('GET', '/analytics/equity-curve')).statusCode, 200);
  }
  await world.billing?.sweep();
  t.equal((await ask(world, "select from accounts where state = 'paused'")).length, 0);
});

void t.test('an account that its owner paused is not woken by a plan', async (t) => {
  const { world, anna, call } = await desk(t);
  await subscribe(world, anna, 'price_pro_month');
  const { id } = (await call('POST', '/accounts', live('1'))).json<{ id: string }>();
  await world.db.withTenant('app', anna.userId, (tx) =>
    setState(tx, anna.userId, id, { state: 'paused', reason: '' }),
  );
  await world.billing?.sweep();
  t.match(await ask(world, 'select state from accounts'), [{ state: 'paused' }]);
});
