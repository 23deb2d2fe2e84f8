import t from 'tap';
import { person, type Person } from '../../testing/cast.js';
import { formIdOf } from '../../testing/manual-desk.js';
import { noLimits } from '../../testing/limits.js';
import { ask } from '../../testing/steps.js';
import { sellingApp, subscribe } from '../../testing/stripe/world.js';
import { limitTable } from '../../web/limits.js';

t.setTimeout(600_000);

const boughtAt = ({ headers }: { headers: Record<string, unknown> }): string =>
  /^0;url=(.+)$/.exec(String(headers['refresh']))?.[1] ?? '';
const shown = async ({ browser }: Person): Promise<string> =>
  formIdOf((await browser.get('/settings/plan')).body);
const choose = ({ browser }: Person, formId: string, plan: string, to = 'checkouts') =>
  browser.post(`/settings/plan/${to}`, { plan, period: 'month', formId });

void t.test('who comes back and chooses another plan on the same page buys that one', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  const formId = await shown(anna);
  const [pro, elite] = [await choose(anna, formId, 'pro'), await choose(anna, formId, 'elite')];
  t.match([pro.statusCode, elite.statusCode], [200, 200]);
  t.not(boughtAt(elite), boughtAt(pro));
  t.equal([...world.stripe.sessions.values()].at(-1)?.bought.price, 'price_elite_month');
  await subscribe(world, anna, 'price_pro_month');
  await choose(anna, formId, 'elite', 'changes');
  t.match(await ask(world, 'select plan from subscriptions'), [{ plan: 'elite' }]);
  await choose(anna, formId, 'pro', 'changes');
  t.match(await ask(world, 'select plan from subscriptions'), [{ plan: 'pro' }]);
});

void t.test('two people whose forms have the same number buy each for themselves', async (t) => {
  const world = await sellingApp(t);
  const [anna, bert] = [await person(world, 'anna'), await person(world, 'bert')];
  const formId = await shown(anna);
  await shown(bert);
  t.not(boughtAt(await choose(anna, formId, 'pro')), boughtAt(await choose(bert, formId, 'pro')));
});

void t.test('every subscription of somebody who leaves ends, and the service forgets them', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  await subscribe(world, anna, 'price_pro_month');
  const [row] = await ask<{ id: string }>(world, 'select customer_id as id from subscriptions');
  await stripe.subscribe(row?.id ?? '', 'price_elite_month');
  await world.billing?.end(anna.userId);
  t.same(
    [...stripe.subscriptions.values()].map(({ status }) => status),
    ['canceled', 'canceled'],
  );
  t.equal(stripe.customers.size, 0);
  await world.billing?.end(anna.userId);
});

void t.test('a customer whom the service does not know, as after other keys, keeps nobody', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  await subscribe(world, anna, 'price_pro_month');
  world.stripe.customers.clear();
  world.stripe.subscriptions.clear();
  await anna.browser.get('/settings/plan?back=paid');
  t.match(await ask(world, 'select state from subscriptions'), [{ state: 'canceled' }]);
  const bought = await choose(anna, await shown(anna), 'elite');
  t.equal(bought.statusCode, 200);
  const [made] = world.stripe.customers.keys();
  t.match(await ask(world, 'select customer_id from subscriptions'), [{ customer_id: made }]);
  world.stripe.customers.clear();
  await world.billing?.end(anna.userId);
});

void t.test('a page that is opened again and again does not ask the service each time', async (t) => {
  const limits = { ...noLimits, checkoutByUser: limitTable.checkoutByUser };
  const world = await sellingApp(t, { limits });
  const anna = await person(world, 'anna');
  await subscribe(world, anna, 'price_pro_month');
  const asked = world.server.asked();
  for (let n = 0; n < 30; n += 1)
    t.equal((await anna.browser.get('/settings/plan?back=paid')).statusCode, 200);
  t.equal(world.server.asked() - asked, limitTable.checkoutByUser.count);
});

void t.test('a failed payment is told also where its message comes before the service knows', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  const id = await subscribe(world, anna, 'price_pro_month');
  const subscription = stripe.subscription(id);
  await stripe.emit('invoice.payment_failed', { object: 'invoice', customer: subscription.customer });
  t.same(world.failures, []);
  subscription.status = 'past_due';
  await stripe.emit('customer.subscription.updated', subscription);
  t.same(world.failures, [anna.userId]);
  await stripe.emit('customer.subscription.updated', subscription);
  t.same(world.failures, [anna.userId], 'once');
});
