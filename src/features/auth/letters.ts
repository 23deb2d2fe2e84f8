import { issueLink } from '../../data/links.js';
import type { Kit, Message, Site } from '../../web/kit.js';

const lasts = 'The link works once, for 30 minutes.';

const verifyLetter = (to: string, link: string): Message => ({
  to,
  subject: 'Confirm your address for RawJournal',
  text: `Open this page and type the password you chose to finish signing up:\n\n${link}\n\n${lasts} If it was not you, do nothing.`,
});

const resetLetter = (to: string, link: string): Message => ({
  to,
  subject: 'A new password for RawJournal',
  text: `Open this page to choose a new password:\n\n${link}\n\n${lasts} If it was not you, do nothing: the old one stays.`,
});

/** To somebody who signs up with an address that has an account: they learn it by mail, and nobody else does. */
export const knownLetter = (to: string, site: Site): Message => ({
  to,
  subject: 'You have a RawJournal account already',
  text: `Somebody, probably you, tried to sign up with this address. You have an account already.\n\nSign in: ${site.publicUrl}/login\nForgotten password: ${site.publicUrl}/reset`,
});

/** Makes a link for a person, and the letter that carries it. */
export async function linkLetter(
  { db, clock, site }: Kit,
  { userId, email, kind }: { userId: string; email: string; kind: 'verify' | 'reset' },
): Promise<Message> {
  const at = clock.now();
  const secret = await db.withTenant('app', userId, (tx) => issueLink(tx, { userId, kind, at }));
  const link = `${site.publicUrl}/${kind}/${secret}`;
  return kind === 'verify' ? verifyLetter(email, link) : resetLetter(email, link);
}

/** Writes and sends a letter after the answer; beyond the limit for its address none is, and nobody is told. */
export const sendAfterwards = (kit: Kit, email: string, write: () => Promise<Message>): void =>
  kit.afterwards.start(async () => {
    const { allowed } = await kit.limiter.take('lettersByMail', email);
    if (allowed) kit.sendMail(await write());
  });
