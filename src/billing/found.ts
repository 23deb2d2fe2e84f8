import type Stripe from 'stripe';
import type { FoundSubscription } from '../data/subscriptions.js';
import { periods, planOfPrice, rankOf, type Period, type PlanTable } from '../domain/plans.js';
import { isAlive, subscriptionStates, type SubscriptionState } from '../domain/subscription.js';

const instant = (seconds: number | null | undefined): Date | null =>
  seconds === null || seconds === undefined ? null : new Date(seconds * 1000);

const periodOf = (interval: string | undefined): Period | null =>
  periods.find((period) => period === interval) ?? null;

/** A state that nobody here knows opens nothing. */
const stateOf = (status: string): SubscriptionState =>
  subscriptionStates.find((state) => state === status) ?? 'unpaid';

/** A subscription in our words; what its price is of the table says, by whatever name it was bought. */
export function foundIn(table: PlanTable, subscription: Stripe.Subscription): FoundSubscription {
  const [item] = subscription.items.data;
  const price = item?.price;
  const known = price === undefined ? undefined : planOfPrice(table, price.id);
  const periodEnd = instant(item?.current_period_end);
  return {
    id: subscription.id,
    plan: known?.plan.key ?? null,
    period: known?.period ?? periodOf(price?.recurring?.interval),
    state: stateOf(subscription.status),
    amount: price?.unit_amount ?? null,
    currency: price?.currency.toUpperCase() ?? null,
    periodEnd,
    trialEnd: instant(subscription.trial_end),
    cancelAt: instant(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? periodEnd : null),
    startedAt: instant(subscription.start_date) ?? new Date(0),
    endedAt: instant(subscription.ended_at),
  };
}

/** Which of several subscriptions counts: one that is alive, of those the greatest plan, else the one begun last. */
export function countingOf(table: PlanTable, all: readonly FoundSubscription[]): FoundSubscription | null {
  const weight = ({ state, plan }: FoundSubscription): number =>
    isAlive(state) ? 2 + rankOf(table, plan) : 0;
  const sorted = [...all].sort(
    (a, b) => weight(b) - weight(a) || b.startedAt.getTime() - a.startedAt.getTime(),
  );
  return sorted[0] ?? null;
}
