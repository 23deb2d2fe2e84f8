import { minuteMs, secondMs } from '../lib/clock.js';
import { fullEveryMs, lightEveryMs } from './costs.js';
import type { Entry } from './roster.js';
import type { Outcome } from './visit.js';

const slowlyEveryMs = 30 * minuteMs;
const pauses = { leastMs: minuteMs, mostMs: 5 * minuteMs };
/** What somebody asked for while nobody looks is given up after that many visits that came to nothing. */
const mostFailures = 10;

export interface Visited {
  outcome: Extract<Outcome, { kind: 'read' | 'later' }>;
  withHistory: boolean;
  wasAsked: boolean;
}

export interface Circumstances {
  nowMs: number;
  /** number in [0, 1) */
  luck: number;
  /** currencies are closed, and accounts are read slowly */
  isSlow: boolean;
}

/**
 * What a terminal broke off is tried again soon, by another one, and what the broker did after minutes; both more
 * rarely each time. A history that was never read has somebody waiting for it.
 */
function pauseMs(entry: Entry, blame: 'terminal' | 'broker', luck: number): number {
  const doubled = 2 ** Math.min(entry.failures - 1, 20);
  if (blame === 'terminal') return Math.min(secondMs * doubled, pauses.mostMs);
  const calmMs = pauses.leastMs + luck * (pauses.mostMs - pauses.leastMs);
  return entry.fullDueMs === null ? Math.min(calmMs, lightEveryMs * doubled) : calmMs;
}

/** When an account is due again, by what came of its visit. */
export function dueAgain(entry: Entry, { outcome, withHistory, wasAsked }: Visited, at: Circumstances): void {
  if (outcome.kind === 'later') {
    entry.failures += 1;
    entry.restsUntilMs = entry.lightDueMs = at.nowMs + pauseMs(entry, outcome.blame, at.luck);
    entry.asked ||= wasAsked && entry.failures < mostFailures;
    return;
  }
  entry.failures = 0;
  entry.restsUntilMs = 0;
  // Asked again meanwhile: that wish is still to be met.
  if (!entry.asked) entry.lightDueMs = at.nowMs + (at.isSlow ? slowlyEveryMs : lightEveryMs);
  if (withHistory) entry.fullDueMs = at.nowMs + (at.isSlow ? slowlyEveryMs : fullEveryMs);
}
