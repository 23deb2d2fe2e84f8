import { recordActivity } from '../data/audit.js';
import type { Tx } from '../data/database.js';
import { settleReading } from '../data/plan-reading.js';
import { standingOf } from '../data/standing.js';
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
import { asked, type BillingParts } from './parts.js';

/** What came of asking: the row as it is now; `isKnown`: the message had its effect before. */
export interface ReadAgain {
  row: SubscriptionRow | undefined;
  isKnown: boolean;
}

async function look({ stripe, plans }: BillingParts, customer: string): Promise<FoundSubscription | null> {
  const { data } = await asked(stripe.subscriptions.list({ customer, status: 'all', limit: 100 }));
  return countingOf(
    plans,
    data.map((subscription) => foundIn(plans, subscription)),
  );
}

/** Writes down what the service answered, and where that is another plan than before, that it changed. */
async function record(
  tx: Tx,
  { plans }: Pick<BillingParts, 'plans'>,
  userId: string,
  answer: { found: FoundSubscription | null; number: number; at: Date },
): Promise<void> {
  const { at } = answer;
  const asked = { plans, userId, at };
  const { plan: before } = await standingOf(tx, asked);
  await recordSubscription(tx, userId, answer);
  const { plan } = await standingOf(tx, asked);
  if (plan.key === before.key) return;
  const details = { from: before.name, to: plan.name };
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
    const isKnown = event !== null && !(await noteEvent(tx, event, at));
    if (!isKnown) {
      await record(tx, parts, userId, { found, number: question.number, at });
      await settle(tx, parts, userId);
    }
    return { row: await subscriptionOf(tx, userId), isKnown };
  });
  if (!read.isKnown) await parts.onChanged(userId);
  return read;
}
