import { addDays, dayOf, startOfDay, weekdayOf } from '../../lib/day.js';

export const boardPeriods = ['today', 'week', 'month', 'year', 'all'] as const;
export type BoardPeriod = (typeof boardPeriods)[number];

const labels: Readonly<Record<BoardPeriod, string>> = {
  today: 'Today',
  week: 'Week',
  month: 'Month',
  year: 'Year',
  all: 'All',
};
export const boardPeriodLabel = (period: BoardPeriod): string => labels[period];

export const usualPeriod: BoardPeriod = 'month';

/** The `period` of a query string; this month where it says nothing that is known. */
export const readBoardPeriod = (text: unknown): BoardPeriod =>
  boardPeriods.find((period) => period === text) ?? usualPeriod;

export interface Stretch {
  /** null: from the very first trade on */
  from: Date | null;
  /** the stretch before, which ends where this one begins; null: there is none */
  before: { from: Date; name: string } | null;
}

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });

/** First days of this stretch and of the one before, and what people call that one. Weeks begin on Monday. */
function daysOf(
  period: Exclude<BoardPeriod, 'all'>,
  today: string,
): [day: string, earlier: string, name: string] {
  const year = Number(today.slice(0, 4));
  if (period === 'today') return [today, addDays(today, -1), 'yesterday'];
  if (period === 'year') return [`${year}-01-01`, `${year - 1}-01-01`, String(year - 1)];
  const monday = addDays(today, -weekdayOf(today));
  if (period === 'week') return [monday, addDays(monday, -7), 'last week'];
  const first = `${today.slice(0, 8)}01`;
  const earlier = `${addDays(first, -1).slice(0, 8)}01`;
  return [first, earlier, monthName.format(Date.parse(earlier))];
}

/** A stretch of time of the user's own zone that lasts until now. */
export function stretchOf(period: BoardPeriod, now: Date, timeZone: string): Stretch {
  if (period === 'all') return { from: null, before: null };
  const [day, earlier, name] = daysOf(period, dayOf(now, timeZone));
  return {
    from: startOfDay(day, timeZone),
    before: { from: startOfDay(earlier, timeZone), name },
  };
}
