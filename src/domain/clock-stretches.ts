import { dayMs } from '../lib/clock.js';
import { toUtc, type ClockRule } from './server-clock.js';

/** From which server time on (ms) a server's clock is how far ahead of UTC (ms), until the next begins. */
export interface ClockStretch {
  fromMs: number;
  aheadMs: number;
}

// No zone changes there and back within a week.
const stepMs = 7 * dayMs;
const mostSteps = 100 * 53;

/** The first server time after `fromMs` whose distance from UTC is no longer that of `fromMs`. */
function changeWithin(ahead: (ms: number) => number, fromMs: number, toMs: number): number {
  const before = ahead(fromMs);
  let [same, other] = [fromMs, toMs];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (ahead(middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

/**
 * The stretches of server time (ms) from one time to another, both among them, in which `toUtc` takes off the same.
 * Null where that is more than a century, which no account has.
 */
export function clockStretches(rule: ClockRule, fromMs: number, toMs: number): ClockStretch[] | null {
  if ((toMs - fromMs) / stepMs > mostSteps) return null;
  const ahead = (serverMs: number): number => serverMs - toUtc(rule, serverMs);
  const stretches: ClockStretch[] = [{ fromMs, aheadMs: ahead(fromMs) }];
  for (let start = fromMs; start < toMs; start += stepMs) {
    const end = Math.min(start + stepMs, toMs);
    if (ahead(end) === ahead(start)) continue;
    stretches.push({ fromMs: changeWithin(ahead, start, end), aheadMs: ahead(end) });
  }
  return stretches;
}
