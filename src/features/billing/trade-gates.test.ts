import t from 'tap';
import { usualPlans, type PlanTable } from '../../domain/plans.js';
import { saveDelivered } from '../imports/deliver.js';
import { readyImport } from '../../testing/imported.js';
import { ask } from '../../testing/steps.js';
import { sender } from '../../testing/sending.js';
import { smallReport } from '../../testing/small-report.js';
import { sellingDesk, useUp, yen, byHand, type Problem } from '../../testing/stripe/desk.js';
import { subscribe } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

void t.test(
  'trades by hand: the page and the API stop at the limit, and of two at once one is too late',
  async (t) => {
    const desk = await sellingDesk(t);
    const { world, anna, call } = desk;
    const account = await useUp(desk, 14);
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
  const desk = await sellingDesk(t);
  const { world, anna, call } = desk;
  await call('PATCH', '/me', { timeZone: 'Asia/Tokyo' });
  const until = Date.UTC(2026, 2, 31, 15) - world.clock.now().getTime();
  world.clock.advance(until - 1_000);
  const account = await useUp(desk, 15);
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
    const desk = await sellingDesk(t);
    const { world, anna, token } = desk;
    const account = await useUp(desk, 14);
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
  const desk = await sellingDesk(t);
  const { world, anna, call } = desk;
  const account = await useUp(desk, 14);
  const importId = await readyImport(world, anna.userId);
  await ask(
    world,
    "update accounts set login = '900', server = 'Example-Live', currency = 'USD' where id = $1",
    [account],
  );
  const answers = await Promise.all([
    call('POST', '/trades', { ...yen, account }),
    call('PUT', `/imports/${importId}/confirmation`, { accountId: account }),
  ]);
  const statuses = answers.map(({ statusCode }) => statusCode);
  t.equal(statuses.filter((status) => status === 402).length, 1, statuses.join(' '));
});

void t.test('what is taken back or deleted gives its place back', async (t) => {
  const desk = await sellingDesk(t);
  const { call } = desk;
  const account = await useUp(desk, 14);
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
  const desk = await sellingDesk(t, plans);
  const { world, call, token } = desk;
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
