import type { Selectable } from 'kysely';
import { dayMs, hourMs } from '../lib/clock.js';
import type { Tx } from './database.js';
import { linkLifeMs } from './links.js';
import type { MailSchema } from './schema-mail.js';

/** Figures of a week, as finished strings; null is unknown. */
export interface WeekRow {
  label: string;
  currency: string;
  net: string | null;
  trades: string | null;
  winRate: string | null;
  /** such as `Tue +120.00` */
  best: string | null;
  worst: string | null;
}

/** What each kind of letter tells beside the secret of its link. */
export interface LetterFacts {
  verify: object;
  reset: object;
  /** somebody signed up with an address that has an account */
  known: object;
  /** `at`: in words, in the time zone of whom it is for */
  'new-device': { device: string; address: string; at: string };
  'needs-password': { accountId: string; label: string };
  /** `until`: the day until which everything stays open, in words; null: it is closed already */
  'payment-failed': { plan: string; amount: string; until: string | null };
  /** `at`: when all of it is removed, in words */
  leaving: { at: string };
  /** `week`: such as `23 to 29 Nov 2026` */
  weekly: { week: string; accounts: WeekRow[]; totals: WeekRow[] };
  alarm: { title: string; says: string; link: string };
  test: object;
}
export type LetterKind = keyof LetterFacts;

/** kept: no mail was set up · given-up: refused, or tried for long enough · expired: of no use any more before it left */
export type LetterState = 'waiting' | 'sent' | 'kept' | 'given-up' | 'expired';

/** How long a letter is of any use. */
const lifeMs: Readonly<Record<LetterKind, number>> = {
  verify: linkLifeMs,
  reset: linkLifeMs,
  known: hourMs,
  'new-device': 2 * dayMs,
  'needs-password': 3 * dayMs,
  'payment-failed': 3 * dayMs,
  leaving: 3 * dayMs,
  weekly: 2 * dayMs,
  alarm: 2 * dayMs,
  test: hourMs,
};

export interface NewLetter<K extends LetterKind> {
  userId: string;
  kind: K;
  facts: LetterFacts[K];
  /** of the link that it carries */
  secret?: string;
  /** another letter of the same name to the same person is not written */
  once?: string;
  at: Date;
}

/** Puts a letter into the queue, with all else that this transaction does. False where one of the same name was there. */
export async function queueLetter<K extends LetterKind>(tx: Tx, letter: NewLetter<K>): Promise<boolean> {
  const { userId, kind, facts, secret, once, at } = letter;
  const done = await tx
    .insertInto('letters')
    .values({
      ...{ user_id: userId, kind, facts: JSON.stringify(facts), created_at: at, due_at: at },
      expires_at: new Date(at.getTime() + lifeMs[kind]),
      ...(secret === undefined ? {} : { secret }),
      ...(once === undefined ? {} : { once }),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Whose letter, and which. */
export interface LetterRef {
  userId: string;
  id: string;
}

type Row = Selectable<MailSchema['letters']>;
export type OpenLetter = Pick<Row, 'kind' | 'facts' | 'secret' | 'created_at' | 'tries'>;

/** A try that is under way: after so long whoever began is taken for dead. */
export const leaseMs = 2 * 60_000;

/**
 * Takes a letter to send it, if it is due: counted as tried, and not due before the lease ends, so that nobody sends it
 * twice at once, and one that was being sent when the program died is sent again.
 */
export async function claimLetter(
  tx: Tx,
  { userId, id }: LetterRef,
  now: Date,
): Promise<(OpenLetter & { email: string; disabled_at: Date | null; is_demo: boolean }) | null> {
  const claimed = await tx
    .updateTable('letters')
    .set((row) => ({
      tries: row('tries', '+', 1),
      claimed_at: now,
      due_at: new Date(now.getTime() + leaseMs),
    }))
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .where('expires_at', '>', now)
    .returning(['kind', 'facts', 'secret', 'created_at', 'tries'])
    .executeTakeFirst();
  if (claimed === undefined) return null;
  const person = await tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .select(['email', 'disabled_at', 'is_demo'])
    .executeTakeFirstOrThrow();
  return { ...claimed, ...person };
}

/** What becomes of a letter after a try; `dueAt`: it is tried again then. */
export type LetterFate = { state: 'sent' | 'kept' | 'given-up' } | { dueAt: Date };

/** What came of a try. What was sent keeps nothing of what it said. */
export async function settleLetter(
  tx: Tx,
  { userId, id }: LetterRef,
  { fate, answer, at }: { fate: LetterFate; answer: string; at: Date },
): Promise<void> {
  const isSent = 'state' in fate && fate.state === 'sent';
  await tx
    .updateTable('letters')
    .set({
      claimed_at: null,
      answer,
      ...('dueAt' in fate ? { due_at: fate.dueAt } : { state: fate.state, done_at: at }),
      ...(isSent ? { facts: null, secret: null } : {}),
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** Makes a letter due at once that waits, was kept or given up. False where that cannot be, or is under way. */
export async function sendAgain(tx: Tx, { userId, id }: LetterRef, now: Date): Promise<boolean> {
  const done = await tx
    .updateTable('letters')
    .set({ state: 'waiting', due_at: now, tries: 0, claimed_at: null, done_at: null })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'kept', 'given-up'])
    .where('facts', 'is not', null)
    .where('expires_at', '>', now)
    .where((row) =>
      row.or([
        row('claimed_at', 'is', null),
        row('claimed_at', '<', new Date(now.getTime() - leaseMs)),
        row('state', '<>', 'waiting'),
      ]),
    )
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** Letters of this kind that have not left yet are of no use any more, such as with a link that another one replaces. */
export async function withdrawLetters(tx: Tx, userId: string, kind: LetterKind, at: Date): Promise<void> {
  await tx
    .updateTable('letters')
    .set({ state: 'expired', done_at: at, facts: null, secret: null, answer: 'Another one took its place.' })
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .where('state', 'in', ['waiting', 'kept', 'given-up'])
    .where('facts', 'is not', null)
    .execute();
}

/** What one says; nothing where that is gone. */
export const openLetter = (tx: Tx, { userId, id }: LetterRef): Promise<OpenLetter | undefined> =>
  tx
    .selectFrom('letters')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('facts', 'is not', null)
    .select(['kind', 'facts', 'secret', 'created_at', 'tries'])
    .executeTakeFirst();

/** The letter of that name, if it was written. */
export const letterNamed = (
  tx: Tx,
  userId: string,
  once: string,
): Promise<Pick<Row, 'state' | 'answer'> | undefined> =>
  tx
    .selectFrom('letters')
    .where('user_id', '=', userId)
    .where('once', '=', once)
    .select(['state', 'answer'])
    .executeTakeFirst();
