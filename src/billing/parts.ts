import type Stripe from 'stripe';
import type { Database } from '../data/database.js';
import type { PlanTable } from '../domain/plans.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';

/** What billing is made of. */
export interface BillingParts {
  stripe: Stripe;
  /** the payments are only rehearsed */
  isRehearsal: boolean;
  webhookSecret: string;
  plans: PlanTable;
  db: Database;
  clock: Clock;
  /** origin of the pages to which people come back */
  publicUrl: string;
  log: { warn: (line: object, text: string) => void };
  /** what somebody may do has changed */
  onChanged: (userId: string) => Promise<void>;
  /** a payment of somebody's has failed, and their subscription is late; once for each failure */
  onPaymentFailed: (userId: string) => Promise<void>;
}

/** Opens the way to the payment service, or to what stands in for it at `apiBase`. Where nothing is sold it takes no memory. */
export async function openStripe(secretKey: string, apiBase: string | null): Promise<Stripe> {
  const { default: Client } = await import('stripe');
  const place = apiBase === null ? {} : placeOf(new URL(apiBase));
  // Shorter than the patience of whoever waits for a page.
  return new Client(secretKey, { ...place, maxNetworkRetries: 1, timeout: 8_000, telemetry: false });
}

const placeOf = ({ protocol, hostname, port }: URL) => {
  const isSafe = protocol === 'https:';
  return {
    host: hostname,
    port: port || (isSafe ? '443' : '80'),
    protocol: isSafe ? ('https' as const) : ('http' as const),
  };
};

/** The package's errors say their class in `type`; others have no such name there. */
const isStripes = (error: unknown): error is Error & { type: string; code?: string } =>
  error instanceof Error && 'type' in error && /^Stripe\w*Error$/.test(String(error.type));

function asFault(error: unknown): unknown {
  if (!isStripes(error)) return error;
  if (error.type === 'StripeCardError')
    return new Fault(
      409,
      'card_declined',
      `The card was declined, so nothing was changed: ${error.message}`,
      {
        cause: error,
      },
    );
  return new Fault(
    503,
    'payments_away',
    'The payment service did not do what it was asked. Nothing was changed here; try again in a minute.',
    { cause: error },
  );
}

/** Asks the payment service something. Throws a Fault 409 for a declined card, 503 for everything else. */
export async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asFault(error);
  }
}

/** The same; null for what the service does not have, such as a customer that was made with other keys. */
export async function askedIfThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isStripes(error) && error.code === 'resource_missing') return null;
    throw asFault(error);
  }
}

/** Runs what concerns one and the same key one after the other. */
export function turns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
