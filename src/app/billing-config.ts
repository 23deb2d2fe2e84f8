import { Fault } from '../lib/fault.js';
import { isOwnMachine, malformed, path, type Env } from './env.js';

/** Where what is sold is set. Secrets are in files, as others are. */
export interface BillingConfig {
  secretKeyFile: string;
  webhookSecretFile: string;
  /** what stands in for Stripe, in a trial; null: Stripe itself */
  apiBase: string | null;
  /** a JSON file of the plans; null: the usual ones */
  plansFile: string | null;
}

const fault = (sentence: string): Fault => new Fault(500, 'configuration', sentence);

function apiBase(env: Env): string | null {
  const value = env['STRIPE_API_BASE'];
  if (!value) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isOwnMachine(url.hostname));
  if (url === null || !isSafe || url.pathname !== '/' || url.username || url.search)
    throw malformed('STRIPE_API_BASE', value, 'an address of this machine, such as http://127.0.0.1:12111');
  return url.origin;
}

/** Null without Stripe's keys: nothing is sold then, and nobody is limited. */
export function billingConfig(env: Env): BillingConfig | null {
  const secretKeyFile = path(env, 'STRIPE_SECRET_KEY_FILE', '/etc/rawjournal/stripe-secret-key');
  const webhookSecretFile = path(env, 'STRIPE_WEBHOOK_SECRET_FILE', '/etc/rawjournal/stripe-webhook-secret');
  if (secretKeyFile === null && webhookSecretFile === null) return null;
  if (secretKeyFile === null || webhookSecretFile === null)
    throw fault(
      'Set both STRIPE_SECRET_KEY_FILE and STRIPE_WEBHOOK_SECRET_FILE to sell plans, or neither to sell none.',
    );
  const base = apiBase(env);
  const plansFile = path(env, 'PLANS_FILE', '/etc/rawjournal/plans.json');
  if (plansFile === null && base === null)
    throw fault(
      'PLANS_FILE is not set: plans are sold by the prices you made at Stripe, and that file names them. docs/billing.md has an example.',
    );
  return { secretKeyFile, webhookSecretFile, apiBase: base, plansFile };
}
