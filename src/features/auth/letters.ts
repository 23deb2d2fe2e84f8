import { issueLink } from '../../data/links.js';
import { queueLetter, withdrawLetters } from '../../data/letters.js';
import type { Kit } from '../../web/kit.js';

/** Makes a link for a person, and queues the letter that carries it; an older one that still waits says nothing true. */
export const linkLetter = (
  { db, clock }: Kit,
  { userId, kind }: { userId: string; kind: 'verify' | 'reset' },
): Promise<unknown> =>
  db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    const secret = await issueLink(tx, { userId, kind, at });
    await withdrawLetters(tx, userId, kind, at);
    await queueLetter(tx, { userId, kind, facts: {}, secret, at });
  });

/** To somebody who signs up with an address that has an account: they learn it by mail, and nobody else does. */
export async function knownLetter({ db, clock }: Kit, email: string): Promise<void> {
  const at = clock.now();
  const found = await db.lookup('email', email, at);
  if (found === null) return;
  const { user_id: userId } = found;
  await db.withTenant('app', userId, (tx) => queueLetter(tx, { userId, kind: 'known', facts: {}, at }));
}

/** Queues and sends a letter after the answer; beyond the limit for its address none is, and nobody is told. */
export const sendAfterwards = (kit: Kit, email: string, write: () => Promise<unknown>): void =>
  kit.afterwards.start(async () => {
    const { allowed } = await kit.limiter.take('lettersByMail', email);
    if (!allowed) return;
    await write();
    kit.mail.wake();
  });
