import type { Test } from 'tap';
import { openSession } from '../../data/sessions.js';
import { setCustomer } from '../../data/subscriptions.js';
import { usualPlans, type PlanTable } from '../../domain/plans.js';
import { testApp, type Options, type TestApp } from '../app.js';
import type { Person } from '../cast.js';
import { TestClock } from '../clock.js';
import { serveStripe, type StripeServer } from './server.js';
import { StripeStandIn } from './stand-in.js';

export interface SellingWorld extends TestApp {
  stripe: StripeStandIn;
  server: StripeServer;
  /** whose failed payments were told, in order */
  failures: string[];
}

const secretKey = 'sk_test_of_the_tests';
export const webhookSecret = 'whsec_of_the_tests';

/** The whole program where plans are sold, beside a stand-in for Stripe. */
export async function sellingApp(
  t: Test,
  { plans = usualPlans, ...options }: { plans?: PlanTable } & Options = {},
): Promise<SellingWorld> {
  const clock = options.clock ?? new TestClock();
  const failures: string[] = [];
  const place: { world: TestApp | null } = { world: null };
  const stripe = new StripeStandIn({
    clock,
    plans,
    webhookSecret,
    deliver: async (payload, signature) => {
      if (place.world === null) return 0;
      const answer = await place.world.app.inject({
        method: 'POST',
        url: '/stripe/webhooks',
        remoteAddress: '203.0.113.200',
        headers: {
          host: new URL(place.world.kit.site.publicUrl).host,
          'content-type': 'application/json',
          'stripe-signature': signature,
        },
        payload,
      });
      return answer.statusCode;
    },
  });
  const server = await serveStripe(stripe, { secretKey });
  t.teardown(() => server.close());
  const world = await testApp(t, {
    ...options,
    clock,
    sold: { plans, secretKey, webhookSecret, apiBase: server.base },
    onPaymentFailed: (userId) => {
      failures.push(userId);
      return Promise.resolve();
    },
  });
  place.world = world;
  return { ...world, stripe, server, failures };
}

/** Somebody has bought this, and the message of it has come. The subscription's id at the stand-in. */
export async function subscribe(
  { stripe, db }: SellingWorld,
  { userId, email }: { userId: string; email: string },
  price: string,
): Promise<string> {
  const made = stripe.customer(email, { user: userId });
  const customer = await db.withTenant('app', userId, (tx) =>
    setCustomer(tx, userId, { id: made.id, instead: null }),
  );
  return (await stripe.subscribe(customer, price)).id;
}

/** The same person with a new session, after a time in which the old one has ended. */
export async function comeBack(world: SellingWorld, who: Person): Promise<Person> {
  const { db, kit, clock } = world;
  const origin = { address: '203.0.113.7', agent: 'Firefox/140.0 Linux', replaces: null };
  const session = await db.withTenant('app', who.userId, (tx) =>
    openSession(tx, { userId: who.userId, stage: 'full', origin, at: clock.now() }),
  );
  const fresh = world.browser();
  fresh.setCookie(kit.cookies.session, session.secret);
  return { ...who, browser: fresh };
}
