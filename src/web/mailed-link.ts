import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Found } from '../data/database.js';
import { secretHash } from '../lib/secret.js';
import type { Kit } from './kit.js';

export type Secret = { Params: { secret: string } };

/** The page behind a mailed link: opening it changes nothing, sending its form does. */
interface MailedLink {
  /** The link that is still good; null for any other secret. */
  find: (secret: string) => Promise<Found | null>;
  /** Without an address the link is dead, and the page says what to do. */
  show: (
    request: FastifyRequest<Secret>,
    reply: FastifyReply,
    email: string | null,
    errors?: Record<string, string>,
  ) => Promise<unknown>;
}

export const mailedLink = (
  { db, clock, page }: Kit,
  { kind, view, title }: { kind: 'reset' | 'verify'; view: string; title: string },
): MailedLink => ({
  find: async (secret) => {
    const link = await db.lookup('link', secretHash(secret), clock.now());
    return link?.kind === kind ? link : null;
  },
  show: async (request, reply, email, errors = {}) => {
    const status = email === null ? 404 : Object.keys(errors).length > 0 ? 422 : 200;
    return page(request, reply, { view, title, status }, { email, secret: request.params.secret, errors });
  },
});
