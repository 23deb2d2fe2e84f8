import fc from 'fast-check';
import t from 'tap';
import { dayMs } from '../lib/clock.js';
import { usualPlans } from './plans.js';
import { planInForce, subscriptionStates, type Subscribed } from './subscription.js';

const now = new Date('2026-03-02T09:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * dayMs);
const pro = (more: Partial<Subscribed> = {}): Subscribed => ({
  ...{ plan: 'pro', state: 'active', periodEnd: days(10), cancelAt: null, pastDueSince: null },
  ...more,
});
const inForce = (subscribed: Subscribed | null): string => planInForce(usualPlans, subscribed, now).key;

/** What was said last, and the plan that counts then. */
const table: [string, Subscribed | null, string][] = [
  ['who never bought anything', null, 'free'],
  ['who pays', pro(), 'pro'],
  ['who tries it', pro({ state: 'trialing' }), 'pro'],
  ['a period that is over, while word of the next is late', pro({ periodEnd: days(-6) }), 'pro'],
  ['a period that has been over for longer than grace', pro({ periodEnd: days(-7) }), 'free'],
  ['cancelled, and still paid for', pro({ cancelAt: days(1) }), 'pro'],
  ['cancelled, and its end has come without a word', pro({ periodEnd: now, cancelAt: now }), 'free'],
  ['late with the payment', pro({ state: 'past_due', pastDueSince: days(-6) }), 'pro'],
  ['late for longer than grace', pro({ state: 'past_due', pastDueSince: days(-7) }), 'free'],
  ['given up by the payment service', pro({ state: 'unpaid' }), 'free'],
  ['ended', pro({ state: 'canceled' }), 'free'],
  ['a first payment that was never made', pro({ state: 'incomplete' }), 'free'],
  ['a plan that is not in the table', pro({ plan: 'gold' }), 'free'],
  ['a price that is none of ours', pro({ plan: null }), 'free'],
];

for (const [who, subscribed, plan] of table)
  void t.test(`${who} has ${plan}`, (t) => {
    t.equal(inForce(subscribed), plan);
    t.end();
  });

void t.test('time alone never gives anybody more', (t) => {
  const moment = fc.integer({ min: -40, max: 40 }).map(days);
  const maybe = fc.option(moment);
  const subscribed = fc.record({
    plan: fc.constantFrom('free', 'pro', 'elite', null),
    state: fc.constantFrom(...subscriptionStates),
    periodEnd: maybe,
    cancelAt: maybe,
    pastDueSince: moment,
  });
  fc.assert(
    fc.property(subscribed, moment, fc.nat({ max: 40 }), (one, at, later) => {
      const before = planInForce(usualPlans, one, at).key;
      const after = planInForce(usualPlans, one, new Date(at.getTime() + later * dayMs)).key;
      return after === before || after === 'free';
    }),
  );
  t.end();
});
