import t from 'tap';
import { dayMs } from '../../lib/clock.js';
import { person } from '../../testing/cast.js';
import { ask } from '../../testing/steps.js';
import { sellingApp, subscribe } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

void t.test('each change of a plan is written down once, with what it was before', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  const id = await subscribe(world, anna, 'price_pro_month');
  world.clock.advance(60_000);
  await anna.browser.get('/settings/plan');
  await stripe.end(id);
  const noted = await ask(
    world,
    "select details, done_by from activities where user_id = $1 and what = 'plan-changed' order by at",
    [anna.userId],
  );
  t.same(noted, [
    { details: { from: 'Free', to: 'Pro' }, done_by: 'payments' },
    { details: { from: 'Pro', to: 'Free' }, done_by: 'payments' },
  ]);
  t.match((await anna.browser.get('/settings/activity')).body, /The plan was changed from Pro to Free/);
});

void t.test('a plan that ends by time alone is written down too, once', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  const id = await subscribe(world, anna, 'price_pro_month');
  await stripe.update(id, { cancels: true });
  stripe.isHolding = true;
  world.clock.advance(32 * dayMs);
  await world.billing?.sweep();
  await stripe.end(id);
  world.clock.advance(dayMs);
  await world.billing?.sweep();
  const noted = await ask(
    world,
    "select details from activities where user_id = $1 and what = 'plan-changed' order by at",
    [anna.userId],
  );
  t.same(noted, [{ details: { from: 'Free', to: 'Pro' } }, { details: { from: 'Pro', to: 'Free' } }]);
});
