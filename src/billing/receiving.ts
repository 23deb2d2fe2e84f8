import type Stripe from 'stripe';
import { isNoted, noteEvent, ownerOfCustomer, type NotedEvent } from '../data/subscriptions.js';
import { secondMs } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import type { BillingParts } from './parts.js';
import { readAgain } from './reading.js';

/** done: it had its effect · known: it had it before · ignored: it is about nobody here */
export type Received = 'done' | 'known' | 'ignored';

/** How far the service's clock and ours may be apart. */
const toleranceS = 300;

const unsigned = (cause?: unknown): Fault =>
  new Fault(400, 'bad_signature', 'The signature is not valid, or too old.', { cause });

/** The second at which a message was signed, as its header says; NaN where it says none, or several. */
function signedAtS(signature: string): number {
  const [one, more] = [...signature.matchAll(/(?:^|,)t=(\d{1,12})(?=,|$)/g)];
  return more === undefined ? Number(one?.[1]) : NaN;
}

/** Throws a Fault 400 for whatever was not signed with our secret within the last minutes. */
function eventIn(
  { stripe, webhookSecret, clock }: BillingParts,
  raw: Buffer,
  signature: string,
): Stripe.Event {
  const nowMs = clock.now().getTime();
  const isAhead = (seconds: number): boolean => !(seconds * secondMs <= nowMs + toleranceS * secondMs);
  if (isAhead(signedAtS(signature))) throw unsigned();
  try {
    const event = stripe.webhooks.constructEvent(raw, signature, webhookSecret, toleranceS, undefined, nowMs);
    if (isAhead(event.created)) throw unsigned();
    return event;
  } catch (error) {
    throw error instanceof Fault ? error : unsigned(error);
  }
}

/** The customer that a message is about; null: none. */
function customerIn({ data: { object } }: Stripe.Event): string | null {
  const about: { object?: unknown; id?: unknown; customer?: unknown } = object;
  if (about.object === 'customer') return typeof about.id === 'string' ? about.id : null;
  const { customer } = about;
  if (typeof customer === 'string') return customer;
  const id = typeof customer === 'object' && customer !== null && 'id' in customer ? customer.id : null;
  return typeof id === 'string' ? id : null;
}

async function take(parts: BillingParts, event: Stripe.Event, customer: string | null): Promise<Received> {
  const { db, clock } = parts;
  if (await isNoted(db, event.id)) return 'known';
  const noted: NotedEvent = { id: event.id, type: event.type, createdAt: new Date(event.created * secondMs) };
  const userId = customer === null ? null : await ownerOfCustomer(db, customer);
  if (userId === null) {
    await db.withInstallation((tx) => noteEvent(tx, noted, clock.now()));
    return 'ignored';
  }
  const { isKnown } = await readAgain(parts, userId, noted);
  return isKnown ? 'known' : 'done';
}

/**
 * Takes a message of the payment service. Throws a Fault 400 for what it did not sign, and 503 while it does not answer:
 * it sends the message again later.
 */
export async function receive(
  parts: BillingParts,
  { raw, signature }: { raw: Buffer; signature: string },
  inTurn: <T>(key: string, work: () => Promise<T>) => Promise<T>,
): Promise<Received> {
  const event = eventIn(parts, raw, signature);
  const customer = customerIn(event);
  return inTurn(customer ?? '', () => take(parts, event, customer));
}
