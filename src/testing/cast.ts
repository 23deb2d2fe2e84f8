import { randomUUID } from 'node:crypto';
import { openSession } from '../data/sessions.js';
import type { Role, Scope } from '../data/schema.js';
import { issueToken } from '../data/tokens.js';
import { addUser } from '../data/users.js';
import type { TestApp } from './app.js';
import type { Browser } from './browser.js';

export const password = 'a green heron at noon';

export interface Person {
  userId: string;
  email: string;
  sessionId: string;
  browser: Browser;
}

let hash: Promise<string> | null = null;

/** A person with a verified address, already signed in. */
export async function person(world: TestApp, name: string, role: Role = 'user'): Promise<Person> {
  const { kit, db } = world;
  hash ??= kit.passwords.hash(password);
  const passwordHash = await hash;
  const userId = randomUUID();
  const email = `${name}@example.org`;
  const at = kit.clock.now();
  const session = await db.withTenant('app', userId, async (tx) => {
    await addUser(tx, { userId, email, passwordHash, role, timeZone: 'UTC', verifiedAt: at, createdAt: at });
    const origin = { address: '203.0.113.7', agent: 'Firefox/140.0 Linux', replaces: null };
    return openSession(tx, { userId, stage: 'full', origin, at });
  });
  const browser = world.browser();
  browser.setCookie(kit.cookies.session, session.secret);
  return { userId, email, sessionId: session.id, browser };
}

/** An API token of a person. */
export const tokenOf = ({ kit, db }: TestApp, { userId }: Person, scope: Scope = 'write'): Promise<string> =>
  db.withTenant('app', userId, (tx) => issueToken(tx, { userId, name: 'test', scope, at: kit.clock.now() }));
