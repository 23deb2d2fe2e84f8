import { moods } from '../../domain/judgement.js';
import { pageOf, type SavedPage } from '../../data/journal-pages.js';
import { isEmptyPage, type PageKey, type PageKind } from '../../domain/journal-page.js';
import { dayOf } from '../../lib/day.js';
import { when } from '../../web/words.js';
import type { Looker } from './ground.js';
import { longestText, type TypedPage } from './page-form.js';
import { hrefOf } from './page-words.js';

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
  key: PageKey;
  refused: RefusedPage | null;
  /** whether a review may begin with the figures of its trades */
  hasNumbers: boolean;
}

/** The editor of a page. */
export async function editorView({ tx, userId, timeZone, now }: Looker, { key, refused, hasNumbers }: Given) {
  const saved = await pageOf(tx, userId, key);
  const shown = refused?.typed ?? typedOf(saved);
  // What has not begun can only be planned; what is written of it already is never hidden.
  const isAhead = key.startsOn > dayOf(now, timeZone);
  const isPlanOnly = isAhead && shown.review === '' && shown.lessons === '' && shown.mood === '';
  const at = isEmptyPage(saved) ? null : when(saved.updatedAt, timeZone);
  return {
    action: hrefOf(key),
    selfHref: `${hrefOf(key)}/entry`,
    version: saved.version,
    ...shown,
    placeholders: placeholders[key.kind],
    longest: longestText,
    isPlanOnly,
    hasNumbers: hasNumbers && key.kind !== 'day' && !isPlanOnly,
    moods: [
      { value: '', label: 'Not said' },
      ...moods.map((mood) => ({ value: mood, label: moodWord(mood) })),
    ].map((mood) => ({ ...mood, isChosen: mood.value === shown.mood })),
    errors: { plan: '', review: '', lessons: '', mood: '', version: '', ...refused?.errors },
    note: at === null ? 'nothing written yet' : `Saved ${at}`,
    meanwhile: refused?.isStale === true ? meanwhileOf(saved, at ?? '') : null,
  };
}
