import { dayMs, hourMs } from '../lib/clock.js';
import { fromWall, isZone, offsetSeconds, toWall } from '../lib/zone.js';

/**
 * How a broker's server sets its clock, as it is stored: New York + 7 h (midnight is the day's close), an IANA zone of
 * the form Region/City, or a fixed number of seconds ahead of UTC.
 */
export type ClockRule = 'ny+7' | `fixed:${number}` | `${string}/${string}`;

/** One look at a running server clock: the instant, and the seconds it was ahead of UTC. */
export interface ClockReading {
  utcMs: number;
  offsetS: number;
}

export interface Judgement {
  rule: ClockRule;
  /** assumed: nothing measured · measured: the rule fits every reading · contradicted: no known rule does */
  state: 'assumed' | 'measured' | 'contradicted';
  /** rules that fit every reading as well; while there are any, only the offsets seen are measured */
  rivals: ClockRule[];
}

const newYork = 'America/New_York';
const closeS = 7 * 3600;
const closeMs = closeS * 1000;

const isFixed = (rule: string): rule is `fixed:${number}` => /^fixed:(0|-?[1-9]\d{0,4})$/.test(rule);
const isPlace = (rule: string): rule is `${string}/${string}` => rule.includes('/') && isZone(rule);
const fixedS = (rule: ClockRule): number | null => (rule.startsWith('fixed:') ? Number(rule.slice(6)) : null);
const fixed = (seconds: number): ClockRule => `fixed:${seconds}`;

/** Reads a stored rule. Throws a RangeError for a text that is none, also for an offset of more than a day. */
export const parseRule = (text: string): ClockRule => {
  if (text === 'ny+7' || isPlace(text)) return text;
  if (isFixed(text) && Math.abs(Number(text.slice(6))) <= dayMs / 1000) return text;
  throw new RangeError(`Not a rule for a server clock: ${text.slice(0, 40)}`);
};

/** A clock as people and programs name it: ny+7, UTC, or a zone such as Europe/Athens. Throws a RangeError. */
export const ruleNamed = (text: string): ClockRule => parseRule(text === 'UTC' ? 'fixed:0' : text);

export const isRule = (text: string): boolean => {
  try {
    ruleNamed(text);
    return true;
  } catch {
    return false;
  }
};

/** Seconds that the server's clock is ahead of UTC at an instant (UTC, ms). */
export const offsetAt = (rule: ClockRule, utcMs: number): number =>
  rule === 'ny+7' ? offsetSeconds(newYork, utcMs) + closeS : (fixedS(rule) ?? offsetSeconds(rule, utcMs));

/** The server's wall clock (ms, encoded as if it were UTC) at an instant. */
export const toServer = (rule: ClockRule, utcMs: number): number => {
  if (rule === 'ny+7') return toWall(newYork, utcMs) + closeMs;
  const seconds = fixedS(rule);
  return seconds === null ? toWall(rule, utcMs) : utcMs + seconds * 1000;
};

/**
 * The instant (UTC, ms) of a server time. In the hour that comes twice it is the first of the two; a time in the
 * gap counts on from before it. Both fall on a Sunday morning: only instruments that trade at weekends can be an hour off.
 */
export const toUtc = (rule: ClockRule, serverMs: number): number => {
  if (rule === 'ny+7') return fromWall(newYork, serverMs - closeMs);
  const seconds = fixedS(rule);
  return seconds === null ? fromWall(rule, serverMs) : serverMs - seconds * 1000;
};

/** The offset in seconds that a tick just in (server ms) shows, to the quarter of an hour. */
export const measuredOffset = (tickServerMs: number, utcMs: number): number =>
  Math.round((tickServerMs - utcMs) / 900_000) * 900 + 0;

/** The zones that brokers keep, the likeliest first. */
const places: readonly ClockRule[] = [
  'ny+7',
  'Europe/Athens',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Chicago',
  'Australia/Sydney',
];

// Not every server moves its clock at the legal minute: near a change, at the weekend, both offsets are right.
const fits = (rule: ClockRule, { utcMs, offsetS }: ClockReading): boolean =>
  [utcMs, utcMs - dayMs, utcMs + dayMs].some((atMs) => offsetAt(rule, atMs) === offsetS);

/** New York + 7 h and Athens go before the fixed offset that they look like for half of the year. */
const candidates = (readings: readonly ClockReading[]): ClockRule[] => {
  const [first] = readings;
  const constant = first === undefined ? [] : [fixed(first.offsetS)];
  return [...places.slice(0, 2), ...constant, ...places.slice(2)];
};

/**
 * The rule of a server's clock after these readings. Of the rules that fit all of them the candles' vote goes first,
 * then the current rule, then the likeliest. Where none fits, the current rule stays and nothing is to be derived from it.
 */
export const judge = (
  readings: readonly ClockReading[],
  current: ClockRule,
  candlesVote: ClockRule | null = null,
): Judgement => {
  if (readings.length === 0) return { rule: candlesVote ?? current, state: 'assumed', rivals: [] };
  const preferred = candlesVote === null ? [current] : [candlesVote, current];
  const fitting = [...new Set([...preferred, ...candidates(readings)])].filter((rule) =>
    readings.every((reading) => fits(rule, reading)),
  );
  const [rule, ...rivals] = fitting;
  return rule === undefined
    ? { rule: current, state: 'contradicted', rivals: [] }
    : { rule, state: 'measured', rivals };
};

const wholeHours = Array.from({ length: 27 }, (_, hour) => fixed((hour - 12) * 3600));

/** Longer than a holiday in the week, shorter than a weekend. */
const weekendMs = 40 * hourMs;

/** Of the starts of a currency pair's bars (server ms), those of the first bar after a weekend. */
export const weekStartsIn = (barsServerMs: readonly number[]): number[] => {
  const sorted = [...barsServerMs].sort((a, b) => a - b);
  return sorted.filter((startMs, at) => startMs - (sorted[at - 1] ?? startMs) >= weekendMs);
};

/** Currencies start their week at five on Sunday afternoon in New York. */
const startsWeek = (rule: ClockRule, barServerMs: number): boolean => {
  const wall = new Date(toWall(newYork, toUtc(rule, barServerMs)));
  return wall.getUTCDay() === 0 && wall.getUTCHours() === 17;
};

/**
 * The rule by which each week's first EURUSD H1 bar (server ms) opened with the market, or null while the weeks cannot
 * tell: a week in which Europe and America disagree about summer time tells most. The winner fits four weeks of five
 * and leads by two, so that a holiday decides nothing.
 */
export const ruleFromWeekStarts = (firstBarServerMs: readonly number[]): ClockRule | null => {
  const votes = [...places, ...wholeHours]
    .map((rule) => ({ rule, weeks: firstBarServerMs.filter((bar) => startsWeek(rule, bar)).length }))
    .sort((a, b) => b.weeks - a.weeks);
  const [first, second] = votes;
  if (first === undefined || second === undefined) return null;
  const isClear = first.weeks >= second.weeks + 2 && first.weeks >= firstBarServerMs.length * 0.8;
  return isClear ? first.rule : null;
};
