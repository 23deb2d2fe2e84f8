import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { toWall } from '../lib/zone.js';

/** What the openings of an expert's trades say of its being quiet; times in ms, gaps in hours of an open market. */
export type Silence =
  | { kind: 'few' }
  | { kind: 'usual' | 'silent'; gapMs: number; quietMs: number }
  /** its account was not read long enough to tell; null: never */
  | { kind: 'unread'; gapMs: number; sinceMs: number | null };

/** Fewer trades have no usual gap. */
export const leastForSilence = 10;
/** A trade is missed after so many usual gaps. */
const gapsToAlarm = 3;

const weekMs = 7 * dayMs;
/** From Sunday 17:00 to Friday 17:00, by New York's clock: when currencies are traded. */
const openMs = 5 * dayMs;
/** Sunday, 4 January 1970, 17:00 by the clock on the wall */
const firstOpeningMs = 3 * dayMs + 17 * hourMs;

/**
 * How long the market has been open until an instant (UTC), from an unimportant beginning on. Clocks are changed on
 * Sundays at night, when it is closed, so that an open hour is always one.
 */
function openUntil(utcMs: number): number {
  const since = toWall('America/New_York', utcMs) - firstOpeningMs;
  const weeks = Math.floor(since / weekMs);
  return weeks * openMs + Math.min(since - weeks * weekMs, openMs);
}

/** The median gap between openings that follow one another; those of one minute are one. Null: there is none. */
function usualGap(openedMs: Float64Array, clock: (utcMs: number) => number): number | null {
  const minutes = openedMs.map((ms) => Math.floor(ms / minuteMs));
  const times = minutes
    .sort()
    .filter((minute, at) => minute !== minutes[at - 1])
    .map((minute) => clock(minute * minuteMs));
  const gaps = times
    .subarray(1)
    .map((time, at) => time - (times[at] ?? 0))
    .sort();
  const [low, high] = [gaps[(gaps.length - 1) >> 1], gaps[gaps.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export interface Watched {
  /** every opening, in any order */
  openedMs: ArrayLike<number>;
  /** until when all trades of its account are known; null: they never were */
  readMs: number | null;
  nowMs: number;
  /** it trades something that never rests */
  isAroundTheClock: boolean;
}

/**
 * Whether an expert has been quiet for three of its usual gaps, counted in hours of an open market that its account was
 * read for. What was not read may hold trades, so that where as much of it is missing nothing is said but that.
 */
export function silenceOf({ openedMs: given, readMs, nowMs, isAroundTheClock }: Watched): Silence {
  const openedMs = Float64Array.from(given);
  const clock = isAroundTheClock ? (ms: number): number => ms : openUntil;
  const gapMs = openedMs.length < leastForSilence ? null : usualGap(openedMs, clock);
  if (gapMs === null) return { kind: 'few' };
  const lastMs = openedMs.reduce((latest, ms) => Math.max(latest, ms), -Infinity);
  const between = (from: number, to: number): number => Math.max(0, clock(to) - clock(from));
  const alarmMs = gapsToAlarm * gapMs;
  // What is known of a trade is known until its opening at the least.
  const knownMs = Math.min(nowMs, Math.max(readMs ?? lastMs, lastMs));
  if (between(lastMs, nowMs) <= alarmMs) return { kind: 'usual', gapMs, quietMs: between(lastMs, knownMs) };
  if (between(knownMs, nowMs) > alarmMs || between(lastMs, knownMs) <= alarmMs)
    return { kind: 'unread', gapMs, sinceMs: readMs };
  return { kind: 'silent', gapMs, quietMs: between(lastMs, knownMs) };
}
