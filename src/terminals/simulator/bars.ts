import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import type { Bar, Timeframe } from '../protocol.js';
import type { Instrument } from './instruments.js';
import { openStretches } from './market-hours.js';
import { knotMs, knots, pointsOf, quoteAt, tickMs, timeOf } from './prices.js';
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

/** High and low of every knot and of the last tick within one open stretch of market, points of the bid. */
function extremes(instrument: Instrument, { fromMs, toMs }: Stretch): { high: number; low: number } {
  const first = Math.floor(timeOf(instrument, fromMs) / knotMs);
  const count = Math.floor((toMs - 1 - fromMs) / knotMs) + 1;
  let high = -Infinity;
  let low = Infinity;
  for (const height of knots(instrument.legs, first, count)) {
    if (height > high) high = height;
    if (height < low) low = height;
  }
  const last = quoteAt(instrument, toMs - 1).bid;
  return {
    high: Math.max(last, pointsOf(instrument, high)),
    low: Math.min(last, pointsOf(instrument, low)),
  };
}

function barOf(instrument: Instrument, serverMs: number, stretch: Stretch): Bar {
  const price = (points: number): number => points / instrument.scale;
  const { high, low } = extremes(instrument, stretch);
  const open = quoteAt(instrument, stretch.fromMs).bid;
  const close = quoteAt(instrument, stretch.toMs - 1).bid;
  const ticks = Math.ceil((stretch.toMs - stretch.fromMs) / tickMs);
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
