import t from 'tap';
import { readConfig } from './config.js';
import { plansIn } from './plans-file.js';

const pro = {
  key: 'pro',
  name: 'Pro',
  prices: { month: { id: 'price_1', amount: 1299, currency: 'USD' } },
  limits: { liveAccounts: 1 },
};
const free = { key: 'free', name: 'Free', limits: { tradesPerMonth: 15, analytics: 'summary' } };
const text = (...plans: object[]): string => JSON.stringify({ trialDays: 14, plans });

void t.test('a file has as many plans as it likes; what it leaves out is no limit', (t) => {
  const gold = { ...pro, key: 'gold', prices: { year: { id: 'price_2', amount: 9900, currency: 'EUR' } } };
  const table = plansIn(text(free, pro, gold));
  t.equal(table.trialDays, 14);
  t.equal(table.graceDays, 7);
  t.same(
    table.plans.map(({ key }) => key),
    ['free', 'pro', 'gold'],
  );
  t.match(table.plans[1], { limits: { liveAccounts: 1, accounts: null, tradesPerMonth: null } });
  t.end();
});

const price = { month: { id: 'price_1', amount: 1, currency: 'USD' } };
const broken: [string, string, RegExp][] = [
  ['no JSON', '{', /not JSON/],
  ['no plan', text(), /plans/],
  ['a first plan with a price', text(pro), /first plan .* has no price/],
  ['another plan without one', text(free, { ...pro, prices: {} }), /pro has no price/],
  [
    'a key twice',
    text(free, pro, { ...pro, prices: { month: { ...price.month, id: 'x' } } }),
    /pro .* twice/,
  ],
  ['a price twice', text(free, pro, { ...pro, key: 'more' }), /price_1 .* twice/],
  ['a limit that nobody knows', text({ ...free, limits: { trades: 3 } }), /limits/],
  [
    'an amount with a fraction',
    text(free, { ...pro, prices: { month: { ...price.month, amount: 1.5 } } }),
    /amount/,
  ],
];
for (const [what, file, sentence] of broken)
  void t.test(`${what} is refused, and the sentence says it`, (t) => {
    t.throws(() => plansIn(file), { message: sentence });
    t.end();
  });

const keys = { STRIPE_SECRET_KEY_FILE: '/a', STRIPE_WEBHOOK_SECRET_FILE: '/b' };

void t.test(
  'without keys nothing is sold; with one of two, or without prices, the start says what is missing',
  (t) => {
    const billing = (env: Record<string, string>) => readConfig(env, '/srv').billing;
    t.equal(billing({}), null);
    t.equal(billing({ PLANS_FILE: '/c' }), null);
    t.throws(() => billing({ STRIPE_SECRET_KEY_FILE: '/a' }), { message: /both/ });
    t.throws(() => billing(keys), { message: /PLANS_FILE/ });
    t.match(billing({ ...keys, PLANS_FILE: '/c' }), { secretKeyFile: '/a', plansFile: '/c', apiBase: null });
    t.match(billing({ ...keys, STRIPE_API_BASE: 'http://127.0.0.1:12111' }), {
      apiBase: 'http://127.0.0.1:12111',
      plansFile: null,
    });
    for (const base of ['http://stripe.example.org', 'ftp://127.0.0.1', 'http://127.0.0.1/v1'])
      t.throws(() => billing({ ...keys, STRIPE_API_BASE: base }), { message: /STRIPE_API_BASE/ });
    t.end();
  },
);
