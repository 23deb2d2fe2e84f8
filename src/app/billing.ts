import { basename, dirname } from 'node:path';
import { openBilling, type Billing } from '../billing/desk.js';
import { openStripe, type BillingParts } from '../billing/parts.js';
import type { Database } from '../data/database.js';
import { givenSecret } from '../data/given-secret.js';
import { standingOf } from '../data/standing.js';
import { subscriptionOf } from '../data/subscriptions.js';
import { usualPlans, type PlanTable } from '../domain/plans.js';
import { graceEnd } from '../domain/subscription.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { when } from '../web/words.js';
import type { BillingConfig } from './billing-config.js';
import { readPlans } from './plans-file.js';

/** What is sold, and the keys of whoever takes the money. */
export interface Sold {
  plans: PlanTable;
  secretKey: string;
  webhookSecret: string;
  /** what stands in for the payment service; null: it is there itself */
  apiBase: string | null;
}

async function secretIn(name: string, file: string): Promise<string> {
  const secret = await givenSecret(dirname(file), basename(file)).catch((error: unknown) => {
    throw new Fault(500, 'configuration', `${name} is ${file}, which cannot be read.`, { cause: error });
  });
  if (secret === null)
    throw new Fault(500, 'configuration', `${name} is ${file}, but there is nothing in that place.`);
  return secret;
}

/** Null where nothing is sold. Throws a Fault for files that cannot be used. */
export async function readSold(config: BillingConfig | null): Promise<Sold | null> {
  if (config === null) return null;
  return {
    plans: config.plansFile === null ? usualPlans : await readPlans(config.plansFile),
    secretKey: await secretIn('STRIPE_SECRET_KEY_FILE', config.secretKeyFile),
    webhookSecret: await secretIn('STRIPE_WEBHOOK_SECRET_FILE', config.webhookSecretFile),
    apiBase: config.apiBase,
  };
}

export const createBilling = async (
  { plans, secretKey, webhookSecret, apiBase }: Sold,
  parts: Omit<BillingParts, 'stripe' | 'isRehearsal' | 'plans' | 'webhookSecret'>,
): Promise<Billing> =>
  openBilling({
    ...parts,
    plans,
    webhookSecret,
    stripe: await openStripe(secretKey, apiBase),
    isRehearsal: apiBase !== null,
  });

/** Whether somebody's accounts go first among equals. */
export const goesFirst =
  (sold: Sold | null, db: Database, clock: Clock) =>
  async (userId: string): Promise<boolean> => {
    if (sold === null) return false;
    const asked = { plans: sold.plans, userId, at: clock.now() };
    const { plan } = await db.withTenant('app', userId, (tx) => standingOf(tx, asked));
    return plan.limits.goesFirst;
  };

/** What stands above every page of somebody whose payment is late; null: nothing. */
export async function lateNotice(
  db: Database,
  plans: PlanTable,
  { userId, timeZone }: { userId: string; timeZone: string },
): Promise<string | null> {
  const row = await db.withTenant('app', userId, (tx) => subscriptionOf(tx, userId));
  if (row?.state !== 'past_due' || row.past_due_since === null) return null;
  const until = when(graceEnd(plans, row.past_due_since), timeZone) ?? '';
  return `Your last payment failed. Everything stays open until ${until}: renew the card in Settings, Plan.`;
}
