/** Values that lie from `from` on and below `to`. */
export interface Bin {
  from: number;
  to: number;
  n: number;
}

/** 1, 2 or 5 times a power of ten, at least as large as what is asked for. */
export const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
};

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** The ends of the bins need no more: of many values every second, third … is looked at. */
const mostLookedAt = 4_000;

const sampleOf = (values: Float64Array): Float64Array => {
  const stride = Math.ceil(values.length / mostLookedAt);
  return values.filter((_, at) => at % stride === 0).sort();
};

/**
 * Known values in bins of a round width, zero between two of them, about `wanted` bins over the middle 98 % of the values;
 * what lies outside is counted in the first bin and the last. None of no values.
 */
export function binsOf(values: Float64Array, wanted = 24): Bin[] {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [];
  const sorted = sampleOf(known);
  const [low, high] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  const step = roundStep(Math.max((high - low) / wanted, 1e-9));
  const [first, last] = [Math.floor(low / step), Math.floor(high / step)];
  const counts = new Float64Array(last - first + 1);
  for (let at = 0; at < known.length; at += 1) {
    const place = Math.floor((known[at] ?? 0) / step) - first;
    const bin = Math.min(Math.max(place, 0), counts.length - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return Array.from(counts, (n, at) => ({ from: (first + at) * step, to: (first + at + 1) * step, n }));
}
