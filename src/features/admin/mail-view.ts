import { randomUUID } from 'node:crypto';
import type { ListedLetter } from '../../data/all-letters.js';
import { leaseMs, type LetterKind } from '../../data/letters.js';
import { secondMs } from '../../lib/clock.js';
import type { Written } from '../../mail/sheet.js';
import { span } from '../../web/figures.js';
import { when } from '../../web/words.js';

/** What a list of letters calls them; their own subjects may name what is their reader's. */
export const letterNames: Readonly<Record<LetterKind, string>> = {
  verify: 'Confirm an address',
  reset: 'A new password',
  known: 'An account is there already',
  'new-device': 'A new device',
  'needs-password': 'An account waits for its password',
  'payment-failed': 'A payment failed',
  leaving: 'An account leaves',
  weekly: 'The week',
  alarm: 'Alarm',
  test: 'Test',
};

const isUnderWay = ({ state, claimed_at: claimed }: ListedLetter, now: Date): boolean =>
  state === 'waiting' && claimed !== null && now.getTime() - claimed.getTime() < leaseMs;

function stateOf(letter: ListedLetter, now: Date) {
  const { state, tries } = letter;
  if (isUnderWay(letter, now)) return { text: 'is being sent', tone: 'plain' };
  if (state === 'waiting')
    return { text: tries === 0 ? 'waits' : 'is tried again', tone: tries === 0 ? 'plain' : 'warn' };
  if (state === 'sent') return { text: 'sent', tone: 'good' };
  if (state === 'kept') return { text: 'kept here', tone: 'plain' };
  return state === 'expired' ? { text: 'expired', tone: 'warn' } : { text: 'given up', tone: 'bad' };
}

const canBeSent = (letter: ListedLetter, now: Date): boolean =>
  letter.has_text &&
  letter.expires_at > now &&
  (letter.state === 'kept' ||
    letter.state === 'given-up' ||
    (letter.state === 'waiting' && letter.tries > 0)) &&
  !isUnderWay(letter, now);

const age = (from: Date, now: Date): string => span(Math.max(0, now.getTime() - from.getTime()) / secondMs);

export interface Looker {
  now: Date;
  timeZone: string;
  isSetUp: boolean;
}

const rowOf = (letter: ListedLetter, { now, timeZone, isSetUp }: Looker) => ({
  id: letter.id,
  to: letter.email,
  name: letterNames[letter.kind],
  state: stateOf(letter, now),
  tries: String(letter.tries),
  answer: letter.answer === '' ? null : letter.answer,
  age: age(letter.created_at, now),
  at: when(letter.created_at, timeZone),
  canBeSent: isSetUp && canBeSent(letter, now),
});

export interface Told {
  kind: 'good' | 'bad' | 'info';
  text: string;
}

/** The list, and what has just been done. */
export const mailView = (
  letters: readonly ListedLetter[],
  looker: Looker,
  { server, told = null }: { server: string | null; told?: Told | null },
) => ({
  server,
  told,
  testId: randomUUID(),
  letters: letters.map((letter) => rowOf(letter, looker)),
});

/** One letter with what it says, where that is still there and anybody's to read. */
export function letterView(letter: ListedLetter, written: Written | null, looker: Looker) {
  const isPrivate = letter.kind === 'weekly';
  return {
    ...rowOf(letter, looker),
    due: letter.state === 'waiting' ? when(letter.due_at, looker.timeZone) : null,
    expires: letter.has_text ? when(letter.expires_at, looker.timeZone) : null,
    subject: written?.subject ?? null,
    text: written?.text ?? null,
    htmlHref: written === null ? null : `/admin/mail/letters/${letter.id}/html`,
    instead: isPrivate
      ? 'It holds the figures of its reader, and is shown to nobody else.'
      : 'What it said is gone: it was sent, or is of no use any more.',
  };
}
