import { dueLetters, forgetLetters, type ListedLetter } from '../data/all-letters.js';
import type { Database } from '../data/database.js';
import {
  claimLetter,
  openLetter,
  settleLetter,
  type LetterFate,
  type LetterKind,
  type LetterRef,
  type OpenLetter,
} from '../data/letters.js';
import type { Clock } from '../lib/clock.js';
import { contentOf } from './contents.js';
import type { Delivery, Outgoing, Postman } from './postman.js';
import { retryAfterMs } from './retry.js';
import { setLetter, type Written } from './sheet.js';
import { unsubscribing, weeklySecret } from './unsubscribe.js';

export interface RoomParts {
  db: Database;
  clock: Clock;
  log: { info: (line: object, text: string) => void };
  /** null: no mail is set up, and letters stay here to be read */
  postman: Postman | null;
  /** a template and its data → what it draws */
  draw: (view: string, data: object) => string;
  publicUrl: string;
  /** what stands behind the @ of a letter's own number */
  domain: string;
  /** signs the link that ends the letters of the week */
  key: string;
}

/** What somebody's letter says of their money is nobody else's, whoever administers. */
const isPrivate = (kind: LetterKind): boolean => kind === 'weekly';

const batch = 20;

/** What becomes of a letter after so many tries. */
function fateOf({ kind }: Delivery, tries: number, now: Date): LetterFate {
  if (kind === 'accepted') return { state: 'sent' };
  const pauseMs = retryAfterMs(tries);
  if (kind === 'refused' || pauseMs === null) return { state: 'given-up' };
  return { dueAt: new Date(now.getTime() + pauseMs) };
}

/**
 * Where letters wait until they are sent. A letter is claimed before it is handed over, and noted as sent once the
 * server has it; a program that dies between the two sends it again, under the same number: at least once, and twice
 * only then.
 */
export class MailRoom {
  #isClosed = false;

  constructor(private readonly parts: RoomParts) {}

  get isSetUp(): boolean {
    return this.parts.postman !== null;
  }

  /** Sends what is due, one after the other; where the server is away the rest waits for the next time. */
  async sendDue(): Promise<void> {
    const { db } = this.parts;
    for (;;) {
      const due = await dueLetters(db, this.now(), batch);
      if (due.length === 0) return;
      for (const letter of due) if (this.#isClosed || (await this.send(letter)) === 'away') return;
    }
  }

  /** What a letter would say now; null where that is gone, or is only its owner's. */
  async read({ user_id: userId, id, kind }: ListedLetter): Promise<Written | null> {
    if (isPrivate(kind)) return null;
    const letter = await this.parts.db.withTenant('app', userId, (tx) => openLetter(tx, { userId, id }));
    if (letter === undefined) return null;
    // Where letters leave the house, nobody here has a use for somebody else's link.
    return this.written(userId, this.isSetUp ? { ...letter, secret: null } : letter);
  }

  /** A letter of a kind as it would be set. */
  written(userId: string, letter: Pick<OpenLetter, 'kind' | 'facts' | 'secret'>): Written {
    const { publicUrl, draw } = this.parts;
    return setLetter(draw, contentOf(letter, { publicUrl, weeklyOff: this.weeklyOff(userId) }));
  }

  /** Takes away what has been of no use for long enough. */
  forget(): Promise<void> {
    return forgetLetters(this.parts.db, this.now());
  }

  /** What is under way is given up, and tried again after the next start. */
  close(): void {
    this.#isClosed = true;
    this.parts.postman?.close();
  }

  private async send(ref: LetterRef): Promise<Delivery['kind'] | 'not due'> {
    const { db } = this.parts;
    const { userId } = ref;
    const claimed = await db.withTenant('app', userId, (tx) => claimLetter(tx, ref, this.now()));
    if (claimed === null) return 'not due';
    const { postman } = this.parts;
    const settle = (fate: LetterFate, answer: string): Promise<void> =>
      db.withTenant('app', userId, (tx) => settleLetter(tx, ref, { fate, answer, at: this.now() }));
    if (claimed.disabled_at !== null || claimed.is_demo) {
      await settle(
        { state: 'given-up' },
        claimed.is_demo ? 'An invented trader has no mail.' : 'This person is not let in any more.',
      );
      return 'refused';
    }
    const letter = this.outgoing(ref, claimed);
    if (postman === null) {
      this.parts.log.info(
        { to: letter.to, subject: letter.subject },
        isPrivate(claimed.kind)
          ? 'Mail (not sent, because none is set up)'
          : `Mail (not sent, because none is set up): ${letter.text}`,
      );
      await settle({ state: 'kept' }, 'No mail is set up.');
      return 'accepted';
    }
    const delivery = await postman.send(letter);
    await settle(fateOf(delivery, claimed.tries, this.now()), delivery.says);
    return delivery.kind;
  }

  private outgoing({ userId, id }: LetterRef, letter: OpenLetter & { email: string }): Outgoing {
    const off = this.weeklyOff(userId);
    return {
      ...this.written(userId, letter),
      to: letter.email,
      messageId: `${id}@${this.parts.domain}`,
      date: letter.created_at,
      headers: letter.kind === 'weekly' ? unsubscribing(off) : {},
    };
  }

  private weeklyOff(userId: string): string {
    return `${this.parts.publicUrl}/letters/weekly/${weeklySecret(this.parts.key, userId)}`;
  }

  private now(): Date {
    return this.parts.clock.now();
  }
}
