import type { ColumnType } from 'kysely';
import type { Period } from '../domain/plans.js';
import type { SubscriptionState } from '../domain/subscription.js';

/** What people have subscribed to; the shadow in types of migrations/0030_plans.sql. */

/** bigint: `pg` hands it over as text */
type Big = ColumnType<string, number | undefined, number>;
type BigOrNull = ColumnType<string | null, number | null | undefined, number | null>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface BillingSchema {
  subscriptions: {
    user_id: string;
    customer_id: string;
    subscription_id: Maybe<string>;
    plan: Maybe<string>;
    period: Maybe<Period>;
    state: Maybe<SubscriptionState>;
    amount: BigOrNull;
    currency: Maybe<string>;
    period_end: Maybe<Date>;
    trial_end: Maybe<Date>;
    cancel_at: Maybe<Date>;
    started_at: Maybe<Date>;
    ended_at: Maybe<Date>;
    past_due_since: Maybe<Date>;
    asked: Big;
    answered: Big;
    checked_at: Maybe<Date>;
  };
  stripe_events: { id: string; type: string; created_at: Date; received_at: Date };
}
