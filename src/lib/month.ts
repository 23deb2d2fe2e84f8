/** Months (`2026-11`) of the calendar. */

import { addDays, weekdayOf } from './day.js';

/** True for a month between 1970 and 2999. */
export const isMonth = (given: string): boolean => /^(19[7-9]|2\d\d)\d-(0[1-9]|1[0-2])$/.test(given);
/** True for a year between 1970 and 2999. */
export const isYear = (given: string): boolean => /^(19[7-9]|2\d\d)\d$/.test(given);

/** The month of a day. */
export const monthOf = (day: string): string => day.slice(0, 7);

export function addMonths(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + count;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

export const firstDay = (month: string): string => `${month}-01`;
export const lastDay = (month: string): string => addDays(firstDay(addMonths(month, 1)), -1);

/** The whole weeks, Monday first, that have days of a month: four to six of them. */
export function weeksOf(month: string): string[][] {
  const [first, last] = [firstDay(month), lastDay(month)];
  const weeks: string[][] = [];
  for (let monday = addDays(first, -weekdayOf(first)); monday <= last; monday = addDays(monday, 7))
    weeks.push(Array.from({ length: 7 }, (_, at) => addDays(monday, at)));
  return weeks;
}

export const monthsOfYear = (year: string): string[] =>
  Array.from({ length: 12 }, (_, at) => addMonths(`${year}-01`, at));
