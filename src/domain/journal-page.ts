import { addDays, isDay, weekdayOf } from '../lib/day.js';
import { addMonths, firstDay, isMonth, lastDay, monthOf } from '../lib/month.js';
import type { Mood } from './judgement.js';

/** Stretches of days that have a page of their own in the journal. */
export const pageKinds = ['day', 'week', 'month'] as const;
export type PageKind = (typeof pageKinds)[number];

/** Which page: that of the day, the week or the month that begins on this day (`2026-11-23`). */
export interface PageKey {
  kind: PageKind;
  startsOn: string;
}

/** What somebody wrote of such a stretch; empty and null where nothing was said. */
export interface PageText {
  /** before it began */
  plan: string;
  /** when it was over */
  review: string;
  lessons: string;
  mood: Mood | null;
}

export const emptyPage: PageText = { plan: '', review: '', lessons: '', mood: null };

export const isEmptyPage = ({ plan, review, lessons, mood }: PageText): boolean =>
  plan === '' && review === '' && lessons === '' && mood === null;

const beginnings: Record<PageKind, (day: string) => string> = {
  day: (day) => day,
  week: (day) => addDays(day, -weekdayOf(day)),
  month: (day) => firstDay(monthOf(day)),
};

/** The page that a day belongs to. */
export const pageOfDay = (kind: PageKind, day: string): PageKey => ({
  kind,
  startsOn: beginnings[kind](day),
});

/** Its last day. */
export const endOf = ({ kind, startsOn }: PageKey): string =>
  kind === 'day' ? startsOn : kind === 'week' ? addDays(startsOn, 6) : lastDay(monthOf(startsOn));

/** The page so many days, weeks or months later; null beyond the calendar. */
export function pageBeside({ kind, startsOn }: PageKey, count: number): PageKey | null {
  const day =
    kind === 'month'
      ? firstDay(addMonths(monthOf(startsOn), count))
      : addDays(startsOn, kind === 'week' ? 7 * count : count);
  return isDay(day) ? { kind, startsOn: day } : null;
}

/** How an address names it: `2026-11-23`, a month `2026-11`. */
export const pageName = ({ kind, startsOn }: PageKey): string =>
  kind === 'month' ? monthOf(startsOn) : startsOn;

/** The page of that name; of a week any of its days is taken. Null: the calendar has no such day or month. */
export function namedPage(kind: PageKind, name: string): PageKey | null {
  if (kind === 'month') return isMonth(name) ? { kind, startsOn: firstDay(name) } : null;
  if (!isDay(name)) return null;
  const key = pageOfDay(kind, name);
  return isDay(key.startsOn) ? key : null;
}
