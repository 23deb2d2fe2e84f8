import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { newSecret } from '../../lib/secret.js';
import { usualPlans } from '../../domain/plans.js';
import { randomBytes } from 'node:crypto';
import { serveStripe } from './server.js';
import { StripeStandIn } from './stand-in.js';

/** Stands in for Stripe beside a trial: `node dist/testing/stripe/main.js <folder> [port] [address of RawJournal]`. */
const [folder = 'var/stripe', port = '12111', journal = 'http://127.0.0.1:3000'] = process.argv.slice(2);

const secretKey = `sk_test_${newSecret((size) => randomBytes(size))}`;
const webhookSecret = `whsec_${newSecret((size) => randomBytes(size))}`;
const place = resolve(folder);
await mkdir(place, { recursive: true, mode: 0o700 });
await writeFile(join(place, 'secret-key'), secretKey, { mode: 0o600 });
await writeFile(join(place, 'webhook-secret'), webhookSecret, { mode: 0o600 });

const stand = new StripeStandIn({
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  plans: usualPlans,
  webhookSecret,
  deliver: async (body, signature) => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    const sent = fetch(`${journal}/stripe/webhooks`, { method: 'POST', headers, body });
    // Whoever is not there is told by the state they ask for themselves.
    return sent.then(({ status }) => status).catch(() => 0);
  },
});
const { base } = await serveStripe(stand, { secretKey, port: Number(port) });
process.stdout.write(`A stand-in for Stripe answers at ${base}. Start RawJournal beside it:

  STRIPE_API_BASE=${base} \\
  STRIPE_SECRET_KEY_FILE=${join(place, 'secret-key')} \\
  STRIPE_WEBHOOK_SECRET_FILE=${join(place, 'webhook-secret')} \\
  npm start
`);
