import type { Tx } from '../../data/database.js';
import { pageOf, writePage } from '../../data/journal-pages.js';
import type { PageKey, PageText } from '../../domain/journal-page.js';
import { Fault } from '../../lib/fault.js';

/** What a page is to say; what is left out stays as it is. */
export type WantedPage = { [Field in keyof PageText]?: PageText[Field] | undefined };

/** A page that is saved. */
export interface Kept {
  version: number;
  updatedAt: Date | null;
}

const stale = (): Fault =>
  new Fault(
    409,
    'stale',
    'This page was changed in the meantime, by another tab or program. Read it again, and save what you want of both.',
  );

export const isStale = (error: unknown): boolean => error instanceof Fault && error.code === 'stale';

/** A second click sends what is there already. */
const isSame = (one: PageText, other: PageText): boolean =>
  one.plan === other.plan &&
  one.review === other.review &&
  one.lessons === other.lessons &&
  one.mood === other.mood;

/**
 * Saves the page of a day, a week or a month; `seen` is the version that whoever writes has seen. Throws a Fault 409
 * (`isStale`) where somebody has written something else since.
 */
export async function savePage(
  tx: Tx,
  userId: string,
  key: PageKey,
  { wanted, seen, at }: { wanted: WantedPage; seen: number; at: Date },
): Promise<Kept> {
  const saved = await pageOf(tx, userId, key);
  const page: PageText = {
    plan: wanted.plan ?? saved.plan,
    review: wanted.review ?? saved.review,
    lessons: wanted.lessons ?? saved.lessons,
    mood: wanted.mood === undefined ? saved.mood : wanted.mood,
  };
  if (isSame(saved, page)) return { version: saved.version, updatedAt: saved.updatedAt };
  const version = saved.version === seen ? await writePage(tx, userId, { key, page, seen, at }) : null;
  if (version !== null) return { version, updatedAt: at };
  // Of two clicks at once, the other one has written it by now.
  const written = await pageOf(tx, userId, key);
  if (!isSame(written, page)) throw stale();
  return { version: written.version, updatedAt: written.updatedAt };
}
