import type { TradeTable } from './trade-table.js';

/** What the trades of one bucket came to; money in minor units. */
export interface Bucket {
  n: number;
  wins: number;
  losses: number;
  net: number;
  won: number;
  lost: number;
  /** mean of R over those that have one; null: none has */
  meanR: number | null;
  /** how many have an R, and what these come to together */
  withR: number;
  sumR: number;
  best: number;
  worst: number;
  heldMs: number;
}

/** Where a bucket keeps each of its sums: side by side, so that a trade is added within one line of the memory. */
const place = {
  n: 0,
  net: 1,
  wins: 2,
  won: 3,
  losses: 4,
  lost: 5,
  heldMs: 6,
  withR: 7,
  sumR: 8,
  best: 9,
  worst: 10,
};
const width = 11;

const emptySums = (count: number): Float64Array => {
  const sums = new Float64Array(count * width);
  for (let start = 0; start < sums.length; start += width) {
    sums[start + place.best] = Number.NEGATIVE_INFINITY;
    sums[start + place.worst] = Number.POSITIVE_INFINITY;
  }
  return sums;
};

const add = (to: Float64Array, at: number, value: number): void => {
  to[at] = (to[at] ?? 0) + value;
};

/**
 * One bucket a code (0 to `count` - 1), of the trades that have it; a trade with a code below 0 is in none. A result
 * within `tolerance` (minor units) of zero is neither won nor lost.
 */
export function bucketsOf(trades: TradeTable, codes: Int32Array, count: number, tolerance = 0): Bucket[] {
  const { nets, openedMs, closedMs, rs } = trades;
  const sums = emptySums(count);
  for (let at = 0; at < nets.length; at += 1) {
    const code = codes[at] ?? -1;
    if (code < 0 || code >= count) continue;
    const start = code * width;
    const net = nets[at] ?? 0;
    add(sums, start + place.n, 1);
    add(sums, start + place.net, net);
    if (net > tolerance) {
      add(sums, start + place.wins, 1);
      add(sums, start + place.won, net);
    } else if (net < -tolerance) {
      add(sums, start + place.losses, 1);
      add(sums, start + place.lost, net);
    }
    if (net > (sums[start + place.best] ?? 0)) sums[start + place.best] = net;
    if (net < (sums[start + place.worst] ?? 0)) sums[start + place.worst] = net;
    add(sums, start + place.heldMs, (closedMs[at] ?? 0) - (openedMs[at] ?? 0));
    const r = rs[at] ?? Number.NaN;
    if (Number.isNaN(r)) continue;
    add(sums, start + place.withR, 1);
    add(sums, start + place.sumR, r);
  }
  return Array.from({ length: count }, (_, code) => bucketOf(sums, code * width));
}

function bucketOf(sums: Float64Array, start: number): Bucket {
  const of = (name: keyof typeof place): number => sums[start + place[name]] ?? 0;
  const [withR, sumR] = [of('withR'), of('sumR')];
  return {
    ...{ n: of('n'), wins: of('wins'), losses: of('losses') },
    ...{ net: of('net'), won: of('won'), lost: of('lost') },
    ...{ best: of('best'), worst: of('worst'), heldMs: of('heldMs') },
    ...{ withR, sumR, meanR: withR === 0 ? null : sumR / withR },
  };
}
