import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { fromWall, toWall } from './zones.js';

/** Currencies, metals and indices trade from Sunday 17:00 to Friday 17:00 New York, 120 hours in every week. */
export interface Week {
  index: number;
  openMs: number;
  closeMs: number;
}

const sessionMs = 5 * dayMs;
/** prices move on by this much market time over a weekend, hence the gaps on Monday */
const gapMs = 20 * minuteMs;
/** Sunday 4 January 1970, 17:00 */
const firstSundayMs = 3 * dayMs + 17 * hourMs;

const weeks = new Map<number, Week>();

function weekAt(index: number): Week {
  const known = weeks.get(index);
  if (known) return known;
  const wallMs = firstSundayMs + index * 7 * dayMs;
  const openMs = fromWall('new-york', wallMs) ?? wallMs;
  const week = { index, openMs, closeMs: openMs + sessionMs };
  weeks.set(index, week);
  return week;
}

let recent = weekAt(2_900);

/** The trading week that has most recently begun. */
export function weekOf(utcMs: number): Week {
  const sinceMs = utcMs - recent.openMs;
  if (sinceMs < 0 || sinceMs >= 7 * dayMs - hourMs)
    // an hour less: clocks may be put forward
    recent = weekAt(Math.floor((toWall('new-york', utcMs) - firstSundayMs) / (7 * dayMs)));
  return recent;
}

export const isWeekend = (utcMs: number): boolean => utcMs >= weekOf(utcMs).closeMs;

/** This instant if the market is open then, else the next opening. */
export function openAtOrAfter(utcMs: number): number {
  const week = weekOf(utcMs);
  return utcMs < week.closeMs ? utcMs : weekAt(week.index + 1).openMs;
}

/** Market time, in which closed weekends have no length but a small gap; it stands still while they last. */
export const marketTime = (utcMs: number, lastTickMs: number): number => {
  const week = weekOf(utcMs);
  return week.index * (sessionMs + gapMs) + Math.min(utcMs, week.closeMs - lastTickMs) - week.openMs;
};

/** The stretches of open market within [fromMs, toMs). */
export function openStretches(fromMs: number, toMs: number): { fromMs: number; toMs: number }[] {
  const found = [];
  for (let week = weekOf(fromMs); week.openMs < toMs; week = weekAt(week.index + 1)) {
    const stretch = { fromMs: Math.max(fromMs, week.openMs), toMs: Math.min(toMs, week.closeMs) };
    if (stretch.fromMs < stretch.toMs) found.push(stretch);
  }
  return found;
}
