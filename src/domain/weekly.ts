import { addDays, clockTime, dayOf, weekdayOf } from '../lib/day.js';

/** A week, by its Monday and the Monday after it, such as `2026-11-23` and `2026-11-30`. */
export interface Week {
  from: string;
  before: string;
}

/** The letter of a week is written on the Monday after it, from this time of the reader's day on. */
const writtenFrom = '07:00';

/** The week that is to be told of at that instant in a time zone; null: none is. */
export function weekToTell(now: Date, timeZone: string): Week | null {
  const today = dayOf(now, timeZone);
  if (weekdayOf(today) !== 0 || clockTime(now, timeZone) < writtenFrom) return null;
  return { from: addDays(today, -7), before: today };
}
