import { openSession, type Origin } from '../../data/sessions.js';
import type { Tx } from '../../data/database.js';
import { credentialsOf, holdsPassword, setPassword } from '../../data/users.js';
import { takeWelcome } from '../../data/welcomes.js';
import type { Kit } from '../../web/kit.js';

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
 * or the person to have changed. Null when it does not. `isFirst`: somebody new, who is led through setting up.
 */
export async function letIn(kit: Kit, userId: string, { passwordHash, password, origin, first }: Checked) {
  const renewed = kit.passwords.isDated(passwordHash) ? await kit.passwords.hash(password) : null;
  return kit.db.withTenant('app', userId, async (tx) => {
    if (!(await holdsPassword(tx, userId, passwordHash))) return null;
    if (first !== undefined && !(await first(tx))) return null;
    if (renewed !== null) await setPassword(tx, userId, renewed);
    const stage = (await credentialsOf(tx, userId))?.two_factor === true ? 'code' : 'full';
    const at = kit.clock.now();
    const { secret } = await openSession(tx, { userId, stage, origin, at });
    return { stage, secret, isFirst: await takeWelcome(tx, userId, at) };
  });
}
