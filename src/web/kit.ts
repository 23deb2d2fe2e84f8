import type { FastifyRequest } from 'fastify';
import type { Books } from '../data/books.js';
import type { Database } from '../data/database.js';
import type { Origin } from '../data/sessions.js';
import type { PlanTable } from '../domain/plans.js';
import type { Keyring } from '../lib/seal.js';
import type { Clock } from '../lib/clock.js';
import type { RandomBytes } from '../lib/secret.js';
import type { Afterwards } from './afterwards.js';
import type { Cookies } from './cookies.js';
import type { Limiter } from './limits.js';
import type { Passwords } from './passwords.js';
import type { ShowPage, ShowRegion } from './page.js';

/** The letter box: letters are put into the queue by data/letters.ts, with whatever else is written. */
export interface Mail {
  /** Begins to send what is due; returns before it has left, so that no answer’s time tells whether there was any. */
  wake: () => void;
  /** Whose link to end the letters of the week this is; null: nobody’s. */
  weeklyReader: (secret: string) => string | null;
}

/** What every feature is given: the doors to the outside, and nothing global. */
export interface Kit {
  db: Database;
  /** what accounts ever did, kept in memory for figures */
  books: Books;
  clock: Clock;
  random: RandomBytes;
  keyring: Keyring;
  limiter: Limiter;
  passwords: Passwords;
  /** Waits that long; tests do not. */
  delay: (ms: number) => Promise<void>;
  mail: Mail;
  afterwards: Afterwards;
  setup: {
    /** what the first administrator has to know; null where that is nothing */
    code: string | null;
    /** Forgets the code, once there is an administrator. */
    done: () => Promise<void>;
  };
  page: ShowPage;
  region: ShowRegion;
  /** A region's HTML outside of a request, for a socket. */
  draw: (view: string, data: object) => string;
  cookies: Cookies;
  site: Site;
  /** what is sold; null: nothing, so that nobody is limited */
  plans: PlanTable | null;
  /** the invented trader whom anybody at this machine may be; null where there is none */
  demo: { userId: string; email: string } | null;
}

export interface Site {
  /** origin of every link that leaves the house */
  publicUrl: string;
  version: string;
  signUp: 'open' | 'closed';
  /** false where letters stay here to be read */
  sendsMail: boolean;
  /** plans are sold here, and pages lead to them */
  sells: boolean;
}

/** Who asks: a person with a session, or a program with a token. */
export interface Visitor {
  userId: string;
  /** the session's or the token's id */
  doorId: string;
  email: string;
  name: string;
  role: 'user' | 'admin';
  timeZone: string;
}

/**
 * asset: the same file for everybody, so nobody is looked up · signed: nobody either, the sender's signature is checked ·
 * everyone: no questions asked · code: password given, second factor owed · leaving: has asked to be deleted, and may keep
 * the account · user, admin: by session · api:…: by bearer token
 */
export type Access =
  | 'asset'
  | 'signed'
  | 'everyone'
  | 'code'
  | 'leaving'
  | 'user'
  | 'admin'
  | 'api:read'
  | 'api:write'
  | 'api:admin';

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor | null;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** The person a gate has let in. Throws where a route forgot its gate. */
export const visitorOf = (request: FastifyRequest): Visitor => {
  if (request.visitor === null) throw new Error(`${request.routeOptions.url ?? 'a route'} has no visitor`);
  return request.visitor;
};

/** Where a request comes from, as a session remembers it. */
export const originOf = (request: FastifyRequest): Origin => ({
  address: request.ip,
  agent: request.headers['user-agent'] ?? '',
  replaces: request.visitor?.doorId ?? null,
});
