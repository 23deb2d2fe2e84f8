import { z } from 'zod';
import { count } from '../../web/words.js';
import { mostTags } from './journal-form.js';
import type { Choices } from './queries.js';

/** What somebody wanted to do with many trades at once, and why it cannot be done. */
export interface RefusedTagging {
  tag: string;
  name: string;
  isForAll: boolean;
  /** ids of the trades that were picked */
  picked: readonly string[];
  error: string;
}

export interface Changed {
  deed: 'added' | 'taken';
  tagId: string;
  n: number;
  /** trades that were left out: they have as many tags as a trade can have */
  full: number;
}

/** What was done, in the address of the list it is told on: numbers and an id, so that nobody can put words in our mouth. */
export const changedQuery = (query: string, { deed, tagId, n, full }: Changed): string =>
  `${query === '' ? '?' : `${query}&`}changed=${deed}.${tagId}.${n}${full === 0 ? '' : `.${full}`}`;

function changedIn(given: unknown): Changed | null {
  const [deed, tagId, n, full = '0'] = typeof given === 'string' ? given.split('.') : [];
  if ((deed !== 'added' && deed !== 'taken') || !z.uuid().safeParse(tagId).success) return null;
  if (![n ?? '', full].every((figure) => /^\d{1,9}$/.test(figure))) return null;
  return { deed, tagId: tagId ?? '', n: Number(n), full: Number(full) };
}

const leftOut = (full: number): string =>
  full === 1
    ? `1 trade has ${mostTags} tags already and was left out.`
    : `${count(full, 'trade')} have ${mostTags} tags already and were left out.`;

function sentence(given: unknown, { tags }: Choices): string | null {
  const changed = changedIn(given);
  const tag = tags.find(({ id }) => id === changed?.tagId);
  if (changed === null || tag === undefined) return null;
  const { deed, n, full } = changed;
  if (full > 0)
    return n === 0
      ? `Nothing was changed: ${leftOut(full)}`
      : `“${tag.name}” was added to ${count(n, 'trade')}. ${leftOut(full)}`;
  if (n === 0)
    return deed === 'added'
      ? `Nothing was changed: all of these trades have “${tag.name}” already.`
      : `Nothing was changed: none of these trades has “${tag.name}”.`;
  const trades = count(n, 'trade');
  return deed === 'added'
    ? `“${tag.name}” was added to ${trades}.`
    : `“${tag.name}” was taken from ${trades}.`;
}

/** The menu that gives tags to several trades, and what it has just done. `n`: trades of the list; null: not counted. */
export const taggingOf = (
  choices: Choices,
  { changed, n, refused }: { changed: unknown; n: number | null; refused: RefusedTagging | null },
) => ({
  tags: choices.tags.map(({ id, name }) => ({ value: id, label: name })),
  tag: refused?.tag ?? '',
  name: refused?.name ?? '',
  error: refused?.error ?? '',
  isForAll: refused?.isForAll ?? false,
  picked: refused?.picked ?? [],
  allLabel:
    n === null
      ? 'All trades of this list'
      : n === 1
        ? 'The one trade of this list'
        : `All ${count(n, 'trade')} of this list`,
  said: sentence(changed, choices),
});
