import type { Instrument, Leg } from './instruments.js';
import { openStretches } from './market-hours.js';
import { amplitude, knotMs, latticePoint, layers, quoteAt, tickMs, timeOf } from './prices.js';

interface Search {
  legs: readonly Leg[];
  /** market time */
  fromMs: number;
  toMs: number;
  height: number;
}

function crossesWithin(search: Search, index: number, left: number, right: number): number | null {
  const startMs = Math.max(search.fromMs, index * knotMs);
  const endMs = Math.min(search.toMs, (index + 1) * knotMs);
  const at = (ms: number): number => left + (right - left) * (ms / knotMs - index);
  if (at(startMs) >= search.height) return startMs;
  if (at(endMs) < search.height) return null;
  return Math.min(endMs, (index + (search.height - left) / (right - left)) * knotMs);
}

/** First rise to a height; whole cells of a layer are passed over where the layers below cannot reach it. */
function firstRise(search: Search): number | null {
  const { legs, fromMs, toMs, height } = search;
  let size = 0;
  for (const { weight } of legs) size += Math.abs(weight);

  const within = (layer: number, index: number, left: number, right: number): number | null => {
    if (Math.max(left, right) + size * amplitude(layer) < height) return null;
    if (layer === 0) return crossesWithin(search, index, left, right);
    const spanMs = knotMs * 4 ** (layer - 1);
    const point = (at: number): number =>
      left + (right - left) * (at / 4 - index) + latticePoint(legs, layer - 1, at);
    const first = Math.max(index * 4, Math.floor(fromMs / spanMs));
    let start = point(first);
    for (let at = first; at < index * 4 + 4 && at * spanMs <= toMs; at++) {
      const end = point(at + 1);
      const found = within(layer - 1, at, start, end);
      if (found !== null) return found;
      start = end;
    }
    return null;
  };

  const top = layers - 1;
  const spanMs = knotMs * 4 ** top;
  for (let index = Math.floor(fromMs / spanMs); index * spanMs <= toMs; index++) {
    const found = within(top, index, latticePoint(legs, top, index), latticePoint(legs, top, index + 1));
    if (found !== null) return found;
  }
  return null;
}

export interface Barrier {
  /** bid, whole points */
  bid: number;
  side: 'above' | 'below';
}

const isBeyond = (bid: number, barrier: Barrier): boolean =>
  barrier.side === 'above' ? bid >= barrier.bid : bid <= barrier.bid;

/** The first tick in (fromMs, toMs) at which the bid stands at or beyond a barrier; null if there is none. UTC ms. */
export function firstTouch(
  instrument: Instrument,
  barrier: Barrier,
  fromMs: number,
  toMs: number,
): number | null {
  const sign = barrier.side === 'above' ? 1 : -1;
  const legs = instrument.legs.map(({ seed, weight }) => ({ seed, weight: sign * weight }));
  const price = (barrier.bid - sign / 2) / instrument.scale;
  const height = sign * Math.log(price / instrument.level);
  const stretches = instrument.isContinuous ? [{ fromMs, toMs }] : openStretches(fromMs, toMs);
  for (const stretch of stretches) {
    const shift = timeOf(instrument, stretch.fromMs) - stretch.fromMs;
    const found = firstRise({
      legs,
      height,
      fromMs: stretch.fromMs + shift,
      toMs: stretch.toMs + shift,
    });
    if (found === null) continue;
    // The last digit of a rounding may put the touch one tick later than the arithmetic says.
    for (let ms = Math.ceil((found - shift) / tickMs) * tickMs; ms < stretch.toMs; ms += tickMs)
      if (isBeyond(quoteAt(instrument, ms).bid, barrier)) return ms;
  }
  return null;
}
