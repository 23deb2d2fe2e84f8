import { addDays, dayOf, weekdayOf } from '../lib/day.js';

export const periodKeys = ['today', 'week', 'last-week', 'month', 'last-month', 'year'] as const;
export type PeriodKey = (typeof periodKeys)[number];

const labels: Readonly<Record<PeriodKey, string>> = {
  today: 'Today',
  week: 'This week',
  'last-week': 'Last week',
  month: 'This month',
  'last-month': 'Last month',
  year: 'This year',
};
export const periodLabel = (key: string): string => labels[key as PeriodKey];

/** A stretch of days people ask for by name; both ends count. */
export interface Period {
  key: PeriodKey;
  from: string;
  to: string;
}

/** The stretches known by name, those that are not over until today in that zone. Weeks begin on Monday. */
export function periodsOf(now: Date, timeZone: string): Period[] {
  const today = dayOf(now, timeZone);
  const monday = addDays(today, -weekdayOf(today));
  const first = `${today.slice(0, 8)}01`;
  const lastOfBefore = addDays(first, -1);
  return [
    { key: 'today', from: today, to: today },
    { key: 'week', from: monday, to: today },
    { key: 'last-week', from: addDays(monday, -7), to: addDays(monday, -1) },
    { key: 'month', from: first, to: today },
    { key: 'last-month', from: `${lastOfBefore.slice(0, 8)}01`, to: lastOfBefore },
    { key: 'year', from: `${today.slice(0, 5)}01-01`, to: today },
  ];
}
