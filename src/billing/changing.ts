import type Stripe from 'stripe';
import { subscriptionOf, type SubscriptionRow } from '../data/subscriptions.js';
import { isAlive } from '../domain/subscription.js';
import { Fault } from '../lib/fault.js';
import { onceFor, priceOf, type Bought } from './buying.js';
import { asked, askedIfThere, type BillingParts } from './parts.js';
import { readAgain } from './reading.js';

/** The subscription as it is at this moment. Throws a Fault 409 where there is none that goes on. */
async function current(
  parts: BillingParts,
  userId: string,
): Promise<SubscriptionRow & { subscription_id: string }> {
  const { row } = await readAgain(parts, userId);
  const { subscription_id: id, state } = row ?? { subscription_id: null, state: null };
  if (row === undefined || id === null || state === null || !isAlive(state))
    throw new Fault(409, 'no_subscription', 'There is no plan to change: choose one first.');
  return { ...row, subscription_id: id };
}

async function update(
  parts: BillingParts,
  userId: string,
  id: string,
  { change, once = {} }: { change: Stripe.SubscriptionUpdateParams; once?: Stripe.RequestOptions },
): Promise<void> {
  await asked(parts.stripe.subscriptions.update(id, change, once));
  await readAgain(parts, userId);
}

/**
 * Changes plan or period at once; the payment service reckons what is owed or left. What costs more is paid for at
 * once, or not changed. Throws a Fault 409 for a declined card and where there is no plan, 422, 503.
 */
export async function change(parts: BillingParts, userId: string, bought: Bought): Promise<void> {
  const price = priceOf(parts, bought);
  const row = await current(parts, userId);
  const { items } = await asked(parts.stripe.subscriptions.retrieve(row.subscription_id));
  const [item] = items.data;
  if (item === undefined) throw new Error('A subscription without an item.');
  if (item.price.id === price.id) return resume(parts, userId);
  const isMore = price.amount > Number(row.amount ?? 0);
  await update(parts, userId, row.subscription_id, {
    change: {
      items: [{ id: item.id, price: price.id }],
      proration_behavior: isMore ? 'always_invoice' : 'create_prorations',
      payment_behavior: 'error_if_incomplete',
      cancel_at_period_end: false,
    },
    once: onceFor('change', userId, bought),
  });
}

/** Lets it end with the time that is paid for. Doing it again does nothing. Throws a Fault 409, 503. */
export async function cancel(parts: BillingParts, userId: string): Promise<void> {
  const { subscription_id: id } = await current(parts, userId);
  await update(parts, userId, id, { change: { cancel_at_period_end: true } });
}

/** Lets it go on after all. Doing it again does nothing. Throws a Fault 409, 503. */
export async function resume(parts: BillingParts, userId: string): Promise<void> {
  const { subscription_id: id, cancel_at: cancelAt } = await current(parts, userId);
  if (cancelAt !== null) await update(parts, userId, id, { change: { cancel_at_period_end: false } });
}

/**
 * Has the payment service forget somebody who leaves with all that is theirs: whatever they pay for ends at once, and a
 * page of it that is open somewhere takes no payment. Who was never there is left as they are. Throws a Fault 503.
 */
export async function end({ stripe, db }: BillingParts, userId: string): Promise<void> {
  const row = await db.withTenant('app', userId, (tx) => subscriptionOf(tx, userId));
  if (row !== undefined) await askedIfThere(stripe.customers.del(row.customer_id));
}
