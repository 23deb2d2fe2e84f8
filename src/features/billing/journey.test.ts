import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { LightMyRequestResponse } from 'fastify';
import { usualPlans } from '../../domain/plans.js';
import { dayMs } from '../../lib/clock.js';
import { person, type Person } from '../../testing/cast.js';
import { addTrade, firstAccount, formIdOf, yen } from '../../testing/manual-desk.js';
import { ask } from '../../testing/steps.js';
import { comeBack, sellingApp, type SellingWorld } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

const connect = async ({ browser }: Person, more: Record<string, string> = {}) => {
  const formId = formIdOf((await browser.get('/accounts/new')).body);
  const fields = { type: 'live', server: 'Example-Live', login: '51482', label: 'Swing', category: 'Real' };
  return browser.post('/accounts', { ...fields, investorPassword: 'look-only', formId, ...more });
};
const addAccount = async ({ browser }: Person) => {
  const formId = formIdOf((await browser.get('/accounts/new?type=manual')).body);
  const fields = { type: 'manual', label: 'Second', category: 'Demo', currency: 'USD', formId };
  return browser.post('/accounts', fields);
};
const trade = async ({ browser }: Person, world: SellingWorld): Promise<LightMyRequestResponse> => {
  const [account] = await ask<{ id: string }>(
    world,
    "select id from accounts where type = 'manual' order by created_at",
  );
  return addTrade(browser, { ...yen, ...(account === undefined ? firstAccount : { account: account.id }) });
};
const choose = async ({ browser }: Person, plan: string, to = 'checkouts') => {
  const formId = formIdOf((await browser.get('/settings/plan')).body);
  return browser.post(`/settings/plan/${to}`, { plan, period: 'month', formId });
};
const press = async ({ browser }: Person, name: string) => {
  await browser.get('/settings/plan');
  return browser.post(`/settings/plan/${name}`);
};
/** A button of the payment service's page; where it leads. */
const button = (url: string, name: string): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ do: name }), redirect: 'manual' });
const away = (answer: LightMyRequestResponse): string =>
  /^0;url=(.+)$/.exec(String(answer.headers['refresh']))?.[1] ?? '';
const planOf = async ({ browser }: Person): Promise<string> => (await browser.get('/settings/plan')).body;
const stock = (world: SellingWorld) =>
  ask(world, 'select (select count(*) from accounts) as accounts, (select count(*) from trades) as trades');

/** What Free does not open: a trade beyond the month, a second account, a live one, more figures. */
async function statuses(who: Person, world: SellingWorld): Promise<number[]> {
  return [
    (await trade(who, world)).statusCode,
    (await addAccount(who)).statusCode,
    (await connect(who)).statusCode,
    (await who.browser.get('/analytics/figures')).statusCode,
  ];
}
const closed = [422, 422, 422, 402];

void t.test(
  'the way of a subscriber: limits, checkout, all open, late, recovered, cancelled, closed, nothing lost',
  async (t) => {
    const world = await sellingApp(t);
    const { stripe, clock } = world;
    let anna = await person(world, 'anna');
    const bert = await person(world, 'bert');

    // Free, up to its limits.
    t.match((await anna.browser.get('/trades/new')).body, '15 new trades of 15 left this month');
    for (let count = 0; count < 15; count += 1) t.equal((await trade(anna, world)).statusCode, 303);
    t.match(
      (await anna.browser.get('/trades/new')).body,
      /none is left until the next one begins\. Pro opens it\./,
    );
    const sixteenth = await trade(anna, world);
    t.equal(sixteenth.statusCode, 422);
    t.match(sixteenth.body, 'none is left');
    t.match(sixteenth.body, '/settings/plan', 'the way on stands beside it');
    t.match(sixteenth.body, 'value="USDJPY"', 'and what was typed is still there');
    t.same(await statuses(anna, world), closed);
    const glance = await anna.browser.get('/analytics');
    t.equal(glance.statusCode, 200);
    t.match(glance.body, 'Free has the summary and the calendar');
    t.notMatch(glance.body, 'id="breakdown"', 'the rest is not even drawn');
    t.equal((await anna.browser.get('/calendar')).statusCode, 200);
    const plain = await planOf(anna);
    t.match(plain, '15 of 15');
    t.match(plain, 'Nothing is paid for');

    // Checkout: a card that is declined, then one that is not.
    const left = await choose(anna, 'pro');
    t.equal(left.statusCode, 200);
    const page = away(left);
    t.ok(page.startsWith(`${world.server.base}/pay/`), page);
    t.match(left.body, page, 'where the page does not open by itself there is a link');
    t.match(await (await fetch(page)).text(), 'Promotion code');
    t.match(await (await button(page, 'decline')).text(), 'declined');
    t.same(await statuses(anna, world), closed, 'what is not paid for opens nothing');
    const paid = await button(page, 'pay');
    t.equal(paid.headers.get('location'), `${world.kit.site.publicUrl}/settings/plan?back=paid`);
    const back = await anna.browser.get('/settings/plan?back=paid');
    t.match(back.body, '12.99 USD a month');
    t.match(back.body, '2 Apr 2026', 'the next payment');

    // Everything opens.
    t.same(await statuses(anna, world), [303, 303, 303, 200]);
    t.match((await anna.browser.get('/analytics')).body, 'id="breakdown"');
    t.same(await statuses(bert, world).then((all) => all.slice(2)), [422, 402], 'to nobody else');
    const again = await choose(anna, 'pro');
    t.equal(again.statusCode, 422, 'a second plan is not sold beside the first');
    t.match(again.body, 'You have a plan already');

    // A payment fails, and is made good.
    clock.advance(31 * dayMs);
    anna = await comeBack(world, anna);
    const [subscription] = stripe.subscriptions.keys();
    const id = subscription ?? '';
    await stripe.renew(id, 'failed');
    t.same(world.failures, [anna.userId], 'it is told once');
    const board = await anna.browser.get('/dashboard');
    t.match(board.body, 'Your last payment failed. Everything stays open until 9 Apr 2026');
    t.equal((await anna.browser.get('/analytics/figures')).statusCode, 200, 'grace');
    clock.advance(8 * dayMs);
    t.equal((await anna.browser.get('/analytics/figures')).statusCode, 402, 'grace is over');
    await world.billing?.sweep();
    t.match(await ask(world, "select state from accounts where type = 'live'"), [{ state: 'paused' }]);
    await stripe.recover(id);
    t.equal((await anna.browser.get('/analytics/figures')).statusCode, 200, 'recovered');
    t.match(
      await ask(world, "select state, state_reason from accounts where type = 'live'"),
      [{ state: 'connecting', state_reason: '' }],
      'and reading goes on',
    );
    t.notMatch((await anna.browser.get('/dashboard')).body, 'payment failed');

    // Changed, cancelled, resumed, cancelled.
    t.equal((await choose(anna, 'elite', 'changes')).statusCode, 303);
    t.match(await planOf(anna), '30.00 USD a month');
    t.equal((await press(anna, 'cancellation')).statusCode, 303);
    t.match(await planOf(anna), 'It ends on');
    t.equal((await press(anna, 'resumption')).statusCode, 303);
    t.notMatch(await planOf(anna), 'It ends on');
    await press(anna, 'cancellation');
    t.equal((await anna.browser.get('/analytics/figures')).statusCode, 200, 'paid for until its end');
    const portal = away(await press(anna, 'portal-visits'));
    t.match(await (await fetch(portal)).text(), 'ends with its period');

    // The end of the period.
    const before = await stock(world);
    clock.advance(31 * dayMs);
    anna = await comeBack(world, anna);
    t.equal(
      (await anna.browser.get('/analytics/figures')).statusCode,
      402,
      'also while the word of it is late',
    );
    await stripe.renew(id, 'paid');
    t.match(await planOf(anna), 'Nothing is paid for');
    t.same(await stock(world), before, 'all data is still there');
    const [live] = await ask<{ id: string }>(world, "select id from accounts where type = 'live'");
    const account = await anna.browser.get(`/accounts/${live?.id ?? ''}`);
    t.match(account.body, 'beyond plan');
    t.match(account.body, 'Your plan does not cover reading it.');
    t.match(await planOf(anna), '1 live account is not read, because Free covers no more');
    t.equal((await anna.browser.get('/trades')).statusCode, 200);
  },
);

void t.test('two clicks buy once, and of two pages of the payment service one stays open', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  const formId = formIdOf((await anna.browser.get('/settings/plan')).body);
  const fields = { plan: 'pro', period: 'month', formId };
  const clicks = await Promise.all([1, 2].map(() => anna.browser.post('/settings/plan/checkouts', fields)));
  t.equal(away(clicks[0] as LightMyRequestResponse), away(clicks[1] as LightMyRequestResponse));
  t.equal(world.stripe.customers.size, 1);
  const other = away(await choose(anna, 'elite'));
  t.equal((await fetch(away(clicks[0] as LightMyRequestResponse))).status, 404, 'the older one is closed');
  await button(other, 'pay');
  t.match(await planOf(anna), '30.00 USD a month');
});

void t.test('a trial is given with a first subscription, and not with the next', async (t) => {
  const world = await sellingApp(t, { plans: { ...usualPlans, trialDays: 14 } });
  const anna = await person(world, 'anna');
  t.match((await world.browser().get('/pricing')).body, 'The first 14 days');
  await button(away(await choose(anna, 'pro')), 'pay');
  t.match(await planOf(anna), 'A trial until 16 Mar 2026');
  const [id = ''] = world.stripe.subscriptions.keys();
  await world.stripe.end(id);
  await choose(anna, 'pro');
  t.equal([...world.stripe.sessions.values()].at(-1)?.bought.trialDays, 0);
});

void t.test('a declined card and a service that is away change nothing, and say so', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  world.stripe.failing = 9;
  const tried = await choose(anna, 'pro');
  t.equal(tried.statusCode, 503);
  t.match(tried.body, 'Nothing was changed here');
  world.stripe.failing = 0;
  await button(away(await choose(anna, 'pro')), 'pay');
  world.stripe.declinesChanges = true;
  const declined = await choose(anna, 'elite', 'changes');
  t.equal(declined.statusCode, 422);
  t.match(declined.body, 'The card was declined');
  t.match(await planOf(anna), '12.99 USD a month');
  t.equal((await choose(anna, 'gold', 'changes')).statusCode, 422);
  const free = await choose(anna, 'free', 'changes');
  t.equal(free.statusCode, 422, 'what costs nothing is not bought: one cancels');
  const damaged = await anna.browser.post('/settings/plan/changes', { plan: 'pro', formId: randomUUID() });
  t.equal(damaged.statusCode, 422);
});

void t.test('who leaves for good is not charged any more', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  await world.billing?.end(anna.userId);
  await button(away(await choose(anna, 'pro')), 'pay');
  await world.billing?.end(anna.userId);
  t.same(
    [...world.stripe.subscriptions.values()].map(({ status }) => status),
    ['canceled'],
  );
  t.match(await planOf(anna), 'Nothing is paid for');
});

void t.test('the administrator sees what comes in', async (t) => {
  const world = await sellingApp(t);
  const admin = await person(world, 'admin', 'admin');
  const anna = await person(world, 'anna');
  await button(away(await choose(anna, 'elite')), 'pay');
  const { body } = await admin.browser.get('/admin/revenue');
  t.match(body, '30.00 USD');
  t.match(body, 'Subscribers by plan');
  t.match(await planOf(admin), 'not limited');
});
