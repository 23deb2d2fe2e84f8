import { sql, type Selectable } from 'kysely';
import type { Period } from '../domain/plans.js';
import type { Subscribed, SubscriptionState } from '../domain/subscription.js';
import type { Database, Tx } from './database.js';
import type { Schema } from './schema.js';

export type SubscriptionRow = Selectable<Schema['subscriptions']>;

/** A subscription as the payment service says that it is. */
export interface FoundSubscription extends Omit<Subscribed, 'pastDueSince'> {
  id: string;
  period: Period | null;
  /** of one period, in the smallest unit of the currency; null: unknown */
  amount: number | null;
  currency: string | null;
  trialEnd: Date | null;
  startedAt: Date;
  endedAt: Date | null;
}

/** A message of the payment service. */
export interface NotedEvent {
  id: string;
  type: string;
  createdAt: Date;
}

export const subscriptionOf = (tx: Tx, userId: string): Promise<SubscriptionRow | undefined> =>
  tx.selectFrom('subscriptions').where('user_id', '=', userId).selectAll().executeTakeFirst();

/** What counts of a row for the plan in force; null: there never was a subscription. */
export const subscribedIn = (
  row: Pick<SubscriptionRow, 'plan' | 'state' | 'period_end' | 'cancel_at' | 'past_due_since'> | undefined,
): Subscribed | null =>
  row === undefined || row.state === null
    ? null
    : {
        plan: row.plan,
        state: row.state,
        periodEnd: row.period_end,
        cancelAt: row.cancel_at,
        pastDueSince: row.past_due_since,
      };

/** Who a customer of the payment service is here; null: nobody. */
export const ownerOfCustomer = (db: Database, customerId: string): Promise<string | null> =>
  db.withInstallation(async (tx) => {
    const { rows } = await sql<{ owner: string | null }>`
      select customer_owner(${customerId}) as owner`.execute(tx);
    return rows[0]?.owner ?? null;
  });

/**
 * Notes under what name the payment service knows somebody: the first one, or one `instead` of a name that it does not
 * know any more. The name that counts.
 */
export async function setCustomer(
  tx: Tx,
  userId: string,
  { id, instead }: { id: string; instead: string | null },
): Promise<string> {
  await tx
    .insertInto('subscriptions')
    .values({ user_id: userId, customer_id: id })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ customer_id: id })
        .where('subscriptions.customer_id', '=', instead ?? id),
    )
    .execute();
  return (await subscriptionOf(tx, userId))?.customer_id ?? id;
}

/** The number under which the service is asked how things stand; null: there is nobody to ask about. */
export async function askedAgain(
  tx: Tx,
  userId: string,
): Promise<{ number: number; customerId: string } | null> {
  const row = await tx
    .updateTable('subscriptions')
    .set({ asked: sql<number>`asked + 1` })
    .where('user_id', '=', userId)
    .returning(['asked', 'customer_id'])
    .executeTakeFirst();
  return row === undefined ? null : { number: Number(row.asked), customerId: row.customer_id };
}

const sinceWhen = (state: SubscriptionState, at: Date) =>
  state === 'past_due' ? sql<Date>`coalesce(past_due_since, ${at}::timestamptz)` : null;

/** Notes what the service answered to the question of that number; false where a later one was answered already. */
export async function recordSubscription(
  tx: Tx,
  userId: string,
  { found, number, at }: { found: FoundSubscription | null; number: number; at: Date },
): Promise<boolean> {
  const about =
    found === null
      ? { state: sql<SubscriptionState | null>`case when state is null then null else 'canceled' end` }
      : {
          subscription_id: found.id,
          plan: found.plan,
          period: found.period,
          state: found.state,
          amount: found.amount,
          currency: found.currency,
          period_end: found.periodEnd,
          trial_end: found.trialEnd,
          cancel_at: found.cancelAt,
          started_at: found.startedAt,
          ended_at: found.endedAt,
          past_due_since: sinceWhen(found.state, at),
        };
  const done = await tx
    .updateTable('subscriptions')
    .set({ ...about, answered: number, checked_at: at })
    .where('user_id', '=', userId)
    .where('answered', '<', sql<string>`${number}`)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** True for exactly one caller ever: whoever writes the effect in the same transaction. */
export async function noteEvent(tx: Tx, { id, type, createdAt }: NotedEvent, at: Date): Promise<boolean> {
  const done = await tx
    .insertInto('stripe_events')
    .values({ id, type, created_at: createdAt, received_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export const isNoted = (db: Database, id: string): Promise<boolean> =>
  db.withInstallation(async (tx) => {
    const row = await tx.selectFrom('stripe_events').where('id', '=', id).select('id').executeTakeFirst();
    return row !== undefined;
  });

/** The service repeats a message for days at most. */
export const forgetEvents = (db: Database, before: Date): Promise<void> =>
  db.withInstallation(async (tx) => {
    await tx.deleteFrom('stripe_events').where('received_at', '<', before).execute();
  });

export type ListedSubscription = Pick<
  SubscriptionRow,
  | 'user_id'
  | 'plan'
  | 'period'
  | 'state'
  | 'amount'
  | 'currency'
  | 'period_end'
  | 'cancel_at'
  | 'started_at'
  | 'ended_at'
  | 'past_due_since'
>;

/** Everybody's subscriptions, for the administrator. */
export const listSubscriptions = (db: Database): Promise<ListedSubscription[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('subscriptions')
      .where('state', 'is not', null)
      .select([
        'user_id',
        'plan',
        'period',
        'state',
        'amount',
        'currency',
        'period_end',
        'cancel_at',
        'started_at',
        'ended_at',
        'past_due_since',
      ])
      .orderBy('user_id')
      .execute(),
  );
