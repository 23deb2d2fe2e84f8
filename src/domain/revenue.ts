import type { Period, PlanTable } from './plans.js';
import type { SubscriptionState } from './subscription.js';

/** A subscription as it counts for what comes in. Amounts are of one period, in the currency's smallest unit. */
export interface Earning {
  plan: string | null;
  period: Period | null;
  state: SubscriptionState;
  amount: number | null;
  currency: string | null;
  cancelAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

export interface Money {
  currency: string;
  /** in the smallest unit */
  amount: number;
}

interface PlanRevenue {
  name: string;
  active: number;
  trialing: number;
  pastDue: number;
  /** what a month of these brings, before discounts and taxes */
  monthly: Money[];
}

export interface Revenue {
  plans: PlanRevenue[];
  monthly: Money[];
  active: number;
  trialing: number;
  pastDue: number;
  /** cancelled, and still paid for */
  ending: number;
  /** begun and ended within the stretch of time */
  begun: number;
  ended: number;
}

const isPaying = ({ state }: Earning): boolean => state === 'active' || state === 'past_due';

const monthlyOf = ({ amount, period }: Earning): number => (amount ?? 0) / (period === 'year' ? 12 : 1);

/** Per currency, since sums are never made across them. */
function moneyOf(all: readonly Earning[]): Money[] {
  const sums = new Map<string, number>();
  for (const one of all.filter(isPaying))
    if (one.currency !== null) sums.set(one.currency, (sums.get(one.currency) ?? 0) + monthlyOf(one));
  return [...sums].sort().map(([currency, amount]) => ({ currency, amount: Math.round(amount) }));
}

const countOf = (all: readonly Earning[], state: SubscriptionState): number =>
  all.filter((one) => one.state === state).length;

const planRevenue = (name: string, own: readonly Earning[]): PlanRevenue => ({
  name,
  active: countOf(own, 'active'),
  trialing: countOf(own, 'trialing'),
  pastDue: countOf(own, 'past_due'),
  monthly: moneyOf(own),
});

/** What subscriptions bring in, and how they come and go between two instants. */
export function revenueOf(
  { plans }: PlanTable,
  all: readonly Earning[],
  { start, end }: { start: Date; end: Date },
): Revenue {
  const isWithin = (at: Date | null): boolean => at !== null && at >= start && at < end;
  const known = new Set(plans.map(({ key }) => key));
  const others = all.filter(({ plan }) => plan === null || !known.has(plan));
  const rows = plans
    .filter(({ prices }) => Object.keys(prices).length > 0)
    .map(({ key, name }) =>
      planRevenue(
        name,
        all.filter(({ plan }) => plan === key),
      ),
    );
  const rest = planRevenue('Prices of no plan', others);
  return {
    plans: rest.active + rest.trialing + rest.pastDue === 0 ? rows : [...rows, rest],
    monthly: moneyOf(all),
    active: countOf(all, 'active'),
    trialing: countOf(all, 'trialing'),
    pastDue: countOf(all, 'past_due'),
    ending: all.filter((one) => isPaying(one) && one.cancelAt !== null).length,
    begun: all.filter(({ startedAt }) => isWithin(startedAt)).length,
    ended: all.filter(({ endedAt }) => isWithin(endedAt)).length,
  };
}
