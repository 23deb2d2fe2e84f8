import t from 'tap';
import { askedAgain, recordSubscription, type FoundSubscription } from '../../data/subscriptions.js';
import { person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { ask } from '../../testing/steps.js';
import { signed } from '../../testing/stripe/stand-in.js';
import { sellingApp, subscribe, webhookSecret } from '../../testing/stripe/world.js';

t.setTimeout(600_000);

const canary = 'canary-of-the-body';

void t.test(
  'what is not signed by our secret in the last minutes is refused, and its body is in no log',
  async (t) => {
    const world = await sellingApp(t);
    const { stripe, app, kit } = world;
    const anna = await person(world, 'anna');
    const id = await subscribe(world, anna, 'price_pro_month');
    stripe.isHolding = true;
    await stripe.end(id);
    await stripe.emit('customer.subscription.deleted', { ...stripe.subscription(id), note: canary });
    const event = stripe.events.at(-1);
    if (event === undefined) throw new Error('there is a message');
    const before = await rowsOf(world.login, null);
    const refused = async (what: string, body: string, header: string | null): Promise<void> => {
      const answer = await app.inject({
        ...{ method: 'POST', url: '/stripe/webhooks', payload: body },
        headers: {
          host: new URL(kit.site.publicUrl).host,
          'content-type': 'application/json',
          ...(header === null ? {} : { 'stripe-signature': header }),
        },
      });
      t.equal(answer.statusCode, 400, what);
    };
    const body = JSON.stringify(event);
    const header = signed(body, webhookSecret, stripe.nowS);
    await refused('another secret', body, signed(body, 'whsec_another', stripe.nowS));
    await refused('no signature', body, null);
    await refused('an empty one', body, '');
    await refused('nonsense', body, 't=now,v1=zz');
    await refused('a changed body', body.replace('canceled', 'active'), header);
    await refused('a body that is no JSON, well signed', '{', signed('{', webhookSecret, stripe.nowS));
    await refused('301 seconds old', body, signed(body, webhookSecret, stripe.nowS - 301));
    await refused('301 seconds ahead', body, signed(body, webhookSecret, stripe.nowS + 301));
    await refused('signed twice over', body, header.replace('t=', `t=${stripe.nowS - 900},t=`));
    const ahead = JSON.stringify({ ...event, created: stripe.nowS + 301 });
    await refused('an event of the future', ahead, signed(ahead, webhookSecret, stripe.nowS));
    t.same(await rowsOf(world.login, null), before, 'nothing has changed');
    const lines = world.logged.join('\n');
    t.match(lines, 'without a valid signature was refused');
    t.notMatch(lines, canary);
    t.equal(await stripe.deliver(event, { atS: stripe.nowS - 299 }), 200, 'within the tolerance it is taken');
    t.match(await ask(world, 'select state from subscriptions'), [{ state: 'canceled' }]);
  },
);

void t.test('the same message a hundred times at once, and again later, has one effect', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  const id = await subscribe(world, anna, 'price_pro_month');
  stripe.isHolding = true;
  await stripe.renew(id, 'failed');
  const event = stripe.events.find(({ type }) => type === 'invoice.payment_failed');
  if (event === undefined) throw new Error('the failure is told');
  const asked = world.server.asked();
  const statuses = await Promise.all(Array.from({ length: 100 }, () => stripe.deliver(event)));
  t.ok(statuses.every((status) => status === 200));
  t.same(world.failures, [anna.userId], 'one letter');
  const noted = await ask(world, 'select from stripe_events where id = $1', [event.id]);
  t.equal(noted.length, 1);
  t.equal(world.server.asked() - asked, 1, 'and one question to the payment service');
  world.clock.advance(120_000);
  t.equal(await stripe.deliver(event), 200, 'a replay is answered like the first');
  t.same(world.failures, [anna.userId]);
});

void t.test('in whatever order messages come, what the payment service says counts', async (t) => {
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ];
  for (const order of orders) {
    const world = await sellingApp(t);
    const { stripe } = world;
    const anna = await person(world, 'anna');
    stripe.isHolding = true;
    const id = await subscribe(world, anna, 'price_pro_month');
    await stripe.update(id, { price: 'price_elite_month' });
    await stripe.renew(id, 'failed');
    await stripe.recover(id);
    const told = stripe.events.filter(({ type }) => type.startsWith('customer.subscription'));
    t.equal(told.length, order.length);
    await Promise.all(order.map((at) => stripe.deliver(told[at] as (typeof told)[number])));
    t.match(await ask(world, 'select plan, state, past_due_since from subscriptions'), [
      { plan: 'elite', state: 'active', past_due_since: null },
    ]);
    t.same(world.failures, [], 'a failure that has long been mended is not told');
  }
});

void t.test('an answer to an older question never overwrites that to a newer one', async (t) => {
  const world = await sellingApp(t);
  const anna = await person(world, 'anna');
  await subscribe(world, anna, 'price_pro_month');
  const at = world.clock.now();
  const found: FoundSubscription = {
    ...{ id: 'sub_1', plan: 'elite', state: 'active', period: 'month', amount: 3000, currency: 'USD' },
    ...{ periodEnd: at, trialEnd: null, cancelAt: null, startedAt: at, endedAt: null },
  };
  await world.db.withTenant('app', anna.userId, async (tx) => {
    const older = await askedAgain(tx, anna.userId);
    const newer = await askedAgain(tx, anna.userId);
    if (older === null || newer === null) throw new Error('there is a row');
    t.equal(await recordSubscription(tx, anna.userId, { found, number: newer.number, at }), true);
    const ended = { ...found, state: 'canceled' as const };
    t.equal(await recordSubscription(tx, anna.userId, { found: ended, number: older.number, at }), false);
  });
  t.match(await ask(world, 'select plan, state from subscriptions'), [{ plan: 'elite', state: 'active' }]);
});

void t.test(
  'while the payment service does not answer a message is not taken, and works when it comes again',
  async (t) => {
    const world = await sellingApp(t);
    const { stripe } = world;
    const anna = await person(world, 'anna');
    const id = await subscribe(world, anna, 'price_pro_month');
    stripe.isHolding = true;
    await stripe.end(id);
    const event = stripe.events.at(-1);
    if (event === undefined) throw new Error('there is a message');
    stripe.failing = 5;
    t.equal(await stripe.deliver(event), 503);
    t.equal((await ask(world, 'select from stripe_events where id = $1', [event.id])).length, 0);
    stripe.failing = 0;
    t.equal(await stripe.deliver(event), 200);
    t.match(await ask(world, 'select state from subscriptions'), [{ state: 'canceled' }]);
  },
);

void t.test(
  'a message about somebody else’s customer, or about nobody, is answered and changes nothing here',
  async (t) => {
    const world = await sellingApp(t);
    const { stripe } = world;
    const anna = await person(world, 'anna');
    await subscribe(world, anna, 'price_pro_month');
    const before = await ask(world, 'select * from subscriptions');
    await stripe.emit('customer.subscription.deleted', { id: 'sub_x', customer: 'cus_of_another_shop' });
    await stripe.emit('price.updated', { id: 'price_x', object: 'price' });
    t.same(await ask(world, 'select * from subscriptions'), before);
  },
);

void t.test('what a message itself claims is not believed', async (t) => {
  const world = await sellingApp(t);
  const { stripe } = world;
  const anna = await person(world, 'anna');
  const id = await subscribe(world, anna, 'price_pro_month');
  const lie = { ...stripe.subscription(id), status: 'canceled', ended_at: stripe.nowS };
  await stripe.emit('customer.subscription.deleted', lie);
  t.match(await ask(world, 'select plan, state from subscriptions'), [{ plan: 'pro', state: 'active' }]);
});
