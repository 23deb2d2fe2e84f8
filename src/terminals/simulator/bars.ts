import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import type { Bar, Timeframe } from '../protocol.js';
import type { Instrument } from './instruments.js';
import { openStretches } from './market-hours.js';
import { knotMs, knots, pointsOf, tickMs, timeOf } from './prices.js';
import { fromWall, toWall, type Zone } from './zones.js';

export const barMs: Readonly<Record<Timeframe, number>> = {
  M1: minuteMs,
  M30: 30 * minuteMs,
  H1: hourMs,
  H4: 4 * hourMs,
  D1: dayMs,
  W1: 7 * dayMs,
};

/** Weeks begin on Sundays; day 0 of the count was a Thursday. */
const weekShiftMs = -4 * dayMs;

interface Stretch {
  fromMs: number;
  toMs: number;
}

/** From every knot and the last tick of a stretch of open market; the stretch begins at a knot. */
function barOf(instrument: Instrument, serverMs: number, { fromMs, toMs }: Stretch): Bar {
  const first = Math.floor(timeOf(instrument, fromMs) / knotMs);
  const lastTime = timeOf(instrument, Math.floor((toMs - 1) / tickMs) * tickMs);
  const last = Math.floor(lastTime / knotMs) - first;
  const heights = knots(instrument.legs, first, last + 2);
  const [open = 0] = heights;
  const [left = 0, right = 0] = heights.subarray(last);
  const close = left + (right - left) * ((lastTime - (first + last) * knotMs) / knotMs);
  let high = Math.max(open, close);
  let low = Math.min(open, close);
  for (const height of heights.subarray(0, last + 1)) {
    if (height > high) high = height;
    if (height < low) low = height;
  }
  const price = (height: number): number => pointsOf(instrument, height) / instrument.scale;
  const ticks = Math.ceil((toMs - fromMs) / tickMs);
  return [serverMs, price(open), price(high), price(low), price(close), ticks];
}

export interface Wanted {
  zone: Zone;
  timeframe: Timeframe;
  /** opening times, both included; server's wall clock */
  fromServerMs: number;
  toServerMs: number;
  /** the bar that is forming ends here */
  nowMs: number;
}

/** Bars in order, from the ticks; none where the market was closed. Days and weeks are the server's. */
export function* barsOf(instrument: Instrument, wanted: Wanted): Generator<Bar> {
  const { zone, timeframe, nowMs } = wanted;
  const spanMs = barMs[timeframe];
  const shift = timeframe === 'W1' ? weekShiftMs : 0;
  const first = Math.ceil((wanted.fromServerMs - shift) / spanMs) * spanMs + shift;
  const end = Math.min(wanted.toServerMs, toWall(zone, nowMs));
  for (let serverMs = first; serverMs <= end; serverMs += spanMs) {
    const fromMs = fromWall(zone, serverMs);
    const toMs = fromWall(zone, serverMs + spanMs) ?? (fromMs ?? 0) + spanMs;
    if (fromMs === null) continue;
    const known = { fromMs, toMs: Math.min(toMs, nowMs + 1) };
    const [stretch] = instrument.isContinuous ? [known] : openStretches(known.fromMs, known.toMs);
    if (stretch && stretch.fromMs < stretch.toMs) yield barOf(instrument, serverMs, stretch);
  }
}
