/** Objects as Stripe's HTTP API hands them over, as far as anybody here looks at them. Times are in seconds. */

export interface StripePrice {
  id: string;
  object: 'price';
  unit_amount: number;
  currency: string;
  recurring: { interval: 'month' | 'year'; interval_count: 1 };
}

export interface StripeCustomer {
  id: string;
  object: 'customer';
  email: string | null;
  metadata: Record<string, string>;
}

export interface StripeSubscription {
  id: string;
  object: 'subscription';
  customer: string;
  status: 'trialing' | 'active' | 'past_due' | 'unpaid' | 'canceled';
  metadata: Record<string, string>;
  created: number;
  start_date: number;
  trial_end: number | null;
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  ended_at: number | null;
  items: {
    object: 'list';
    has_more: false;
    data: [
      {
        id: string;
        object: 'subscription_item';
        quantity: 1;
        current_period_start: number;
        current_period_end: number;
        price: StripePrice;
      },
    ];
  };
}

export interface StripeSession {
  id: string;
  object: 'checkout.session';
  customer: string;
  status: 'open' | 'complete' | 'expired';
  url: string;
  success_url: string;
  cancel_url: string;
  subscription: string | null;
  /** what is bought, and not shown by Stripe in this form */
  bought: { price: string; trialDays: number; takesCodes: boolean; metadata: Record<string, string> };
}

export interface StripeInvoice {
  id: string;
  object: 'invoice';
  customer: string;
  status: 'paid' | 'open';
  amount_due: number;
  currency: string;
}

export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  livemode: false;
  data: { object: object };
}

/** A refusal in Stripe's own shape. */
export class StripeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly type: 'invalid_request_error' | 'card_error' | 'api_error',
    message: string,
  ) {
    super(message);
  }
}
