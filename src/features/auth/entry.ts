import { noteDevice } from '../../data/devices.js';
import { queueLetter } from '../../data/letters.js';
import type { Stage } from '../../data/schema.js';
import { openSession, type Origin } from '../../data/sessions.js';
import { recordActivity } from '../../data/audit.js';
import type { Tx } from '../../data/database.js';
import { credentialsOf, holdsPassword, setPassword, timeZoneOf } from '../../data/users.js';
import { takeWelcome } from '../../data/welcomes.js';
import type { Occasion } from '../../domain/activity.js';
import type { Kit } from '../../web/kit.js';
import { device as deviceName, when } from '../../web/words.js';

/** Slows down guessing at one account without ever locking its owner out. */
export async function slowDown({ limiter, delay }: Pick<Kit, 'limiter' | 'delay'>, email: string) {
  const { retryAfterMs } = await limiter.take('loginByAccount', email);
  await delay(retryAfterMs);
}

/** Of a session whose owner has shown all there is to show. */
export const stageAfter = (leavesAt: Date | null): 'leaving' | 'full' =>
  leavesAt === null ? 'full' : 'leaving';

/** From where somebody comes in, and by which device. */
interface Entrance {
  origin: Origin;
  device: string;
}

/**
 * Somebody has come in. Where that is by a device that they never came by before a letter tells them: then true, and it is
 * to be sent once this is over.
 */
export async function meetDevice(
  tx: Tx,
  { clock }: Pick<Kit, 'clock'>,
  userId: string,
  { origin: { agent, address }, device: secret }: Entrance,
): Promise<boolean> {
  const at = clock.now();
  if (!(await noteDevice(tx, { userId, secret, agent, at }))) return false;
  const timeZone = await timeZoneOf(tx, userId);
  const facts = { device: deviceName(agent), address, at: `${when(at, timeZone) ?? ''} (${timeZone})` };
  return queueLetter(tx, { userId, kind: 'new-device', facts, at });
}

interface Checked extends Entrance {
  passwordHash: string;
  password: string;
  occasion: Occasion;
  /** what else has to come true in the same transaction */
  first?: (tx: Tx) => Promise<boolean>;
}

/**
 * Opens the session, if what was checked still holds: comparing took long enough for the password, the second factor
 * or the person to have changed. Null when it does not. `isFirst`: somebody new, who is led through setting up.
 */
export async function letIn(kit: Kit, userId: string, checked: Checked) {
  const { passwordHash, password, origin, occasion, first } = checked;
  const renewed = kit.passwords.isDated(passwordHash) ? await kit.passwords.hash(password) : null;
  const opened = await kit.db.withTenant('app', userId, async (tx) => {
    if (!(await holdsPassword(tx, userId, passwordHash))) return null;
    if (first !== undefined && !(await first(tx))) return null;
    if (renewed !== null) await setPassword(tx, userId, renewed);
    const known = await credentialsOf(tx, userId);
    const leaves = known?.leaves_at ?? null;
    // Whose days of grace are over is only waiting to be removed.
    if (leaves !== null && leaves <= occasion.at) return null;
    const stage: Stage = known?.two_factor === true ? 'code' : stageAfter(leaves);
    const { secret } = await openSession(tx, { userId, stage, origin, at: occasion.at });
    if (stage === 'code')
      return { stage, secret, isTold: false, isFirst: await takeWelcome(tx, userId, occasion.at) };
    // Who still owes the second step has not come in yet.
    await recordActivity(tx, userId, occasion, { what: 'signed-in' });
    const isTold = await meetDevice(tx, kit, userId, checked);
    return { stage, secret, isTold, isFirst: await takeWelcome(tx, userId, occasion.at) };
  });
  if (opened?.isTold === true) kit.mail.wake();
  return opened;
}

/**
 * Tells the owner of an account, if there is one, that somebody was refused: after the answer, whose time must not tell
 * whether there is. Beyond the limit no more are written down: whoever guesses does not fill the list.
 */
export const noteRefusal = (kit: Kit, email: string, occasion: Occasion): void =>
  kit.afterwards.start(async () => {
    const found = await kit.db.lookup('email', email, occasion.at);
    if (found === null || !(await kit.limiter.take('refusalsByAccount', found.user_id)).allowed) return;
    await kit.db.withTenant('app', found.user_id, (tx) =>
      recordActivity(tx, found.user_id, occasion, { what: 'sign-in-refused', details: { step: 'password' } }),
    );
  });
