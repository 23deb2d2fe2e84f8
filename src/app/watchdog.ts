import { monitorEventLoopDelay } from 'node:perf_hooks';
import { secondMs } from '../lib/clock.js';
import type { After } from '../terminals/timers.js';

/** What says that a process does its work, and not merely that it is there. */
export interface Pulse {
  /** the longest that anything had to wait for its turn since the last look, in ms */
  lagMs: number;
  /** since the scheduler last looked for what is due, in ms; null: there is none */
  sinceLookMs: number | null;
}

const mostLagMs = secondMs;
/** It looks every 15 s. */
const mostSilenceMs = 30 * secondMs;

/** The database and everything else outside of this process has no part in it: no start would mend that. */
export const isWell = ({ lagMs, sinceLookMs }: Pulse): boolean =>
  lagMs < mostLagMs && (sinceLookMs === null || sinceLookMs <= mostSilenceMs);

/**
 * Feels the pulse three times in each `watchdogMs` and feeds where it is well: one slow moment costs nothing, three in
 * a row end the process. The answer ends it.
 */
export function keepFed(
  watchdogMs: number,
  options: { after: After; pulse: () => Pulse; feed: () => void; unwell: (pulse: Pulse) => void },
): () => void {
  const { after, pulse, feed, unwell } = options;
  const look = (): void => {
    const felt = pulse();
    if (isWell(felt)) feed();
    else unwell(felt);
    callOff = after(watchdogMs / 3, look);
  };
  let callOff = after(0, look);
  return () => callOff();
}

/** Measures the lag of this process: the longest since it was last asked. */
export function measureLag(): () => number {
  const delays = monitorEventLoopDelay({ resolution: 50 });
  delays.enable();
  return () => {
    const lagMs = delays.max / 1e6;
    delays.reset();
    return lagMs;
  };
}
