import type { Bucket } from './breakdown.js';

/** What several buckets came to together; money in minor units. */
export type Tally = Pick<Bucket, 'n' | 'wins' | 'losses' | 'net' | 'withR' | 'sumR'>;

export const tallyOf = (buckets: readonly Tally[]): Tally => {
  const sum = (valueOf: (tally: Tally) => number): number =>
    buckets.reduce((total, bucket) => total + valueOf(bucket), 0);
  return {
    n: sum(({ n }) => n),
    wins: sum(({ wins }) => wins),
    losses: sum(({ losses }) => losses),
    net: sum(({ net }) => net),
    withR: sum(({ withR }) => withR),
    sumR: sum(({ sumR }) => sumR),
  };
};

/** A day (`2026-11-21`) on which trades closed; value: what it came to in money or R, null: not known. */
export interface TradedDay {
  day: string;
  value: number | null;
}

export interface DaysSummary {
  traded: number;
  won: number;
  lost: number;
  /** the earliest of the best, and of the worst; null: no day's value is known */
  best: TradedDay | null;
  worst: TradedDay | null;
}

/** How the days of a stretch went, in the order of time. */
export function daysSummary(days: readonly TradedDay[]): DaysSummary {
  const known = days.filter(({ value }) => value !== null);
  const most = (sign: 1 | -1): TradedDay | null =>
    known.reduce<TradedDay | null>(
      (found, day) => (found === null || sign * ((day.value ?? 0) - (found.value ?? 0)) > 0 ? day : found),
      null,
    );
  return {
    traded: days.length,
    won: known.filter(({ value }) => (value ?? 0) > 0).length,
    lost: known.filter(({ value }) => (value ?? 0) < 0).length,
    best: most(1),
    worst: most(-1),
  };
}
