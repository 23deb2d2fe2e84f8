import { listLiveAccounts } from '../data/all-accounts.js';
import {
  forgetEvents,
  listSubscriptions,
  subscribedIn,
  type ListedSubscription,
} from '../data/subscriptions.js';
import type { PlanTable } from '../domain/plans.js';
import { isAlive, planInForce } from '../domain/subscription.js';
import { dayMs, hourMs } from '../lib/clock.js';
import { checkout, portal, type Bought, type Buyer } from './buying.js';
import { cancel, change, end, resume } from './changing.js';
import { turns, type BillingParts } from './parts.js';
import { notePlan, readAgain, settle } from './reading.js';
import { receive, type Received } from './receiving.js';

/** All that is done about plans. Whatever asks the payment service throws a Fault 503 while it is away. */
export interface Billing {
  readonly plans: PlanTable;
  readonly isRehearsal: boolean;
  checkout(buyer: Buyer, bought: Bought): Promise<string>;
  portal(userId: string): Promise<string>;
  change(userId: string, bought: Bought): Promise<void>;
  cancel(userId: string): Promise<void>;
  resume(userId: string): Promise<void>;
  /** Ends all that somebody pays for; to be called before they are removed, or they would go on paying. */
  end(userId: string): Promise<void>;
  /** Looks how a subscription stands, for somebody who comes back from paying. */
  look(userId: string): Promise<void>;
  receive(message: { raw: Buffer; signature: string }): Promise<Received>;
  /** What time brings about: days of grace that are over, and messages that never came. */
  sweep(): Promise<void>;
}

const mostLooks = 20;

/** A period is over, and nobody has said what came after it. */
const isUnheard = ({ state, period_end: end }: ListedSubscription, now: Date): boolean =>
  state !== null && isAlive(state) && end !== null && end.getTime() + hourMs < now.getTime();

/** It goes on as the payment service has it, and opens nothing any more. */
const isOutOfForce = (plans: PlanTable, row: ListedSubscription, now: Date): boolean =>
  row.state !== null && isAlive(row.state) && planInForce(plans, subscribedIn(row), now) === plans.plans[0];

async function sweep(parts: BillingParts): Promise<void> {
  const { db, clock, log, plans, onChanged } = parts;
  const now = clock.now();
  const all = await listSubscriptions(db);
  for (const { user_id: userId } of all.filter((row) => isOutOfForce(plans, row, now)))
    await db.withTenant('app', userId, (tx) => notePlan(tx, parts, userId));
  const unheard = all.filter((row) => isUnheard(row, now));
  for (const { user_id: userId } of unheard.slice(0, mostLooks))
    await readAgain(parts, userId).catch((error: unknown) =>
      log.warn({ err: error }, 'The payment service could not be asked about a subscription.'),
    );
  const users = new Set((await listLiveAccounts(db)).map(({ userId }) => userId));
  for (const userId of users)
    if (await db.withTenant('app', userId, (tx) => settle(tx, parts, userId))) await onChanged(userId);
  await forgetEvents(db, new Date(now.getTime() - 90 * dayMs));
}

export function openBilling(parts: BillingParts): Billing {
  const inTurn = turns();
  return {
    plans: parts.plans,
    isRehearsal: parts.isRehearsal,
    checkout: (buyer, bought) => inTurn(buyer.userId, () => checkout(parts, buyer, bought)),
    portal: (userId) => portal(parts, userId),
    change: (userId, bought) => inTurn(userId, () => change(parts, userId, bought)),
    cancel: (userId) => inTurn(userId, () => cancel(parts, userId)),
    resume: (userId) => inTurn(userId, () => resume(parts, userId)),
    end: (userId) => inTurn(userId, () => end(parts, userId)),
    look: async (userId) => {
      await readAgain(parts, userId);
    },
    receive: (message) => receive(parts, message, inTurn),
    sweep: () => sweep(parts),
  };
}
