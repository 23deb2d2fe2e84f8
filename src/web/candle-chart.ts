import type { Candle, ChartFrame } from '../domain/candles.js';
import { frameMs } from '../domain/candles.js';
import { dealEntry, dealType } from '../domain/deal.js';
import { amount, decimal, lots } from './figures.js';
import { when } from './words.js';

/** A fill on a chart; `t` in seconds. Buys point up, sells down, and the label says in or out. */
export interface ChartMark {
  t: number;
  price: number;
  buy: boolean;
  kind: 'in' | 'out' | 'turn';
  label: string;
  title: string;
}

/** A price that held for a time, seconds; `to` null: it still does. */
export interface ChartLevel {
  price: number;
  from: number;
  to: number | null;
  label: string;
  kind: 'entry' | 'stop' | 'target';
}

interface Held {
  from: number;
  to: number | null;
  open: number;
  close: number;
  tone: string;
}

/** What public/js/chart-candles.js draws: columns of bars, and what lies over them. */
export interface CandleChart {
  name: string;
  frame: ChartFrame;
  candles: readonly Candle[];
  timeZone: string;
  /** decimals of a price; null: as many as the bars have */
  digits: number | null;
  marks: readonly ChartMark[];
  levels: readonly ChartLevel[];
  held: Held | null;
  /** seconds between which the chart opens; null: the latest bars */
  focus: { from: number; to: number } | null;
  /** where older bars are, without `before`; null: there are none to ask for */
  more: string | null;
  isLive: boolean;
}

export const seconds = (at: Date | number): number => Math.floor(Number(at) / 1000);

/** Columns as a chart takes them, times in seconds. */
export const candleColumns = (candles: readonly Candle[]) => ({
  t: candles.map(({ atMs }) => seconds(atMs)),
  o: candles.map(({ open }) => open),
  h: candles.map(({ high }) => high),
  l: candles.map(({ low }) => low),
  c: candles.map(({ close }) => close),
  v: candles.map(({ volume }) => volume),
});

const mostDigits = 8;
const decimals = (value: number): number => decimal(value, mostDigits).split('.')[1]?.length ?? 0;

/** Decimals of a price: the broker's word, else as many as the latest bars have. */
export const digitsFor = (digits: number | null, candles: readonly Candle[]): number =>
  digits ?? Math.max(0, ...candles.slice(-50).flatMap(({ high, low }) => [decimals(high), decimals(low)]));

export const candleJson = (chart: CandleChart): string =>
  JSON.stringify({
    ...candleColumns(chart.candles),
    timeframe: chart.frame,
    barS: frameMs[chart.frame] / 1000,
    digits: digitsFor(chart.digits, chart.candles),
    zone: chart.timeZone,
    marks: chart.marks,
    levels: chart.levels,
    held: chart.held,
    focus: chart.focus,
    more: chart.more,
    isLive: chart.isLive,
  });

interface Fill {
  atMs: number;
  type: number;
  entry: number;
  /** of the trade that is meant */
  lots: string;
  price: string;
  /** of a reversal, where one trade is meant: what the rest of it did */
  rest?: 'opened' | 'closed' | null;
}

/** What a fill did to its trade; a reversal seen from both of its trades turns. */
const kindOf = ({ entry, rest }: Fill): ChartMark['kind'] => {
  if (entry === dealEntry.in || rest === 'closed') return 'in';
  return entry === dealEntry.inOut && (rest === undefined || rest === null) ? 'turn' : 'out';
};

const kindWords = { in: 'in', out: 'out', turn: 'turned' } as const;

export function markOf(
  fill: Fill,
  { digits, timeZone }: { digits: number | null; timeZone: string },
): ChartMark {
  const kind = kindOf(fill);
  const word = fill.entry === dealEntry.outBy ? 'out by' : kindWords[kind];
  const label = `${lots(fill.lots)} ${word}`;
  const buy = fill.type === dealType.buy;
  const price = amount(digits === null ? fill.price : Number(fill.price).toFixed(digits), 0) ?? '';
  return {
    ...{ t: seconds(fill.atMs), price: Number(fill.price), buy, kind, label },
    title: `${buy ? 'Buy' : 'Sell'} ${label} at ${price}, ${when(new Date(fill.atMs), timeZone) ?? ''}`,
  };
}

/** The bars as a table tells them, the latest first. */
export function candleRows(
  candles: readonly Candle[],
  { frame, digits, timeZone }: { frame: ChartFrame; digits: number; timeZone: string },
) {
  const text = (price: number): string => amount(price.toFixed(digits), digits) ?? '';
  // A day of the server begins on the evening before, as others count: its middle has its date.
  const isDaily = frameMs[frame] >= frameMs.D1;
  const at = ({ atMs }: Candle): string =>
    when(new Date(isDaily ? atMs + frameMs.D1 / 2 : atMs), isDaily ? 'UTC' : timeZone) ?? '';
  return candles
    .map((candle) => ({
      at: isDaily ? at(candle).replace(/,.*$/, '') : at(candle),
      prices: [candle.open, candle.high, candle.low, candle.close].map(text),
      volume: amount(decimal(candle.volume, 0), 0) ?? '',
    }))
    .reverse();
}
