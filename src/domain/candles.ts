import { dayMs, hourMs, minuteMs } from '../lib/clock.js';
import { toServer, toUtc, type ClockRule } from './server-clock.js';

/** The timeframes of charts, the shortest first. */
export const chartFrames = ['M30', 'H1', 'H4', 'D1', 'W1'] as const;
export type ChartFrame = (typeof chartFrames)[number];

export const frameMs: Readonly<Record<ChartFrame, number>> = {
  M30: 30 * minuteMs,
  H1: hourMs,
  H4: 4 * hourMs,
  D1: dayMs,
  W1: 7 * dayMs,
};

/** One bar: when it opened (UTC, ms), prices as the broker quotes them, and the number of ticks. */
export interface Candle {
  atMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** A length of time, UTC ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** MetaTrader's weeks begin on Sundays; day 0 of the count was a Thursday. */
const weekShiftMs = -4 * dayMs;

/** When the bar opened (server ms) in which a server time lies. */
export const barStart = (frame: ChartFrame, serverMs: number): number => {
  const shift = frame === 'W1' ? weekShiftMs : 0;
  return Math.floor((serverMs - shift) / frameMs[frame]) * frameMs[frame] + shift;
};

/** What of a span no stretch covers, in order. Stretches may overlap and come in any order. */
export function gapsIn(stretches: readonly Span[], { fromMs, toMs }: Span): Span[] {
  const gaps: Span[] = [];
  let reachedMs = fromMs;
  for (const stretch of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    if (stretch.toMs <= reachedMs) continue;
    if (stretch.fromMs >= toMs) break;
    if (stretch.fromMs > reachedMs) gaps.push({ fromMs: reachedMs, toMs: stretch.fromMs });
    reachedMs = stretch.toMs;
  }
  if (reachedMs < toMs) gaps.push({ fromMs: reachedMs, toMs });
  return gaps;
}

const joined = (bar: Candle, next: Candle): Candle => ({
  ...bar,
  high: Math.max(bar.high, next.high),
  low: Math.min(bar.low, next.low),
  close: next.close,
  volume: bar.volume + next.volume,
});

/**
 * Bars of a longer timeframe from those of a shorter one that divides it, given in order. Days and weeks are the
 * server's. Only bars whose whole time lies in `known` are made: of half of them nobody knows the high.
 */
export function foldCandles(
  bars: readonly Candle[],
  { frame, rule, known }: { frame: ChartFrame; rule: ClockRule; known: Span },
): Candle[] {
  const folded: Candle[] = [];
  for (const bar of bars) {
    const startMs = barStart(frame, toServer(rule, bar.atMs));
    const atMs = toUtc(rule, startMs);
    if (atMs < known.fromMs || toUtc(rule, startMs + frameMs[frame]) > known.toMs) continue;
    const last = folded.at(-1);
    if (last?.atMs === atMs) folded[folded.length - 1] = joined(last, bar);
    else folded.push({ ...bar, atMs });
  }
  return folded;
}

/** The shortest timeframe in which so long a time is no more than so many bars. */
export const frameFor = (heldMs: number, mostBars: number): ChartFrame =>
  chartFrames.find((frame) => heldMs / frameMs[frame] <= mostBars) ?? 'W1';
