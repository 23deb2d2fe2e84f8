import { monthAround } from '../../data/standing.js';
import type { ListedSubscription } from '../../data/subscriptions.js';
import type { PlanTable } from '../../domain/plans.js';
import { revenueOf, type Earning, type Money } from '../../domain/revenue.js';
import { dayOf } from '../../lib/day.js';
import { monthOf } from '../../lib/month.js';
import { monthWord } from '../../web/day-words.js';
import { moneyWords } from '../../web/plan-words.js';

const earning = (row: ListedSubscription): Earning[] =>
  row.state === null
    ? []
    : [
        {
          plan: row.plan,
          period: row.period,
          state: row.state,
          amount: row.amount === null ? null : Number(row.amount),
          currency: row.currency,
          cancelAt: row.cancel_at,
          startedAt: row.started_at,
          endedAt: row.ended_at,
        },
      ];

const money = (all: readonly Money[]): string =>
  all.length === 0 ? '—' : all.map(({ amount, currency }) => moneyWords(amount, currency)).join(' · ');

/** What comes in, by plan, and how it changes in this month of the administrator's time zone. */
export function revenueView(
  table: PlanTable,
  rows: readonly ListedSubscription[],
  { now, timeZone }: { now: Date; timeZone: string },
) {
  const revenue = revenueOf(table, rows.flatMap(earning), monthAround(now, timeZone));
  const card = (label: string, value: number | string, note: string) => ({
    label,
    value: String(value),
    note,
  });
  return {
    month: monthWord(monthOf(dayOf(now, timeZone))),
    cards: [
      card('Monthly revenue', money(revenue.monthly), 'before discounts and taxes'),
      card('Subscribers', revenue.active, `${revenue.ending} of them cancelled`),
      card('Trials', revenue.trialing, 'begin to pay when they are over'),
      card('Past due', revenue.pastDue, 'their last payment failed'),
      card('New', revenue.begun, 'subscriptions begun this month'),
      card('Cancelled', revenue.ended, 'subscriptions ended this month'),
    ],
    plans: revenue.plans.map(({ name, active, trialing, pastDue, monthly }) => ({
      name,
      active: String(active),
      trialing: String(trialing),
      pastDue: String(pastDue),
      monthly: money(monthly),
    })),
  };
}
