import type { Database } from '../data/database.js';
import { queueLetter } from '../data/letters.js';
import { subscriptionOf } from '../data/subscriptions.js';
import { timeZoneOf } from '../data/users.js';
import { planNamed, type PlanTable } from '../domain/plans.js';
import { graceEnd } from '../domain/subscription.js';
import type { Clock } from '../lib/clock.js';
import { moneyWords } from '../web/plan-words.js';
import { when } from '../web/words.js';

/** Queues the word that a payment failed: one for each time that it becomes late, however often that is told. */
export const paymentLetter =
  ({ db, clock, plans }: { db: Database; clock: Clock; plans: PlanTable }, wake: () => void) =>
  async (userId: string): Promise<void> => {
    const at = clock.now();
    const isQueued = await db.withTenant('app', userId, async (tx) => {
      const row = await subscriptionOf(tx, userId);
      if (row === undefined) return false;
      const since = row.past_due_since ?? at;
      const until =
        row.state === 'past_due' ? when(graceEnd(plans, since), await timeZoneOf(tx, userId)) : null;
      const facts = {
        plan: planNamed(plans, row.plan)?.name ?? 'of before',
        amount:
          row.amount === null || row.currency === null
            ? 'your plan'
            : moneyWords(Number(row.amount), row.currency),
        until,
      };
      return queueLetter(tx, { userId, kind: 'payment-failed', facts, once: since.toISOString(), at });
    });
    if (isQueued) wake();
  };
