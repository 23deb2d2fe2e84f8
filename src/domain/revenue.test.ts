import t from 'tap';
import { usualPlans } from './plans.js';
import { revenueOf, type Earning } from './revenue.js';

const march = { start: new Date('2026-03-01T00:00:00Z'), end: new Date('2026-04-01T00:00:00Z') };
const one = (more: Partial<Earning> = {}): Earning => ({
  ...{ plan: 'pro', period: 'month', state: 'active', amount: 1_299, currency: 'USD' },
  ...{ cancelAt: null, startedAt: new Date('2026-01-05T00:00:00Z'), endedAt: null },
  ...more,
});
const of = (...all: Earning[]) => revenueOf(usualPlans, all, march);

void t.test('nobody yet is nothing, with every plan that is sold', (t) => {
  const revenue = of();
  t.same(
    revenue.plans.map(({ name, active }) => [name, active]),
    [
      ['Pro', 0],
      ['Elite', 0],
    ],
  );
  t.same(revenue.monthly, []);
  t.end();
});

void t.test('a year counts a twelfth a month, and currencies stay apart', (t) => {
  const { monthly, plans } = of(
    one(),
    one({ plan: 'elite', period: 'year', amount: 30_000 }),
    one({ currency: 'EUR', amount: 1_000 }),
  );
  t.same(monthly, [
    { currency: 'EUR', amount: 1_000 },
    { currency: 'USD', amount: 1_299 + 2_500 },
  ]);
  t.same(plans[1]?.monthly, [{ currency: 'USD', amount: 2_500 }]);
  t.end();
});

void t.test('a trial brings nothing yet, and what is late still counts', (t) => {
  const revenue = of(one({ state: 'trialing' }), one({ state: 'past_due' }), one({ state: 'canceled' }));
  t.same(revenue.monthly, [{ currency: 'USD', amount: 1_299 }]);
  t.match(revenue, { active: 0, trialing: 1, pastDue: 1 });
  t.end();
});

void t.test('what begins and ends is counted in its month, to the instant', (t) => {
  const { begun, ended, ending } = of(
    one({ startedAt: march.start }),
    one({ startedAt: march.end }),
    one({ state: 'canceled', endedAt: march.start }),
    one({ state: 'canceled', endedAt: new Date(march.start.getTime() - 1) }),
    one({ cancelAt: march.end }),
  );
  t.same({ begun, ended, ending }, { begun: 1, ended: 1, ending: 1 });
  t.end();
});

void t.test('a price of no plan is seen, not lost', (t) => {
  const { plans, monthly } = of(one({ plan: null, amount: 500 }));
  t.match(plans.at(-1), { name: 'Prices of no plan', active: 1 });
  t.same(monthly, [{ currency: 'USD', amount: 500 }]);
  t.end();
});
