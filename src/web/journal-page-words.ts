import { weekdays } from '../domain/stats/dimension.js';
import { endOf, pageName, type PageKey, type PageKind } from '../domain/journal-page.js';
import { weekdayOf } from '../lib/day.js';
import { monthOf } from '../lib/month.js';
import { dayWord, monthWord } from './day-words.js';

const paths: Record<PageKind, string> = {
  day: '/journal/days',
  week: '/journal/weeks',
  month: '/journal/months',
};

/** Where the pages of a kind are. */
export const pathOf = (kind: PageKind): string => paths[kind];

/** `/journal/days/2026-11-23` */
export const hrefOf = (key: PageKey): string => `${paths[key.kind]}/${pageName(key)}`;

/** `Monday` */
export const weekdayWord = (day: string): string => weekdays[weekdayOf(day)] ?? '';

/** `Monday, 23 Nov 2026`, `Week of 23 Nov 2026`, `November 2026` */
export function titleOf({ kind, startsOn }: PageKey): string {
  if (kind === 'month') return monthWord(monthOf(startsOn));
  return kind === 'week' ? `Week of ${dayWord(startsOn)}` : `${weekdayWord(startsOn)}, ${dayWord(startsOn)}`;
}

/** Where it lies: `today`, `this week`, `ahead`; '' for what is over. */
export function placeWord(key: PageKey, today: string): string {
  if (key.startsOn > today) return 'ahead';
  if (endOf(key) < today) return '';
  return { day: 'today', week: 'this week', month: 'this month' }[key.kind];
}

/** `on this day`, `in this week`: where it stands in a sentence. */
export const inWords = ({ kind }: PageKey): string =>
  ({ day: 'on this day', week: 'in this week', month: 'in this month' })[kind];

/** `on the day on which`, `in the week in which` */
export const whenWords = ({ kind }: PageKey): string =>
  kind === 'day' ? 'on the day on which' : `in the ${kind} in which`;

/** The one before, as a change is told: `▲ 2 on the week before`. */
export const beforeWord = ({ kind }: PageKey): string => `the ${kind} before`;
