import { addDays, dayOf, weekdayOf } from '../lib/day.js';

/** A stretch of days people ask for by name; both ends count. */
export interface Period {
  key: 'today' | 'week' | 'month' | '30-days' | 'year';
  label: string;
  from: string;
  to: string;
}

/** The stretches that end today in that zone. Weeks begin on Monday. */
export function periodsOf(now: Date, timeZone: string): Period[] {
  const today = dayOf(now, timeZone);
  const period = (key: Period['key'], label: string, from: string): Period => ({
    key,
    label,
    from,
    to: today,
  });
  return [
    period('today', 'Today', today),
    period('week', 'This week', addDays(today, -weekdayOf(today))),
    period('month', 'This month', `${today.slice(0, 8)}01`),
    period('30-days', '30 days', addDays(today, -29)),
    period('year', 'This year', `${today.slice(0, 5)}01-01`),
  ];
}
