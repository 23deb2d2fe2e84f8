import type { Instrument, Leg } from './instruments.js';
import { marketTime } from './market-hours.js';
import { mix } from './noise.js';

/**
 * Prices are layered noise: each layer joins random points by straight lines, four times finer and half as high as the
 * one above. The sum is straight between knots 5 s apart, so highs and lows of any stretch are found at knots, and
 * moves grow with the square root of time, as real ones do; they swing around a level for ever.
 */
export const knotMs = 5_000;
export const layers = 12;
/** A new tick comes this often. */
export const tickMs = 500;
/** the layer of about a day has this amplitude (1.2 makes its legs' weights daily moves), others by powers of two */
const dailyLayer = 7;

const amplitudes = Float64Array.from({ length: layers }, (_, layer) => 1.2 * 2 ** (layer - dailyLayer));

export const amplitude = (layer: number): number => amplitudes[layer] ?? 0;

/** The height of one random point of a layer. */
export function latticePoint(legs: readonly Leg[], layer: number, index: number): number {
  let sum = 0;
  for (const leg of legs) sum += leg.weight * (mix(leg.seed + layer, index) * 2 ** -31 - 1);
  return sum * amplitude(layer);
}

/** Logarithms of price against level at consecutive knots. */
export function knots(legs: readonly Leg[], first: number, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let layer = 0; layer < layers; layer++) {
    const span = 4 ** layer;
    const share = 1 / span; // a power of two: exact, and faster than dividing
    let cell = Math.floor(first / span);
    let left = latticePoint(legs, layer, cell);
    let right = latticePoint(legs, layer, cell + 1);
    for (let i = 0, at = first - cell * span; i < count; i++, at++) {
      if (at === span) {
        at = 0;
        left = right;
        right = latticePoint(legs, layer, ++cell + 1);
      }
      sums[i] = (sums[i] ?? 0) + left + (right - left) * (at * share);
    }
  }
  return sums;
}

/** Market time of an instrument; frozen at the last tick while its market is closed. */
export const timeOf = (instrument: Instrument, utcMs: number): number =>
  instrument.isContinuous ? utcMs : marketTime(utcMs, tickMs);

/** Bid of a height, whole points. */
export const pointsOf = ({ level, scale }: Instrument, height: number): number =>
  Math.round(level * Math.exp(height) * scale);

/** The same additions in the same order as `knots`, so that bars and ticks agree to the last bit. */
function knot(legs: readonly Leg[], at: number): number {
  let sum = 0;
  for (let layer = 0, span = 1; layer < layers; layer++, span *= 4) {
    const cell = Math.floor(at / span);
    const left = latticePoint(legs, layer, cell);
    if (at === cell * span) sum = sum + left;
    else sum = sum + left + (latticePoint(legs, layer, cell + 1) - left) * ((at - cell * span) * (1 / span));
  }
  return sum;
}

/** One price is asked for several times in a row. */
const lastBids = new Map<Instrument, { atMs: number; bid: number }>();

function bidPoints(instrument: Instrument, utcMs: number): number {
  const atMs = Math.floor(utcMs / tickMs) * tickMs;
  const last = lastBids.get(instrument);
  if (last?.atMs === atMs) return last.bid;
  const time = timeOf(instrument, atMs);
  const index = Math.floor(time / knotMs);
  const left = knot(instrument.legs, index);
  const right = time === index * knotMs ? left : knot(instrument.legs, index + 1);
  const bid = pointsOf(instrument, left + (right - left) * ((time - index * knotMs) / knotMs));
  lastBids.set(instrument, { atMs, bid });
  return bid;
}

/** Whole points: the price times ten to the digits. */
export interface Quote {
  bid: number;
  ask: number;
}

/** The last quote at an instant. */
export function quoteAt(instrument: Instrument, utcMs: number): Quote {
  const bid = bidPoints(instrument, utcMs);
  return { bid, ask: bid + instrument.spread };
}
