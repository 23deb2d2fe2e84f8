import { dayMs, hourMs } from '../../lib/clock.js';

/** What a server's wall clock shows, by arithmetic: every process must agree, whatever time zone data it has. */
export type Zone = 'new-york' | 'new-york+7' | 'athens' | 'tokyo' | 'utc';

/** The nth Sunday of a month (0 = the last), midnight UTC. */
function sundayOf(year: number, month: number, nth: number): number {
  const start = nth === 0 ? Date.UTC(year, month + 1, 0) : Date.UTC(year, month, 1);
  const weekday = new Date(start).getUTCDay();
  return nth === 0 ? start - weekday * dayMs : start + (((7 - weekday) % 7) + (nth - 1) * 7) * dayMs;
}

interface Summer {
  /** the year it belongs to, in UTC */
  yearMs: number;
  nextYearMs: number;
  startMs: number;
  endMs: number;
}

function summerOf(rule: 'us' | 'eu', year: number): Summer {
  const isUs = rule === 'us';
  return {
    yearMs: Date.UTC(year, 0, 1),
    nextYearMs: Date.UTC(year + 1, 0, 1),
    startMs: isUs ? sundayOf(year, 2, 2) + 7 * hourMs : sundayOf(year, 2, 0) + hourMs,
    endMs: isUs ? sundayOf(year, 10, 1) + 6 * hourMs : sundayOf(year, 9, 0) + hourMs,
  };
}

/** Every price asks for this: the last year is remembered. */
const recent = { us: summerOf('us', 2026), eu: summerOf('eu', 2026) };

function isSummer(rule: 'us' | 'eu', utcMs: number): boolean {
  let summer = recent[rule];
  if (utcMs < summer.yearMs || utcMs >= summer.nextYearMs)
    summer = recent[rule] = summerOf(rule, new Date(utcMs).getUTCFullYear());
  return utcMs >= summer.startMs && utcMs < summer.endMs;
}

const winterHours: Readonly<Record<Zone, number>> = {
  'new-york': -5,
  'new-york+7': 2,
  athens: 2,
  tokyo: 9,
  utc: 0,
};
const rules: Readonly<Record<Zone, 'us' | 'eu' | null>> = {
  'new-york': 'us',
  'new-york+7': 'us',
  athens: 'eu',
  tokyo: null,
  utc: null,
};

const offsetMs = (zone: Zone, utcMs: number): number => {
  const rule = rules[zone];
  return (winterHours[zone] + (rule && isSummer(rule, utcMs) ? 1 : 0)) * hourMs;
};

/** The wall clock, encoded as if it were UTC. */
export const toWall = (zone: Zone, utcMs: number): number => utcMs + offsetMs(zone, utcMs);

/** The first instant at which the wall clock shows this; null in the hour that is skipped in spring. */
export function fromWall(zone: Zone, wallMs: number): number | null {
  const winter = wallMs - winterHours[zone] * hourMs;
  return [winter - hourMs, winter].find((utcMs) => toWall(zone, utcMs) === wallMs) ?? null;
}
