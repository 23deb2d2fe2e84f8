import { lastActivity, recordActivity } from '../data/audit.js';
import type { Tx } from '../data/database.js';
import { settleReading } from '../data/plan-reading.js';
import { standingOf, takeTurn } from '../data/standing.js';
import {
  askedAgain,
  noteEvent,
  recordSubscription,
  subscriptionOf,
  type FoundSubscription,
  type NotedEvent,
  type SubscriptionRow,
} from '../data/subscriptions.js';
import { countingOf, foundIn } from './found.js';
import { askedIfThere, type BillingParts } from './parts.js';

/** What came of asking: the row as it is now; `isKnown`: the message had its effect before. */
export interface ReadAgain {
  row: SubscriptionRow | undefined;
  isKnown: boolean;
}

const isLate = (row: SubscriptionRow | undefined): boolean => row?.state === 'past_due';

async function look({ stripe, plans }: BillingParts, customer: string): Promise<FoundSubscription | null> {
  const list = await askedIfThere(stripe.subscriptions.list({ customer, status: 'all', limit: 100 }));
  return countingOf(
    plans,
    (list?.data ?? []).map((subscription) => foundIn(plans, subscription)),
  );
}

/** Writes down that the plan in force is another one than was written down last, whatever brought that about: time too. */
export async function notePlan(
  tx: Tx,
  { plans, clock }: Pick<BillingParts, 'plans' | 'clock'>,
  userId: string,
): Promise<void> {
  const at = clock.now();
  await takeTurn(tx, userId);
  const { plan, isLimited } = await standingOf(tx, { plans, userId, at });
  const told = await lastActivity(tx, userId, 'plan-changed');
  const before = told?.details.to ?? plans.plans[0].name;
  if (!isLimited || plan.name === before) return;
  const details = { from: before, to: plan.name };
  const occasion = { at, by: 'payments', address: '', device: '' } as const;
  await recordActivity(tx, userId, occasion, { what: 'plan-changed', details });
}

/** Has as many live accounts read as the plan in force covers. True where something has changed. */
export async function settle(
  tx: Tx,
  { plans, clock }: Pick<BillingParts, 'plans' | 'clock'>,
  userId: string,
): Promise<boolean> {
  const { plan } = await standingOf(tx, { plans, userId, at: clock.now() });
  return settleReading(tx, userId, plan.limits.liveAccounts);
}

/**
 * Asks the payment service how somebody's subscription stands, and writes it down with what follows from it. What a
 * message itself says is not believed: its effect is that somebody looks. With a message, once for each.
 */
export async function readAgain(
  parts: BillingParts,
  userId: string,
  event: NotedEvent | null = null,
): Promise<ReadAgain> {
  const { db, clock } = parts;
  const question = await db.withTenant('app', userId, (tx) => askedAgain(tx, userId));
  if (question === null) return { row: undefined, isKnown: false };
  const found = await look(parts, question.customerId);
  const at = clock.now();
  const read = await db.withTenant('app', userId, async (tx) => {
    const before = await subscriptionOf(tx, userId);
    const isKnown = event !== null && !(await noteEvent(tx, event, at));
    if (!isKnown) {
      await recordSubscription(tx, userId, { found, number: question.number, at });
      await notePlan(tx, parts, userId);
      await settle(tx, parts, userId);
    }
    return { row: await subscriptionOf(tx, userId), isKnown, wasLate: isLate(before) };
  });
  const { row, isKnown, wasLate } = read;
  if (!isKnown) await parts.onChanged(userId);
  // The word of a failure may come before the service itself knows of it, or when it has long been mended.
  const isTold = event?.type === 'invoice.payment_failed' && (isLate(row) || row?.state === 'unpaid');
  if (!isKnown && (isTold || (isLate(row) && !wasLate))) await parts.onPaymentFailed(userId);
  return { row, isKnown };
}
