import type { FillMark } from '../../data/fill-marks.js';
import { chartFrames, frameMs, type Candle, type ChartFrame } from '../../domain/candles.js';
import { dayMs } from '../../lib/clock.js';
import { candleJson, candleRows, digitsFor, markOf, seconds } from '../../web/candle-chart.js';
import { standingWords, tooOld } from '../../web/candle-words.js';
import type { CandleStanding } from '../../sync/candle-desk.js';
import { zoneWord } from '../../web/day-words.js';
import { count } from '../../web/words.js';
import { chartHref } from './list-view.js';

export interface Shown {
  name: string;
  frame: ChartFrame;
  candles: readonly Candle[];
  fills: readonly FillMark[];
  digits: number | null;
  /** in the middle of the chart, ms; null: now */
  atMs: number | null;
}

interface Given extends Shown {
  /** to choose from */
  names: readonly string[];
  timeZone: string;
  /** null: nothing is asked of the broker, because bars are there or it had none */
  standing: CandleStanding | null;
}

/** So many are listed below the chart, and so many bars stand in its table. */
const listedFills = 12;
const listedBars = 200;

const fillView = (fill: FillMark, { digits, timeZone }: Given) => {
  const mark = { atMs: fill.at_ms, type: fill.type, entry: fill.entry, lots: fill.volume, price: fill.price };
  return { ...markOf(mark, { digits, timeZone }), href: `/trades/${fill.trade_id}` };
};

export const marksOf = (fills: readonly FillMark[], digits: number | null, timeZone: string) =>
  fills.map((fill) =>
    markOf(
      { atMs: fill.at_ms, type: fill.type, entry: fill.entry, lots: fill.volume, price: fill.price },
      { digits, timeZone },
    ),
  );

const frameHref = ({ name, atMs }: Given, frame: ChartFrame): string =>
  `${chartHref(name)}?timeframe=${frame}${atMs === null ? '' : `&at=${new Date(atMs).toISOString()}`}`;

function candlesOf(given: Given) {
  const { name, frame, candles, fills, timeZone, atMs } = given;
  if (candles.length === 0) return null;
  const digits = digitsFor(given.digits, candles);
  const day = frameMs[frame];
  return {
    json: candleJson({
      ...{ name, frame, candles, timeZone, digits, levels: [], held: null },
      marks: marksOf(fills, digits, timeZone),
      focus: atMs === null ? null : { from: seconds(atMs - 40 * day), to: seconds(atMs + 20 * day) },
      more: `${chartHref(name)}/candles?timeframe=${frame}`,
      isLive: atMs === null,
    }),
    label: `${name}, ${frame} candles with ${count(fills.length, 'fill')} of your trades`,
    legend:
      'Your buys point up, your sells down. Drag or use the arrow keys to move, the wheel or + and − to zoom, 0 to come back.',
    tableNote: `The latest ${count(Math.min(listedBars, candles.length), 'candle')} of the chart.`,
    zone: day >= dayMs ? 'day of the broker' : zoneWord(timeZone),
    rows: candleRows(candles.slice(-listedBars), { frame, digits, timeZone }),
    ...{ wheel: true, tall: true },
  };
}

export function showView(given: Given) {
  const { name, frame, fills, names, atMs } = given;
  return {
    name,
    frames: chartFrames.map((one) => ({ label: one, href: frameHref(given, one), current: one === frame })),
    frame,
    nowHref: atMs === null ? null : `${chartHref(name)}?timeframe=${frame}`,
    candles: candlesOf(given),
    isComing: given.standing === 'coming',
    why: given.standing === null ? tooOld(frame) : standingWords(name, given.standing),
    pageHref: frameHref(given, frame),
    symbols: [...new Set([name, ...names])].sort().map((one) => ({ value: one, label: one })),
    tradesHref: `/trades?symbol=${encodeURIComponent(name)}`,
    fills: fills
      .slice(-listedFills)
      .reverse()
      .map((fill) => fillView(fill, given)),
    fillsNote: fills.length > listedFills ? `the last ${listedFills} of ${fills.length} in this chart` : '',
  };
}
