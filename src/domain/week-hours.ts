import { hourMs } from '../lib/clock.js';
import { isCrypto, pairOf, plainName, weekendAt } from './instrument.js';
import { toUtc, type ClockRule } from './server-clock.js';

/** Deals in pairs of currencies by the hour of a server's clock (whole hours since 1970, as if it were UTC). */
export type WeekHours = Map<number, number>;

const mostHours = 2_000;
const hoursOfWeek = 168;
/** 1970 began on a Thursday */
const firstMonday = 96;
const [fromHour, toHour] = [4 * 24 + 9, 7 * 24 + 12];

/** Whether an hour may lie in the weekend by some clock of the world: from Friday morning to Monday noon. */
const isNearWeekend = (hour: number): boolean => {
  const ofWeek = (((hour - firstMonday) % hoursOfWeek) + hoursOfWeek) % hoursOfWeek;
  return ofWeek >= fromHour || ofWeek < toHour - hoursOfWeek;
};

/** Counts a deal (ms of the server's clock), where it can tell of the clock; of the first 2,000 such hours alone. */
export function noteHour(hours: WeekHours, symbol: string, serverMs: number): void {
  const hour = Math.floor(serverMs / hourMs);
  if (!isNearWeekend(hour) || (!hours.has(hour) && hours.size >= mostHours)) return;
  const name = plainName(symbol);
  if (isCrypto(name) || pairOf(name) === null) return;
  hours.set(hour, (hours.get(hour) ?? 0) + 1);
}

/** How many of the deals lie in the weekend by this rule, when nobody trades currencies. */
export const dealsAtRest = (rule: ClockRule, hours: Iterable<readonly [number, number]>): number => {
  let count = 0;
  for (const [hour, deals] of hours) if (weekendAt(toUtc(rule, hour * hourMs)).closed) count += deals;
  return count;
};

/** Of rules in the order of their likelihood, the first by which the fewest deals lie in the weekend. */
export const likeliestRule = (rules: readonly [ClockRule, ...ClockRule[]], hours: WeekHours): ClockRule => {
  const counted = rules.map((rule) => ({ rule, count: dealsAtRest(rule, hours) }));
  const fewest = Math.min(...counted.map(({ count }) => count));
  return counted.find(({ count }) => count === fewest)?.rule ?? rules[0];
};
