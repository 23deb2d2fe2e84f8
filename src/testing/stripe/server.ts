import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StripeRefusal } from './objects.js';
import { payPage, portalPage } from './pages.js';
import type { StripeStandIn } from './stand-in.js';

/** What was asked, as Stripe's packages and browsers send it: a form, with names such as items[0][price]. */
interface Asked {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  body: URLSearchParams;
  base: string;
}

type Answer = { kind: 'json'; body: object } | { kind: 'html'; body: string } | { kind: 'away'; to: string };

const json = (body: object): Answer => ({ kind: 'json', body });
const list = (data: readonly object[]): Answer => json({ object: 'list', data, has_more: false, url: '/v1' });

const textOf = (form: URLSearchParams, name: string): string => form.get(name) ?? '';
const nothing = (what: string): StripeRefusal =>
  new StripeRefusal(404, 'invalid_request_error', `No such ${what}`);

/** `metadata[user]=…` below a prefix. */
const metadataIn = (form: URLSearchParams, prefix: string): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const key = name.startsWith(`${prefix}[`) ? name.slice(prefix.length + 1, -1) : null;
      return key === null ? [] : [[key, value] as const];
    }),
  );

function openSession(stand: StripeStandIn, { body, base }: Asked): Answer {
  const customer = textOf(body, 'customer');
  if (!stand.customers.has(customer)) throw nothing('customer');
  const bought = {
    price: textOf(body, 'line_items[0][price]'),
    trialDays: Number(textOf(body, 'subscription_data[trial_period_days]')),
    takesCodes: textOf(body, 'allow_promotion_codes') === 'true',
    metadata: metadataIn(body, 'subscription_data[metadata]'),
  };
  const urls = { success_url: textOf(body, 'success_url'), cancel_url: textOf(body, 'cancel_url') };
  return json(stand.session({ customer, ...urls, bought }, base));
}

function sessionsAnswer(stand: StripeStandIn, asked: Asked): Answer {
  const { method, path, query } = asked;
  const [, , , id, verb] = path;
  if (method === 'POST' && id === undefined) return openSession(stand, asked);
  if (id === undefined) {
    const own = [...stand.sessions.values()].filter(({ customer }) => customer === query.get('customer'));
    return list(own.filter(({ status }) => status === query.get('status')));
  }
  const session = stand.sessions.get(id);
  if (session === undefined) throw nothing('checkout session');
  if (verb === 'expire') session.status = 'expired';
  return json(session);
}

const flag = (form: URLSearchParams, name: string): boolean | undefined =>
  form.has(name) ? form.get(name) === 'true' : undefined;

async function subscriptionsAnswer(
  stand: StripeStandIn,
  { method, path, query, body }: Asked,
): Promise<Answer> {
  const [, , id] = path;
  if (id === undefined) {
    const customer = query.get('customer') ?? '';
    if (!stand.customers.has(customer)) throw nothing('customer');
    return list([...stand.subscriptions.values()].filter((one) => one.customer === customer));
  }
  if (method === 'GET') return json(stand.subscription(id));
  if (method === 'DELETE') {
    await stand.end(id);
    return json(stand.subscription(id));
  }
  const price = body.get('items[0][price]');
  const cancels = flag(body, 'cancel_at_period_end');
  return json(
    await stand.update(id, {
      ...(price === null ? {} : { price }),
      ...(cancels === undefined ? {} : { cancels }),
    }),
  );
}

async function apiAnswer(stand: StripeStandIn, asked: Asked): Promise<Answer> {
  const { method, path, body, base } = asked;
  const [, what, id] = path;
  if (what === 'customers' && method === 'POST')
    return json(stand.customer(body.get('email'), metadataIn(body, 'metadata')));
  if (what === 'customers') {
    const found = stand.customers.get(id ?? '');
    if (found === undefined) throw nothing('customer');
    if (method === 'DELETE') await stand.forget(found.id);
    return json(found);
  }
  if (what === 'subscriptions') return subscriptionsAnswer(stand, asked);
  if (what === 'checkout') return sessionsAnswer(stand, asked);
  if (what === 'billing_portal') {
    const back = encodeURIComponent(textOf(body, 'return_url'));
    const url = `${base}/portal/${textOf(body, 'customer')}?back=${back}`;
    return json({ id: 'bps_1', object: 'billing_portal.session', url });
  }
  throw nothing('address');
}

async function payAnswer(stand: StripeStandIn, { method, path, body }: Asked): Promise<Answer> {
  const session = stand.sessions.get(path[1] ?? '');
  if (session?.status !== 'open') throw nothing('open page');
  const { unit_amount: amount, currency } = stand.priceOf(session.bought.price);
  const show = (problem: string): Answer => ({
    kind: 'html',
    body: payPage(session, { amount, currency, problem }),
  });
  if (method === 'GET') return show('');
  if (textOf(body, 'do') === 'decline') {
    await stand.pay(session.id, 'decline');
    return show('The card was declined.');
  }
  await stand.pay(session.id, 'pay');
  return { kind: 'away', to: session.success_url };
}

async function portalAnswer(stand: StripeStandIn, { method, path, query, body }: Asked): Promise<Answer> {
  const id = textOf(body, 'subscription');
  const act: Record<string, () => Promise<unknown>> = {
    cancel: () => stand.update(id, { cancels: true }),
    resume: () => stand.update(id, { cancels: false }),
    renew: () => stand.renew(id, 'paid'),
    fail: () => stand.renew(id, 'failed'),
    recover: () => stand.recover(id),
    end: () => stand.end(id),
  };
  if (method === 'POST') await act[textOf(body, 'do')]?.();
  const own = [...stand.subscriptions.values()].filter(({ customer }) => customer === path[1]);
  return { kind: 'html', body: portalPage(own, textOf(query, 'back')) };
}

function answerTo(stand: StripeStandIn, asked: Asked): Promise<Answer> {
  if (asked.path[0] === 'pay') return payAnswer(stand, asked);
  if (asked.path[0] === 'portal') return portalAnswer(stand, asked);
  return apiAnswer(stand, asked);
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.kind === 'away') response.writeHead(303, { location: answer.to }).end();
  else if (answer.kind === 'html')
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(answer.body);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
}

const refuse = (response: ServerResponse, error: unknown): void => {
  const { status, type, message } =
    error instanceof StripeRefusal ? error : new StripeRefusal(500, 'api_error', String(error));
  const code =
    type === 'card_error' ? 'card_declined' : message.startsWith('No such') ? 'resource_missing' : null;
  const body = { error: { type, message, ...(code === null ? {} : { code }) } };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

export interface StripeServer {
  /** its address, without a path */
  base: string;
  /** how many requests of the API were answered */
  asked(): number;
  close(): Promise<void>;
}

/** Serves a stand-in over HTTP on this machine. The same question with the same key is answered once. */
export async function serveStripe(
  stand: StripeStandIn,
  { secretKey, port = 0 }: { secretKey: string; port?: number },
): Promise<StripeServer> {
  const answered = new Map<string, Promise<Answer>>();
  let count = 0;
  const once = (key: string | undefined, asked: Asked): Promise<Answer> => {
    if (key === undefined) return answerTo(stand, asked);
    const known = answered.get(key) ?? answerTo(stand, asked);
    answered.set(key, known);
    known.catch(() => answered.delete(key));
    return known;
  };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', base());
      const path = url.pathname.split('/').filter(Boolean);
      const body = await bodyOf(request);
      const asked = { method: request.method ?? 'GET', path, query: url.searchParams, body, base: base() };
      if (path[0] === 'v1') {
        count += 1;
        if (request.headers.authorization !== `Bearer ${secretKey}`)
          throw new StripeRefusal(401, 'invalid_request_error', 'Invalid API Key provided.');
        if (stand.failing > 0) {
          stand.failing -= 1;
          throw new StripeRefusal(500, 'api_error', 'Something is wrong at Stripe.');
        }
      }
      send(response, await once(request.headers['idempotency-key'] as string | undefined, asked));
    })().catch((error: unknown) => refuse(response, error));
  });
  const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    base: base(),
    asked: () => count,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
