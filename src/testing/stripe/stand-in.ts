import { createHmac, randomBytes } from 'node:crypto';
import { periods, type PlanTable } from '../../domain/plans.js';
import type { Clock } from '../../lib/clock.js';
import {
  StripeRefusal,
  type StripeCustomer,
  type StripeEvent,
  type StripeInvoice,
  type StripePrice,
  type StripeSession,
  type StripeSubscription,
} from './objects.js';

export interface StandInOptions {
  clock: Clock;
  plans: PlanTable;
  webhookSecret: string;
  /** hands a message over: its body and the header with its signature; the answer's status */
  deliver: (body: string, signature: string) => Promise<number>;
}

const newId = (kind: string): string => `${kind}_${randomBytes(9).toString('hex')}`;

/** The header by which a message proves that it is Stripe's. */
export const signed = (body: string, secret: string, atS: number): string =>
  `t=${atS},v1=${createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex')}`;

const pricesOf = ({ plans }: PlanTable): Map<string, StripePrice> =>
  new Map(
    plans.flatMap((plan) =>
      periods.flatMap((interval) => {
        const price = plan.prices[interval];
        if (price === undefined) return [];
        const { id, amount, currency } = price;
        const made: StripePrice = {
          ...{ id, object: 'price', unit_amount: amount, currency: currency.toLowerCase() },
          recurring: { interval, interval_count: 1 },
        };
        return [[id, made] as const];
      }),
    ),
  );

/** A month or a year later, as calendars have it. */
function later(seconds: number, interval: 'month' | 'year'): number {
  const at = new Date(seconds * 1000);
  if (interval === 'month') at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setUTCFullYear(at.getUTCFullYear() + 1);
  return at.getTime() / 1000;
}

/**
 * Stands in for Stripe: customers, sessions, subscriptions and the messages about them, in memory. What time would bring
 * about (the next payment, the end of a period) is told to it.
 */
export class StripeStandIn {
  readonly customers = new Map<string, StripeCustomer>();
  readonly sessions = new Map<string, StripeSession>();
  readonly subscriptions = new Map<string, StripeSubscription>();
  /** every message there was, in order */
  readonly events: StripeEvent[] = [];
  /** messages are kept until somebody delivers them */
  isHolding = false;
  /** so many requests more are answered with an error of the server */
  failing = 0;
  /** the next payment for a change is declined */
  declinesChanges = false;
  private readonly prices: Map<string, StripePrice>;

  constructor(private readonly options: StandInOptions) {
    this.prices = pricesOf(options.plans);
  }

  get nowS(): number {
    return Math.floor(this.options.clock.now().getTime() / 1000);
  }

  priceOf(id: string): StripePrice {
    const price = this.prices.get(id);
    if (price === undefined) throw new StripeRefusal(400, 'invalid_request_error', `No such price: '${id}'`);
    return price;
  }

  customer(email: string | null, metadata: Record<string, string> = {}, id = newId('cus')): StripeCustomer {
    const made: StripeCustomer = { id, object: 'customer', email, metadata };
    this.customers.set(id, made);
    return made;
  }

  /** A customer is deleted, and all that they subscribed to ends. */
  async forget(id: string): Promise<void> {
    for (const { id: one, customer, status } of this.subscriptions.values())
      if (customer === id && status !== 'canceled') await this.end(one);
    this.customers.delete(id);
  }

  session(wanted: Omit<StripeSession, 'id' | 'object' | 'status' | 'url' | 'subscription'>, base: string) {
    this.priceOf(wanted.bought.price);
    const id = newId('cs_test');
    const made: StripeSession = {
      ...wanted,
      ...{ id, object: 'checkout.session', status: 'open', url: `${base}/pay/${id}`, subscription: null },
    };
    this.sessions.set(id, made);
    return made;
  }

  /** Somebody pays on the page of a session, or their card is declined. */
  async pay(id: string, outcome: 'pay' | 'decline'): Promise<StripeSession> {
    const session = this.sessions.get(id);
    if (session?.status !== 'open')
      throw new StripeRefusal(400, 'invalid_request_error', 'This page is closed.');
    if (outcome === 'decline') return session;
    const { price, trialDays, metadata } = session.bought;
    session.status = 'complete';
    const begun = await this.subscribe(session.customer, price, { trialDays, metadata });
    session.subscription = begun.id;
    await this.emit('checkout.session.completed', session);
    return session;
  }

  async subscribe(
    customer: string,
    priceId: string,
    { trialDays = 0, metadata = {} }: { trialDays?: number; metadata?: Record<string, string> } = {},
  ): Promise<StripeSubscription> {
    const price = this.priceOf(priceId);
    const [id, at] = [newId('sub'), this.nowS];
    const trialEnd = trialDays === 0 ? null : at + trialDays * 86_400;
    const item = { id: newId('si'), object: 'subscription_item', quantity: 1 } as const;
    const made: StripeSubscription = {
      ...{ id, object: 'subscription', customer, metadata, created: at, start_date: at },
      status: trialEnd === null ? 'active' : 'trialing',
      ...{
        trial_end: trialEnd,
        cancel_at: null,
        cancel_at_period_end: false,
        canceled_at: null,
        ended_at: null,
      },
      items: {
        object: 'list',
        has_more: false,
        data: [
          {
            ...item,
            current_period_start: at,
            current_period_end: trialEnd ?? later(at, price.recurring.interval),
            price,
          },
        ],
      },
    };
    this.subscriptions.set(id, made);
    await this.emit('customer.subscription.created', made);
    await this.emit('invoice.paid', this.invoice(made, 'paid'));
    return made;
  }

  subscription(id: string): StripeSubscription {
    const found = this.subscriptions.get(id);
    if (found === undefined)
      throw new StripeRefusal(404, 'invalid_request_error', `No such subscription: '${id}'`);
    return found;
  }

  /** Changes the price, or whether it ends with its period. */
  async update(
    id: string,
    { price, cancels }: { price?: string; cancels?: boolean },
  ): Promise<StripeSubscription> {
    const found = this.subscription(id);
    const [item] = found.items.data;
    if (price !== undefined) {
      if (this.declinesChanges) throw new StripeRefusal(402, 'card_error', 'Your card was declined.');
      item.price = this.priceOf(price);
    }
    if (cancels !== undefined) {
      found.cancel_at_period_end = cancels;
      found.cancel_at = cancels ? item.current_period_end : null;
      found.canceled_at = cancels ? this.nowS : null;
    }
    await this.emit('customer.subscription.updated', found);
    return found;
  }

  /** A period is over: it is paid for anew, it is not, or it was the last one. */
  async renew(id: string, payment: 'paid' | 'failed'): Promise<void> {
    const found = this.subscription(id);
    if (found.cancel_at_period_end) return this.end(id);
    const [item] = found.items.data;
    item.current_period_start = item.current_period_end;
    item.current_period_end = later(item.current_period_end, item.price.recurring.interval);
    found.status = payment === 'paid' ? 'active' : 'past_due';
    const word = payment === 'paid' ? 'invoice.paid' : 'invoice.payment_failed';
    await this.emit(word, this.invoice(found, payment === 'paid' ? 'paid' : 'open'));
    return this.emit('customer.subscription.updated', found);
  }

  /** What was owed is paid. */
  async recover(id: string): Promise<void> {
    const found = this.subscription(id);
    found.status = 'active';
    await this.emit('invoice.paid', this.invoice(found, 'paid'));
    await this.emit('customer.subscription.updated', found);
  }

  async end(id: string): Promise<void> {
    const found = this.subscription(id);
    found.status = 'canceled';
    found.ended_at = this.nowS;
    await this.emit('customer.subscription.deleted', found);
  }

  private invoice({ customer, items }: StripeSubscription, status: StripeInvoice['status']): StripeInvoice {
    const { price } = items.data[0];
    return {
      ...{ id: newId('in'), object: 'invoice', customer, status },
      ...{ amount_due: price.unit_amount, currency: price.currency },
    };
  }

  /** Says that something has happened; the object is told as it was then. */
  async emit(type: string, object: object): Promise<void> {
    const event: StripeEvent = {
      ...{ id: newId('evt'), object: 'event', type, created: this.nowS, livemode: false },
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    if (!this.isHolding) await this.deliver(event);
  }

  /** Delivers a message, signed now or at another time, by our secret or another one. The answer's status. */
  deliver(
    event: StripeEvent,
    { atS = this.nowS, secret = this.options.webhookSecret } = {},
  ): Promise<number> {
    const body = JSON.stringify(event);
    return this.options.deliver(body, signed(body, secret, atS));
  }
}
