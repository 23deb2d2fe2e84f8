import t from 'tap';
import { dayMs } from '../lib/clock.js';
import {
  accountGate,
  analyticsGate,
  historyGate,
  importGate,
  liveGate,
  planThrough,
  tradeGate,
  tradesLeft,
  type Refusal,
} from './gates.js';
import { unlimited, usualPlans, type Plan } from './plans.js';

const [free, pro, elite] = usualPlans.plans;
if (pro === undefined || elite === undefined) throw new Error('the usual plans are three');

const held = (accounts: number, liveAccounts = 0) => ({ accounts, liveAccounts });
const live = (plan: Plan, all: number, live = 0) => accountGate(plan, held(all, live), true);
const other = (plan: Plan, all: number, live = 0) => accountGate(plan, held(all, live), false);

/** What is wanted, by whom, and the word of the refusal; null: it is allowed. */
const table: [string, Refusal | null, Refusal['code'] | null][] = [
  ['Free, a first account by hand', other(free, 0), null],
  ['Free, a second account by hand', other(free, 1), 'plan_accounts'],
  ['Free, a live account', live(free, 0), 'plan_live_accounts'],
  ['Free, reading one that is there', liveGate(free, 0), 'plan_live_accounts'],
  ['Free, the 15th trade of the month', tradeGate(free, 14), null],
  ['Free, the 16th trade of the month', tradeGate(free, 15), 'plan_trades'],
  ['Free, more than there may be already', tradeGate(free, 400), 'plan_trades'],
  ['Free, a file that just fits', importGate(free, 10, 5), null],
  ['Free, a file with one too many', importGate(free, 10, 6), 'plan_trades'],
  ['Free, a file of which all is known, in a month that is full', importGate(free, 15, 0), null],
  ['Free, more figures', analyticsGate(free), 'plan_analytics'],
  ['Pro, a first live account', live(pro, 0), null],
  ['Pro, a second live account', live(pro, 1, 1), 'plan_live_accounts'],
  ['Pro, the hundredth account by hand', other(pro, 99, 1), null],
  ['Pro, the thousandth trade', tradeGate(pro, 999), null],
  ['Pro, a large file', importGate(pro, 999, 50_000), null],
  ['Pro, more figures', analyticsGate(pro), null],
  ['Elite, a fifth live account', live(elite, 4, 4), null],
  ['Elite, a sixth live account', live(elite, 5, 5), 'plan_live_accounts'],
  ['nobody limited, a hundredth live account', live(unlimited, 99, 99), null],
  ['nobody limited, a trade', tradeGate(unlimited, 9_999), null],
];

for (const [what, refusal, code] of table)
  void t.test(`${what} is ${code === null ? 'allowed' : `refused as ${code}`}`, (t) => {
    t.equal(refusal?.code ?? null, code);
    if (refusal !== null) t.match(refusal.sentence, /^[A-Z].*\.$/);
    t.end();
  });

void t.test('a file that does not fit is told how many of its trades would', (t) => {
  t.match(importGate(free, 3, 40)?.sentence, /40 new trades, and 12 more fit into this month/);
  t.match(importGate(free, 14, 2)?.sentence, /1 more fits/);
  t.equal(tradesLeft(free, 20), 0, 'less than none is none');
  t.end();
});

void t.test('a trade is as old as the plan takes them, to the millisecond', (t) => {
  const plan: Plan = { ...free, limits: { ...free.limits, historyDays: 30 } };
  const now = Date.UTC(2026, 2, 2);
  t.equal(historyGate(plan, now - 30 * dayMs, now), null);
  t.equal(historyGate(plan, now - 30 * dayMs - 1, now)?.code, 'plan_history');
  t.equal(historyGate(plan, null, now), null, 'a file without trades is of no age');
  t.equal(historyGate(free, 0, now), null, 'without a limit any age is taken');
  t.end();
});

void t.test('the least plan that opens a gate is named', (t) => {
  t.equal(planThrough(usualPlans, analyticsGate)?.key, 'pro');
  t.equal(planThrough(usualPlans, (plan) => liveGate(plan, 3))?.key, 'elite');
  t.equal(
    planThrough(usualPlans, (plan) => liveGate(plan, 5)),
    undefined,
  );
  t.end();
});
