import type { StripeSession, StripeSubscription } from './objects.js';

/** The pages that people see at the payment service, as plain as can be. */

const safe = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.codePointAt(0) ?? 0};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${safe(title)}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px system-ui;max-width:30rem;margin:10vh auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem}</style>
</head><body><h1>${safe(title)}</h1><p><em>A stand-in for Stripe: no money moves.</em></p>${body}</body></html>`;

const money = (minor: number, currency: string): string =>
  `${(minor / 100).toFixed(2)} ${currency.toUpperCase()}`;

const button = (name: string, label: string): string =>
  `<button name="do" value="${safe(name)}">${safe(label)}</button>`;

export const payPage = (
  session: StripeSession,
  { amount, currency, problem }: { amount: number; currency: string; problem: string },
): string =>
  page(
    'Subscribe',
    `<p>${safe(money(amount, currency))}${session.bought.trialDays > 0 ? `, after ${session.bought.trialDays} days that cost nothing` : ''}</p>
${problem === '' ? '' : `<p role="alert">${safe(problem)}</p>`}
<form method="post">${session.bought.takesCodes ? '<p><label>Promotion code <input name="code"></label></p>' : ''}
${button('pay', 'Pay')}${button('decline', 'Pay with a card that is declined')}</form>
<p><a href="${safe(session.cancel_url)}">Back without paying</a></p>`,
  );

export const portalPage = (subscriptions: readonly StripeSubscription[], returnUrl: string): string =>
  page(
    'Your subscription',
    `${subscriptions
      .filter(({ status }) => status !== 'canceled')
      .map(
        ({ id, status, items, cancel_at_period_end: ends }) => `<form method="post">
<input type="hidden" name="subscription" value="${safe(id)}">
<p>${safe(items.data[0].price.id)}: ${safe(status)}${ends ? ', ends with its period' : ''}, until ${new Date(items.data[0].current_period_end * 1000).toISOString().slice(0, 10)}</p>
${ends ? button('resume', 'Let it go on') : button('cancel', 'Cancel')}
<p>Rehearse what time would bring:</p>
${button('renew', 'Period over, paid')}${button('fail', 'Period over, payment fails')}${button('recover', 'Payment made good')}${button('end', 'End it now')}
</form>`,
      )
      .join('')}
<p><a href="${safe(returnUrl)}">Back</a></p>`,
  );
