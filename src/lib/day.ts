/** Days (`2026-11-21`) as people live them: each begins when it begins in a time zone. */

import { hourMs } from './clock.js';
import { offsetSeconds, toWall } from './zone.js';

/** The wall clock at that instant, encoded as if it were UTC, to the second. */
const wallMs = (at: Date, timeZone: string): number =>
  toWall(timeZone, Math.floor(at.getTime() / 1000) * 1000);

const offsetMs = (ms: number, timeZone: string): number => offsetSeconds(timeZone, ms) * 1000;

const text = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The wall clock to the second, such as `2026-11-21 14:32:05`. */
export const wallClock = (at: Date, timeZone: string): string =>
  new Date(wallMs(at, timeZone)).toISOString().slice(0, 19).replace('T', ' ');

/** The time of day to the minute, such as `14:32`. */
export const clockTime = (at: Date, timeZone: string): string => wallClock(at, timeZone).slice(11, 16);

export const dayOf = (at: Date, timeZone: string): string => text(wallMs(at, timeZone));

/** True for a day of the calendar between 1970 and 2999. */
export const isDay = (given: string): boolean => {
  if (!/^(19[7-9]|2\d\d)\d-\d\d-\d\d$/.test(given)) return false;
  const ms = Date.parse(`${given}T00:00:00Z`);
  return !Number.isNaN(ms) && text(ms) === given;
};

export const addDays = (day: string, count: number): string =>
  text(Date.parse(`${day}T00:00:00Z`) + count * 24 * hourMs);

/** 0 is Monday. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/**
 * The first instant of a day. Where clocks jump over midnight that is the instant of the jump; where they show
 * midnight twice, the first.
 */
export function startOfDay(day: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`);
  // Every offset that can be in force around that midnight.
  const offsets = [-24, 0, 24].map((hours) => offsetMs(wall + hours * hourMs, timeZone));
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const first = candidates.find((ms) => dayOf(new Date(ms), timeZone) >= day);
  return new Date(first ?? Math.max(...candidates));
}
