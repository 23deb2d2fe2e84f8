import { closeSession, openSession } from '../../data/sessions.js';
import type { Tx } from '../../data/database.js';
import type { Stage } from '../../data/schema.js';
import { credentialsOf, holdsPassword, setPassword } from '../../data/users.js';
import { newSecret, secretHash } from '../../lib/secret.js';
import type { Kit, Origin } from '../../web/kit.js';

/**
 * Opens a session in the caller's transaction and returns the secret for its cookie. The session that the browser
 * held for this person ends with it: a session never changes its rights, it is replaced.
 */
export async function newSession(
  tx: Tx,
  kit: Pick<Kit, 'clock' | 'random'>,
  session: { userId: string; stage: Stage; origin: Origin },
): Promise<string> {
  const { userId, stage, origin } = session;
  const secret = newSecret(kit.random);
  if (origin.replaces !== null) await closeSession(tx, userId, origin.replaces);
  await openSession(tx, {
    userId,
    secretHash: secretHash(secret),
    stage,
    address: origin.address,
    agent: origin.agent,
    at: kit.clock.now(),
  });
  return secret;
}

/** Slows down guessing at one account without ever locking its owner out. */
export async function slowDown({ limiter, delay }: Pick<Kit, 'limiter' | 'delay'>, email: string) {
  const { retryAfterMs } = await limiter.take('loginByAccount', email);
  await delay(retryAfterMs);
}

interface Checked {
  passwordHash: string;
  password: string;
  origin: Origin;
  /** what else has to come true in the same transaction */
  first?: (tx: Tx) => Promise<boolean>;
}

/**
 * Opens the session, if what was checked still holds: comparing took long enough for the password, the second factor
 * or the person to have changed. Null when it does not.
 */
export async function letIn(kit: Kit, userId: string, { passwordHash, password, origin, first }: Checked) {
  const renewed = kit.passwords.isDated(passwordHash) ? await kit.passwords.hash(password) : null;
  return kit.db.withTenant('app', userId, async (tx) => {
    if (!(await holdsPassword(tx, userId, passwordHash))) return null;
    if (first !== undefined && !(await first(tx))) return null;
    if (renewed !== null) await setPassword(tx, userId, renewed);
    const stage = (await credentialsOf(tx, userId))?.two_factor === true ? 'code' : 'full';
    return { stage, secret: await newSession(tx, kit, { userId, stage, origin }) };
  });
}
