import { noteDevice } from '../../data/devices.js';
import { queueLetter } from '../../data/letters.js';
import { openSession, type Origin } from '../../data/sessions.js';
import type { Tx } from '../../data/database.js';
import { credentialsOf, holdsPassword, setPassword, timeZoneOf } from '../../data/users.js';
import { takeWelcome } from '../../data/welcomes.js';
import type { Kit } from '../../web/kit.js';
import { device as deviceName, when } from '../../web/words.js';

/** Slows down guessing at one account without ever locking its owner out. */
export async function slowDown({ limiter, delay }: Pick<Kit, 'limiter' | 'delay'>, email: string) {
  const { retryAfterMs } = await limiter.take('loginByAccount', email);
  await delay(retryAfterMs);
}

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
  /** what else has to come true in the same transaction */
  first?: (tx: Tx) => Promise<boolean>;
}

/**
 * Opens the session, if what was checked still holds: comparing took long enough for the password, the second factor
 * or the person to have changed. Null when it does not. `isFirst`: somebody new, who is led through setting up.
 */
export async function letIn(kit: Kit, userId: string, checked: Checked) {
  const { passwordHash, password, origin, first } = checked;
  const renewed = kit.passwords.isDated(passwordHash) ? await kit.passwords.hash(password) : null;
  const opened = await kit.db.withTenant('app', userId, async (tx) => {
    if (!(await holdsPassword(tx, userId, passwordHash))) return null;
    if (first !== undefined && !(await first(tx))) return null;
    if (renewed !== null) await setPassword(tx, userId, renewed);
    const stage = (await credentialsOf(tx, userId))?.two_factor === true ? 'code' : 'full';
    const at = kit.clock.now();
    const { secret } = await openSession(tx, { userId, stage, origin, at });
    const isTold = stage === 'full' && (await meetDevice(tx, kit, userId, checked));
    return { stage, secret, isTold, isFirst: await takeWelcome(tx, userId, at) };
  });
  if (opened?.isTold === true) kit.mail.wake();
  return opened;
}
