import { countDuration, howMany, quantileMs, sumDurations, type Durations } from '../lib/durations.js';

/** What an installation counts of itself in one minute, or in several that were added up. */
export interface Tally {
  /** how long requests took to be answered */
  requests: Durations;
  /** those of them that were answered with 5xx */
  faults: number;
  /** how long visits took that read their account */
  reads: Durations;
  /** visits that came to nothing: what has to be tried again */
  failures: number;
  /** statements for whose answer the program waited longer than 500 ms */
  slowQueries: number;
  /** samples of the machine, and the sum of its load over them */
  samples: number;
  load: number;
  /** the least memory that was free; null: not looked at */
  freeBytes: number | null;
  /** the most accounts that each terminal, by its number from 1 on, read within a minute */
  accounts: readonly number[];
}

export const slowQueryMs = 500;

export const nothing: Tally = {
  requests: [],
  faults: 0,
  reads: [],
  failures: 0,
  slowQueries: 0,
  samples: 0,
  load: 0,
  freeBytes: null,
  accounts: [],
};

const least = (a: number | null, b: number | null): number | null => {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
};

const most = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => Math.max(a[at] ?? 0, b[at] ?? 0));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** A day has many minutes: everything is added up in one go. */
export const sumTallies = (all: readonly Tally[]): Tally => ({
  requests: sumDurations(all.map(({ requests }) => requests)),
  faults: total(all.map(({ faults }) => faults)),
  reads: sumDurations(all.map(({ reads }) => reads)),
  failures: total(all.map(({ failures }) => failures)),
  slowQueries: total(all.map(({ slowQueries }) => slowQueries)),
  samples: total(all.map(({ samples }) => samples)),
  load: total(all.map(({ load }) => load)),
  freeBytes: all.map(({ freeBytes }) => freeBytes).reduce(least, null),
  accounts: all.map(({ accounts }) => accounts).reduce(most, []),
});

export const withRequest = (tally: Tally, { tookMs, status }: { tookMs: number; status: number }): Tally => ({
  ...tally,
  requests: countDuration(tally.requests, tookMs),
  faults: tally.faults + Number(status >= 500),
});

export interface Visit {
  /** of the terminal, from 1 on */
  slot: number;
  accountId: string;
  tookMs: number;
  /** null: it was nobody's success and nobody's fault, such as an account that waits for its owner */
  isRead: boolean | null;
}

/** `accounts`: how many different ones this terminal has read in this minute. */
export const withVisit = (tally: Tally, { slot, tookMs, isRead }: Visit, accounts: number): Tally => {
  if (isRead === null) return tally;
  if (!isRead) return { ...tally, failures: tally.failures + 1 };
  const ofThisSlot = Array.from({ length: slot }, (_, at) => (at === slot - 1 ? accounts : 0));
  return {
    ...tally,
    reads: countDuration(tally.reads, tookMs),
    accounts: most(tally.accounts, ofThisSlot),
  };
};

/** The figures of a stretch of time. Null is unknown: of no request there is no slowest one. */
export interface Figures {
  /** minutes of the stretch in which the program counted */
  minutes: number;
  syncs: number;
  syncSuccessPct: number | null;
  syncP50Ms: number | null;
  syncP95Ms: number | null;
  requests: number | null;
  requestP95Ms: number | null;
  faultPct: number | null;
  slowQueries: number | null;
  load: number | null;
  freeBytes: number | null;
  accounts: number[];
}

const pct = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole);

export function figuresOf(tallies: readonly Tally[]): Figures {
  const sum = sumTallies(tallies);
  const [requests, reads] = [howMany(sum.requests), howMany(sum.reads)];
  const isKnown = tallies.length > 0;
  return {
    minutes: tallies.length,
    syncs: reads + sum.failures,
    syncSuccessPct: pct(reads, reads + sum.failures),
    syncP50Ms: quantileMs(sum.reads, 0.5),
    syncP95Ms: quantileMs(sum.reads, 0.95),
    requests: isKnown ? requests : null,
    requestP95Ms: quantileMs(sum.requests, 0.95),
    faultPct: pct(sum.faults, requests),
    slowQueries: isKnown ? sum.slowQueries : null,
    load: sum.samples === 0 ? null : sum.load / sum.samples,
    freeBytes: sum.freeBytes,
    accounts: [...sum.accounts],
  };
}

/** What a good day keeps to. */
export const goals = { syncSuccessPct: 95, requestP95Ms: 200, faultPct: 1, availabilityPct: 99.5 } as const;
