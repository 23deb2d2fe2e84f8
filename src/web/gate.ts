import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database, Door, Found } from '../data/database.js';
import { touchSession } from '../data/sessions.js';
import { touchToken } from '../data/tokens.js';
import { minuteMs, type Clock } from '../lib/clock.js';
import { Fault, notFound } from '../lib/fault.js';
import { secretHash } from '../lib/secret.js';
import type { Cookies } from './cookies.js';
import type { Access, Visitor } from './kit.js';
import type { Limiter } from './limits.js';

interface GateDeps {
  db: Database;
  clock: Clock;
  cookies: Cookies;
  limiter: Limiter;
}

const visitorFrom = (found: Found): Visitor => ({
  userId: found.user_id,
  doorId: found.id,
  email: found.email,
  name: found.name,
  role: found.role,
  timeZone: found.time_zone,
});

const isStale = (seenAt: Date | null, now: Date): boolean =>
  seenAt === null || now.getTime() - seenAt.getTime() > 5 * minuteMs;

/** A page of another site can open a socket but set no header: there the token comes as a subprotocol. */
const subprotocolToken = ({ headers }: FastifyRequest): string | undefined =>
  headers.upgrade?.toLowerCase() === 'websocket'
    ? /(?:^|,)\s*bearer\.([\w-]{20,100})\s*(?:,|$)/.exec(headers['sec-websocket-protocol'] ?? '')?.[1]
    : undefined;

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w-]{20,100})$/i.exec(request.headers.authorization ?? '')?.[1] ?? subprotocolToken(request);

/** What the visitor of a route shows to be let in; null where that is nothing. */
export function doorOf(request: FastifyRequest, cookies: Cookies): Door | null {
  const by = request.routeOptions.config.access?.startsWith('api:') === true ? 'token' : 'session';
  const secret = by === 'token' ? bearerOf(request) : request.cookies[cookies.session];
  return secret ? { by, key: secretHash(secret) } : null;
}

async function bySession(request: FastifyRequest, { db, clock, cookies }: GateDeps): Promise<Found | null> {
  const door = doorOf(request, cookies);
  if (door === null) return null;
  const now = clock.now();
  const found = await db.lookup(door.by, door.key, now);
  if (found?.kind === 'full' && isStale(found.seen_at, now)) {
    await db.withTenant('app', found.user_id, (tx) => touchSession(tx, found.user_id, found.id, now));
  }
  return found;
}

const unauthorized = (): Fault =>
  new Fault(401, 'unauthorized', 'Send an API token: Authorization: Bearer <token>.');

async function byToken(request: FastifyRequest, { db, clock, cookies, limiter }: GateDeps): Promise<Found> {
  const door = doorOf(request, cookies);
  if (door === null) throw unauthorized();
  const now = clock.now();
  const found = await db.lookup(door.by, door.key, now);
  if (found === null) throw unauthorized();
  const taken = await limiter.take('apiByToken', found.id);
  if (!taken.allowed) {
    throw new Fault(429, 'too_many_requests', 'Too many requests with this token.', {
      retryAfterS: Math.ceil(taken.retryAfterMs / 1000),
    });
  }
  if (isStale(found.seen_at, now))
    await db.withTenant('app', found.user_id, (tx) => touchToken(tx, found.user_id, found.id, now));
  return found;
}

async function admitProgram(request: FastifyRequest, access: Access, deps: GateDeps): Promise<void> {
  const found = await byToken(request, deps);
  if (access === 'api:write' && found.kind !== 'write')
    throw new Fault(403, 'read_only_token', 'This token may only read. Make one that may write.');
  if (access === 'api:admin' && found.role !== 'admin') throw notFound();
  request.visitor = visitorFrom(found);
}

async function admitPerson(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  deps: GateDeps,
): Promise<FastifyReply | undefined> {
  if (access === 'asset' || access === 'signed') return undefined;
  const found = await bySession(request, deps);
  const owed = access === 'code' || access === 'leaving' ? access : 'full';
  if (found?.kind === owed) request.visitor = visitorFrom(found);
  if (access === 'everyone') return undefined;
  if (request.visitor === null)
    return found?.kind === 'leaving' ? reply.redirect('/leaving', 303) : toSignIn(request, reply);
  if (access === 'admin' && request.visitor.role !== 'admin') throw notFound();
  return undefined;
}

/**
 * Back to this page after signing in. A region has no page of its own to come back to: there the whole page goes,
 * by the header that htmx obeys.
 */
function toSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers['hx-request'] !== undefined)
    return reply.code(401).header('hx-redirect', '/login').send();
  const isPage = request.method === 'GET' && request.url !== '/dashboard';
  return reply.redirect(isPage ? `/login?next=${encodeURIComponent(request.url)}` : '/login', 303);
}

/**
 * Whether who was let in is still inside. A body takes the time its sender likes, and meanwhile a session may have
 * ended, or its rights have changed.
 */
async function isStillInside(request: FastifyRequest, { db, clock, cookies }: GateDeps): Promise<boolean> {
  const door = doorOf(request, cookies);
  if (door === null) return false;
  const found = await db.lookup(door.by, door.key, clock.now());
  return found !== null && found.id === request.visitor?.doorId && found.role === request.visitor.role;
}

const changesNothing = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets nobody through a route that has not said whom it is for, and fills `request.visitor`.
 * A stranger is sent to sign in; what is not theirs does not exist for them.
 */
export function guardRoutes(app: FastifyInstance, deps: GateDeps): void {
  app.decorateRequest('visitor', null);
  app.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS') return; // a preflight carries no cookie and no token
    if (route.config?.access === undefined) throw new Error(`${route.url} does not say whom it is for`);
  });
  app.addHook('onRequest', async (request, reply) => {
    // Where there is no route, the page that says so is for everyone, and looks as a hidden one does.
    const { access = 'everyone' } = request.routeOptions.config;
    if (access.startsWith('api:')) return admitProgram(request, access, deps);
    return admitPerson(request, reply, access, deps);
  });
  app.addHook('preHandler', async (request, reply) => {
    const { access = 'everyone' } = request.routeOptions.config;
    if (request.visitor === null || access === 'everyone' || changesNothing.has(request.method))
      return undefined;
    if (await isStillInside(request, deps)) return undefined;
    request.visitor = null;
    if (access.startsWith('api:')) throw unauthorized();
    return toSignIn(request, reply);
  });
}
