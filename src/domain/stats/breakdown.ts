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

type Sums = Record<Exclude<keyof Bucket, 'meanR'>, Float64Array>;

/** A column a field: trades are added to it in a tenth of the time that an object for each bucket takes. */
const emptySums = (count: number): Sums => {
  const numbers = (first = 0): Float64Array => new Float64Array(count).fill(first);
  return {
    ...{ n: numbers(), wins: numbers(), losses: numbers(), net: numbers(), won: numbers(), lost: numbers() },
    ...{ withR: numbers(), sumR: numbers(), heldMs: numbers() },
    ...{ best: numbers(Number.NEGATIVE_INFINITY), worst: numbers(Number.POSITIVE_INFINITY) },
  };
};

const add = (to: Float64Array, code: number, value: number): void => {
  to[code] = (to[code] ?? 0) + value;
};

/**
 * One bucket a code (0 to `count` - 1), of the trades that have it; a trade with a code below 0 is in none. A result
 * within `tolerance` (minor units) of zero is neither won nor lost.
 */
export function bucketsOf(trades: TradeTable, codes: Int32Array, count: number, tolerance = 0): Bucket[] {
  const sums = emptySums(count);
  const { n, wins, losses, net: nets, won, lost, withR, sumR, best, worst, heldMs } = sums;
  for (let at = 0; at < trades.nets.length; at += 1) {
    const code = codes[at] ?? -1;
    if (code < 0 || code >= count) continue;
    const net = trades.nets[at] ?? 0;
    add(n, code, 1);
    add(nets, code, net);
    if (net > tolerance) {
      add(wins, code, 1);
      add(won, code, net);
    } else if (net < -tolerance) {
      add(losses, code, 1);
      add(lost, code, net);
    }
    if (net > (best[code] ?? 0)) best[code] = net;
    if (net < (worst[code] ?? 0)) worst[code] = net;
    add(heldMs, code, (trades.closedMs[at] ?? 0) - (trades.openedMs[at] ?? 0));
    const r = trades.rs[at] ?? Number.NaN;
    if (Number.isNaN(r)) continue;
    add(withR, code, 1);
    add(sumR, code, r);
  }
  return Array.from({ length: count }, (_, code) => bucketOf(sums, code));
}

function bucketOf(sums: Sums, code: number): Bucket {
  const of = (name: keyof Sums): number => sums[name][code] ?? 0;
  const [withR, sumR] = [of('withR'), of('sumR')];
  return {
    ...{
      n: of('n'),
      wins: of('wins'),
      losses: of('losses'),
      net: of('net'),
      won: of('won'),
      lost: of('lost'),
    },
    ...{ best: of('best'), worst: of('worst'), heldMs: of('heldMs') },
    ...{ withR, sumR, meanR: withR === 0 ? null : sumR / withR },
  };
}
