import { moods } from '../../domain/judgement.js';
import { lessonsBefore, pageOf, type SavedPage } from '../../data/journal-pages.js';
import { isEmptyPage, type PageKind } from '../../domain/journal-page.js';
import { when } from '../../web/words.js';
import { withAccounts } from '../../web/account-filter.js';
import { placeOf, type Desk } from './ground.js';
import { longestNotes } from '../../web/notes-field.js';
import type { TypedPage } from './page-form.js';
import { hrefOf, titleOf } from '../../web/journal-page-words.js';

/** What somebody sent that could not be saved. */
export interface RefusedPage {
  typed: TypedPage;
  errors: Record<string, string>;
  /** somebody else has written in the meantime */
  isStale: boolean;
}

const placeholders: Record<PageKind, Pick<TypedPage, 'plan' | 'review'>> = {
  day: {
    plan: 'What you look for, what you leave alone, where you stop for the day.',
    review: 'What happened, and whether it was the plan.',
  },
  week: {
    plan: 'What this week is for, and what ends it early.',
    review: 'What carried the week, what cost it, what you change.',
  },
  month: {
    plan: 'What this month is for: risk, setups, what you work on.',
    review: 'What carried the month, what cost it, what you change.',
  },
};

/** A mood as it stands in a list of them. */
export const moodWord = (mood: string): string => `${mood.slice(0, 1).toUpperCase()}${mood.slice(1)}`;

const typedOf = ({ plan, review, lessons, mood }: SavedPage): TypedPage => ({
  ...{ plan, review, lessons, mood: mood ?? '' },
});

/** What another tab has saved, beside what was typed. */
const meanwhileOf = (saved: SavedPage, at: string) => ({
  at,
  mood: saved.mood === null ? '' : moodWord(saved.mood),
  texts: [
    { label: 'Plan', text: saved.plan },
    { label: 'Review', text: saved.review },
    { label: 'Lessons', text: saved.lessons },
  ].filter(({ text }) => text !== ''),
});

interface Given {
  refused: RefusedPage | null;
  /** whether a review may begin with the figures of its trades */
  hasNumbers: boolean;
}

/** What was last to be kept in mind, with the way to the page that says so. */
async function earlierOf(desk: Desk) {
  const { tx, userId, key } = desk;
  const found = await lessonsBefore(tx, userId, key);
  if (found === null) return null;
  const page = { kind: key.kind, startsOn: found.startsOn };
  return { href: placeOf(page, desk), title: titleOf(page), text: found.lessons };
}

/** The editor of a page. */
export async function editorView(desk: Desk, { refused, hasNumbers }: Given) {
  const { tx, userId, timeZone, key, today } = desk;
  const saved = await pageOf(tx, userId, key);
  const shown = refused?.typed ?? typedOf(saved);
  // What has not begun can only be planned; what is written of it already is never hidden.
  const isPlanOnly = key.startsOn > today && shown.review === '' && shown.lessons === '' && shown.mood === '';
  const at = isEmptyPage(saved) ? null : when(saved.updatedAt, timeZone);
  return {
    action: placeOf(key, desk),
    selfHref: withAccounts(`${hrefOf(key)}/entry`, desk.accounts),
    version: saved.version,
    ...shown,
    placeholders: placeholders[key.kind],
    longest: longestNotes,
    isPlanOnly,
    start:
      hasNumbers && key.kind !== 'day'
        ? shown.review === ''
          ? 'Start with the numbers'
          : 'Add the numbers'
        : '',
    earlier: await earlierOf(desk),
    moods: [
      { value: '', label: 'Not said' },
      ...moods.map((mood) => ({ value: mood, label: moodWord(mood) })),
    ].map((mood) => ({ ...mood, isChosen: mood.value === shown.mood })),
    errors: { plan: '', review: '', lessons: '', mood: '', version: '', ...refused?.errors },
    note: at === null ? 'Nothing written yet' : `Saved ${at}`,
    meanwhile: refused?.isStale === true ? meanwhileOf(saved, at ?? '') : null,
  };
}
