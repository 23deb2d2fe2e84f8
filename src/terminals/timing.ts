import { hourMs, minuteMs, secondMs } from '../lib/clock.js';
import { deadlinesMs, type Method } from './protocol.js';

/** Every duration of the supervision, in ms, so that a test can shrink them all alike. */
export interface Timing {
  /** from a child's start to its hello, Wine's own start included */
  startMs: number;
  /** from a connection to its hello; longer silence is a stranger's */
  helloMs: number;
  /** between calls: silent that long is suspect, and then dead */
  suspectMs: number;
  deadMs: number;
  /** history: without progress; the others: as a whole */
  callMs: Readonly<Record<Method, number>>;
  /** how long the call in flight may still run when its terminal is to end, and how long the polite end may take */
  drainMs: number;
  politeMs: number;
  /** full jitter: between 0 and backoffMs doubled at each crash, never outside the two bounds */
  backoffMs: number;
  backoffLeastMs: number;
  backoffMostMs: number;
  /** that long after its hello, earlier crashes are forgotten */
  forgiveMs: number;
  crashWindowMs: number;
  quarantineMs: number;
  /** over all slots */
  betweenStartsMs: number;
  /**
   * the same for each slot's first start: nothing has failed yet, so there is no storm to hold back, and the pages
   * should show four terminals at once
   */
  betweenFirstStartsMs: number;
  /** without a connection: how long until the next try, at first and after offlineLongMs */
  offlineMs: number;
  offlineLongMs: number;
  offlineMostMs: number;
  recycleLeastMs: number;
  recycleMostMs: number;
  /** over all slots; and how soon to ask again while another slot is not serving */
  betweenRecyclesMs: number;
  recycleRetryMs: number;
  /** how often memory and log files are looked at */
  watchMs: number;
}

export const standardTiming: Timing = {
  startMs: 120 * secondMs,
  helloMs: 10 * secondMs,
  suspectMs: 15 * secondMs,
  deadMs: 30 * secondMs,
  callMs: deadlinesMs,
  drainMs: 10 * secondMs,
  politeMs: 10 * secondMs,
  backoffMs: 2 * secondMs,
  backoffLeastMs: secondMs,
  backoffMostMs: 300 * secondMs,
  forgiveMs: 10 * minuteMs,
  crashWindowMs: 10 * minuteMs,
  quarantineMs: 30 * minuteMs,
  betweenStartsMs: 5 * secondMs,
  betweenFirstStartsMs: 0,
  offlineMs: minuteMs,
  offlineLongMs: 30 * minuteMs,
  offlineMostMs: 5 * minuteMs,
  recycleLeastMs: 4 * hourMs,
  recycleMostMs: 6 * hourMs,
  betweenRecyclesMs: 10 * minuteMs,
  recycleRetryMs: minuteMs,
  watchMs: 10 * secondMs,
};

const divided = <T extends object>(table: T, by: number): T =>
  Object.fromEntries(
    Object.entries(table).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? value / by : divided(value as object, by),
    ]),
  ) as T;

/** The same timing with all durations divided, for tests and fault runs. */
export const scaled = (timing: Timing, by: number): Timing => divided(timing, by);

const megabyte = 1024 * 1024;

/** What is counted and not timed. */
export const limits = {
  /** exits within crashWindowMs that put a slot into quarantine */
  crashes: 5,
  /** calls in a row without a connection that make a slot offline */
  disconnected: 3,
} as const;

/** How much a terminal may take, with all that it started. */
export interface Ceilings {
  /** above it an idle terminal is recycled early, when it is its turn */
  readonly idleBytes: number;
  /** above it a terminal is recycled at once, after its call */
  readonly recycleBytes: number;
  /** above it a terminal is killed */
  readonly killBytes: number;
  readonly processes: number;
}

export const standardCeilings: Ceilings = {
  idleBytes: 500 * megabyte,
  recycleBytes: 600 * megabyte,
  killBytes: 800 * megabyte,
  processes: 256,
};

/** The standard ones, with an administrator's bounds of memory, in MB. */
export const ceilingsOf = ({ recycle, kill }: { recycle: number; kill: number }): Ceilings => ({
  ...standardCeilings,
  idleBytes: Math.round((recycle * 5) / 6) * megabyte,
  recycleBytes: recycle * megabyte,
  killBytes: kill * megabyte,
});
