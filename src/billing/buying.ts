import type Stripe from 'stripe';
import { setCustomer, subscriptionOf, type SubscriptionRow } from '../data/subscriptions.js';
import { planNamed, type Period, type Price } from '../domain/plans.js';
import type { SubscriptionState } from '../domain/subscription.js';
import { Fault } from '../lib/fault.js';
import { asked, askedIfThere, type BillingParts } from './parts.js';
import { readAgain } from './reading.js';

/** What somebody wants to buy; `formId`: the form's own number, so that its second sending buys nothing. */
export interface Bought {
  plan: string;
  period: Period;
  formId: string;
}

export interface Buyer {
  userId: string;
  email: string;
}

const path = '/settings/plan';

/** The name of a purchase, whose second sending does nothing. Of one form each choice is one of its own. */
export const onceFor = (what: string, userId: string, { formId, plan, period }: Bought) => ({
  idempotencyKey: `${what} ${userId} ${formId} ${plan} ${period}`,
});

/** Throws a Fault 422 for what is not sold. */
export function priceOf({ plans }: BillingParts, { plan, period }: Bought): Price {
  const price = planNamed(plans, plan)?.prices[period];
  if (price === undefined)
    throw new Fault(422, 'unknown_plan', 'This plan is not sold for that period. Choose one from the list.');
  return price;
}

/** Their name at the payment service, made when it is first needed. */
async function customerOf({ stripe, db }: BillingParts, { userId, email }: Buyer): Promise<string> {
  const known = await db.withTenant('app', userId, (tx) => subscriptionOf(tx, userId));
  const there = known === undefined ? null : await askedIfThere(stripe.customers.retrieve(known.customer_id));
  if (there !== null && there.deleted !== true) return there.id;
  // Of two clicks at once both are given the same one.
  const { id } = await asked(
    stripe.customers.create(
      { email, metadata: { user: userId } },
      { idempotencyKey: `customer ${userId} ${email} ${known?.customer_id ?? ''}` },
    ),
  );
  return db.withTenant('app', userId, (tx) =>
    setCustomer(tx, userId, { id, instead: known?.customer_id ?? null }),
  );
}

const isOver: ReadonlySet<SubscriptionState> = new Set(['canceled', 'incomplete', 'incomplete_expired']);

/** It goes on, or waits for a payment: a second one would be paid beside it. */
const isSubscribed = (row: SubscriptionRow | undefined): boolean =>
  row !== undefined && row.state !== null && !isOver.has(row.state);

/** A page of the payment service that was opened before is closed: two of them could both be paid. */
async function closeOthers(
  { stripe }: BillingParts,
  { id, customer }: { id: string; customer: string },
): Promise<void> {
  const { data } = await asked(stripe.checkout.sessions.list({ customer, status: 'open', limit: 100 }));
  for (const other of data) if (other.id !== id) await asked(stripe.checkout.sessions.expire(other.id));
}

const addressOf = ({ url }: { url: string | null }): string => {
  if (url === null)
    throw new Fault(503, 'payments_away', 'The payment service has no page to show. Try again.');
  return url;
};

/**
 * The address of the payment service's page on which somebody subscribes. Throws a Fault 409 for who has a plan
 * already, 422 for one that is not sold, 503 where the service is away.
 */
export async function checkout(parts: BillingParts, buyer: Buyer, bought: Bought): Promise<string> {
  const { stripe, plans, publicUrl } = parts;
  const price = priceOf(parts, bought);
  const customer = await customerOf(parts, buyer);
  const { row } = await readAgain(parts, buyer.userId);
  if (isSubscribed(row))
    throw new Fault(
      409,
      'subscribed',
      'You have a plan already: change it or its card below instead of buying another one.',
    );
  const isFirst = row?.started_at === null || row === undefined;
  const wanted: Stripe.Checkout.SessionCreateParams = {
    mode: 'subscription',
    customer,
    client_reference_id: buyer.userId,
    line_items: [{ price: price.id, quantity: 1 }],
    allow_promotion_codes: true,
    success_url: `${publicUrl}${path}?back=paid`,
    cancel_url: `${publicUrl}${path}?back=left`,
    subscription_data: {
      metadata: { user: buyer.userId },
      ...(plans.trialDays > 0 && isFirst ? { trial_period_days: plans.trialDays } : {}),
    },
  };
  const session = await asked(
    stripe.checkout.sessions.create(wanted, onceFor('checkout', buyer.userId, bought)),
  );
  await closeOthers(parts, { id: session.id, customer });
  return addressOf(session);
}

/** The address of the payment service's page of cards and invoices. Throws a Fault 404 for who never bought anything. */
export async function portal({ stripe, db, publicUrl }: BillingParts, userId: string): Promise<string> {
  const row = await db.withTenant('app', userId, (tx) => subscriptionOf(tx, userId));
  if (row === undefined)
    throw new Fault(409, 'no_subscription', 'There is nothing to manage yet: choose a plan first.');
  const wanted = { customer: row.customer_id, return_url: `${publicUrl}${path}` };
  return addressOf(await asked(stripe.billingPortal.sessions.create(wanted)));
}
