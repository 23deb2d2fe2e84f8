import { randomUUID } from 'node:crypto';
import { openSession } from '../data/sessions.js';
import type { Role, Scope } from '../data/schema.js';
import { addToken } from '../data/tokens.js';
import { addUser } from '../data/users.js';
import { newSecret, secretHash } from '../lib/secret.js';
import { newApiToken } from '../web/api-token.js';
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
  const secret = newSecret(kit.random);
  const at = kit.clock.now();
  const sessionId = await db.withTenant('app', userId, async (tx) => {
    await addUser(tx, { userId, email, passwordHash, role, timeZone: 'UTC', verifiedAt: at, createdAt: at });
    const origin = { address: '203.0.113.7', agent: 'Firefox/140.0 Linux' };
    return openSession(tx, { userId, secretHash: secretHash(secret), stage: 'full', at, ...origin });
  });
  const browser = world.browser();
  browser.setCookie(kit.cookies.session, secret);
  return { userId, email, sessionId, browser };
}

/** An API token of a person. */
export async function tokenOf(
  { kit, db }: TestApp,
  { userId }: Person,
  scope: Scope = 'write',
): Promise<string> {
  const made = newApiToken(kit.random);
  const row = {
    userId,
    name: 'test',
    scope,
    secretHash: made.secretHash,
    hint: made.hint,
    at: kit.clock.now(),
  };
  await db.withTenant('app', userId, (tx) => addToken(tx, row));
  return made.token;
}
