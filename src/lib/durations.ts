/**
 * Durations counted between fixed bounds: 200 ms and every quarter of a doubling around it, from 1.6 ms to 145 s. A
 * quantile is told as the upper bound of where it falls: never too low, at most 19 % (2^¼) too high, and whether it
 * keeps to 200 ms is told exactly, because that is a bound itself. What takes longer than the last bound counts as that.
 */
const anchorMs = 200;
const perDoubling = 4;
const below = 28;
const above = 38;

export const boundsMs: readonly number[] = Array.from(
  { length: below + above + 1 },
  (_, at) => anchorMs * 2 ** ((at - below) / perDoubling),
);

/** How often each stretch between two bounds was met; those at the end that never were are left out. */
export type Durations = readonly number[];

/** Beside what was counted, one more. */
export function countDuration(counts: Durations, ms: number): Durations {
  const found = boundsMs.findIndex((bound) => ms <= bound);
  const at = found === -1 ? boundsMs.length - 1 : found;
  return Array.from(
    { length: Math.max(counts.length, at + 1) },
    (_, i) => (counts[i] ?? 0) + Number(i === at),
  );
}

export function sumDurations(all: readonly Durations[]): Durations {
  const sum: number[] = [];
  for (const counts of all) for (const [at, count] of counts.entries()) sum[at] = (sum[at] ?? 0) + count;
  return sum;
}

export const howMany = (counts: Durations): number => counts.reduce((sum, count) => sum + count, 0);

/** The duration, in ms, that `share` of all kept to; null of none. */
export function quantileMs(counts: Durations, share: number): number | null {
  let left = Math.ceil(share * howMany(counts));
  if (left === 0) return null;
  const at = counts.findIndex((count) => (left -= count) <= 0);
  return boundsMs[at] ?? null;
}
