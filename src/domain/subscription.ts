import { dayMs } from '../lib/clock.js';
import { planNamed, type Plan, type PlanTable } from './plans.js';

/** The states of a subscription, in the payment service's own words. */
export const subscriptionStates = [
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];

export interface Subscribed {
  /** key of the plan; null: its price is none of ours */
  plan: string | null;
  state: SubscriptionState;
  /** when the time that is paid for ends */
  periodEnd: Date | null;
  /** when it ends for good; null: it goes on */
  cancelAt: Date | null;
  /** since when its payment is late */
  pastDueSince: Date | null;
}

/** It goes on, or is at least tried to be paid. */
export const isAlive = (state: SubscriptionState): boolean =>
  state === 'active' || state === 'trialing' || state === 'past_due';

/** Until when a plan stays open whose payment is late. */
export const graceEnd = ({ graceDays }: PlanTable, since: Date): Date =>
  new Date(since.getTime() + graceDays * dayMs);

/**
 * Whether what was paid for still counts. A period that is over counts for the days of grace more, unless it was to end
 * there: word of the next payment may be late.
 */
function isInForce(table: PlanTable, subscribed: Subscribed, now: Date): boolean {
  const { state, periodEnd, cancelAt, pastDueSince } = subscribed;
  if (!isAlive(state)) return false;
  if (cancelAt !== null && cancelAt <= now) return false;
  if (state === 'past_due') return now < graceEnd(table, pastDueSince ?? now);
  return periodEnd === null || now < graceEnd(table, periodEnd);
}

/** The plan that counts for somebody now. */
export function planInForce(table: PlanTable, subscribed: Subscribed | null, now: Date): Plan {
  const [free] = table.plans;
  if (subscribed === null || !isInForce(table, subscribed, now)) return free;
  return planNamed(table, subscribed.plan) ?? free;
}
