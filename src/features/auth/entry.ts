import { closeSession, openSession } from '../../data/sessions.js';
import type { Tx } from '../../data/database.js';
import type { Stage } from '../../data/schema.js';
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
