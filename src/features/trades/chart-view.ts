import type { CandleWish, ReadCandles } from '../../data/candles.js';
import { chartFrames, frameFor, frameMs, type ChartFrame } from '../../domain/candles.js';
import { dayMs } from '../../lib/clock.js';
import {
  candleJson,
  candleRows,
  digitsFor,
  markOf,
  seconds,
  type ChartLevel,
} from '../../web/candle-chart.js';
import { tooOld } from '../../web/candle-words.js';
import { zoneWord } from '../../web/day-words.js';
import { digitsOf, toneOf } from '../../web/figures.js';
import { count } from '../../web/words.js';
import { sharesOf } from './fills.js';
import { isOrphan } from './list-cells.js';
import type { FillRow, WholeTrade } from './trade-queries.js';

/** Bars before and behind the trade; and into how many the time it was held goes at most. */
const around = 50;
const usualHeld = 100;
const mostHeld = 1_500;

const endOf = (trade: WholeTrade, now: Date): number => trade.closed_at?.getTime() ?? now.getTime();
const heldMs = (trade: WholeTrade, now: Date): number => endOf(trade, now) - trade.opened_at.getTime();

/** Timeframes in which the trade is not too long to be drawn. */
const framesOf = (trade: WholeTrade, now: Date): ChartFrame[] =>
  chartFrames.filter((frame) => frame === 'W1' || heldMs(trade, now) / frameMs[frame] <= mostHeld);

/** The timeframe asked for, else the shortest that shows the whole trade. */
export function frameOf(trade: WholeTrade, given: unknown, now: Date): ChartFrame {
  const asked = framesOf(trade, now).find((frame) => frame === given);
  return asked ?? frameFor(heldMs(trade, now), usualHeld);
}

/** The trade's own time and 50 bars to each side; within days a weekend more, which has no bars. */
export function wishOf(trade: WholeTrade, frame: ChartFrame, now: Date): CandleWish {
  const lengthMs = frameMs[frame];
  const roomMs = around * lengthMs + (lengthMs < dayMs ? 2 * dayMs : 0);
  const whole = (ms: number): number => Math.floor(ms / lengthMs) * lengthMs;
  const fromMs = whole(trade.opened_at.getTime() - roomMs);
  return {
    name: trade.name,
    frame,
    fromMs,
    toMs: whole(Math.min(now.getTime(), endOf(trade, now) + roomMs)),
  };
}

/** Whether bars are missing of the trade itself, and not only around it. */
export const lacksTrade = (trade: WholeTrade, { gaps }: ReadCandles, now: Date): boolean =>
  gaps.some(({ fromMs, toMs }) => fromMs < endOf(trade, now) && toMs > trade.opened_at.getTime());

const level = (
  kind: ChartLevel['kind'],
  label: string,
  price: string | null,
  span: Pick<ChartLevel, 'from' | 'to'>,
) => (price === null ? [] : [{ ...{ kind, label, price: Number(price) }, ...span }]);

/** The entry, and stops as they stood: with the order, and from when they were seen moved. */
function levelsOf(trade: WholeTrade): ChartLevel[] {
  const end = trade.closed_at === null ? null : seconds(trade.closed_at);
  const opened = seconds(trade.opened_at);
  const seen = trade.levels.map(({ seenAt, ...prices }) => ({
    from: seconds(Date.parse(seenAt)),
    ...prices,
  }));
  const stood = [{ from: opened, stopLoss: trade.stop_loss, takeProfit: trade.take_profit }, ...seen];
  const changes = (key: 'stopLoss' | 'takeProfit') =>
    stood.filter((one, at) => at === 0 || one[key] !== stood[at - 1]?.[key]);
  const lines = (key: 'stopLoss' | 'takeProfit', kind: 'stop' | 'target', label: string): ChartLevel[] =>
    changes(key).flatMap((one, at, all) =>
      level(kind, label, one[key], { from: one.from, to: all[at + 1]?.from ?? end }),
    );
  return [
    ...level('entry', 'Entry', trade.open_price, { from: opened, to: end }),
    ...lines('stopLoss', 'stop', 'SL'),
    ...lines('takeProfit', 'target', 'TP'),
  ];
}

function heldOf(trade: WholeTrade, read: ReadCandles) {
  const close = trade.close_price ?? read.candles.at(-1)?.close;
  if (isOrphan(trade) || trade.open_price === null || close === undefined) return null;
  return {
    from: seconds(trade.opened_at),
    to: trade.closed_at === null ? null : seconds(trade.closed_at),
    ...{ open: Number(trade.open_price), close: Number(close) },
    tone: toneOf(trade.closed_at === null ? null : trade.net),
  };
}

function marksOf(trade: WholeTrade, fills: readonly FillRow[], timeZone: string) {
  const shares = sharesOf(trade, fills, digitsOf(trade));
  return fills.map((fill, at) =>
    markOf(
      {
        ...{ atMs: fill.done_at.getTime(), type: fill.type, entry: fill.entry, price: fill.price },
        ...{ lots: String(shares[at]?.lots ?? fill.volume), rest: shares[at]?.rest ?? null },
      },
      { digits: trade.digits, timeZone },
    ),
  );
}

interface Given {
  trade: WholeTrade;
  fills: readonly FillRow[];
  frame: ChartFrame;
  read: ReadCandles;
  /** why bars that are missing are not to be had; null: they are coming, or there are none */
  why: string | null;
  isComing: boolean;
  timeZone: string;
  now: Date;
}

const symbolHref = ({ name }: WholeTrade): string => `/charts/${encodeURIComponent(name)}`;

/** Where the symbol's own chart shows the time of the trade. */
export const fullHref = (trade: WholeTrade, frame: ChartFrame): string =>
  `${symbolHref(trade)}?timeframe=${frame}${trade.closed_at === null ? '' : `&at=${trade.closed_at.toISOString()}`}`;

function candlesOf({ trade, fills, frame, read, timeZone, now }: Given) {
  if (read.candles.length === 0) return null;
  const marks = marksOf(trade, fills, timeZone);
  const focus = { from: seconds(trade.opened_at), to: seconds(endOf(trade, now)) };
  const json = candleJson({
    ...{ name: trade.name, frame, candles: read.candles, timeZone, digits: trade.digits, marks, focus },
    ...{ levels: levelsOf(trade), held: heldOf(trade, read) },
    more: `${symbolHref(trade)}/candles?timeframe=${frame}&marks=none`,
    isLive: trade.closed_at === null,
  });
  return {
    json,
    label: `${trade.name}, ${frame} candles around this trade: ${marks.map(({ title }) => title).join('; ')}`,
    legend:
      'Buys point up, sells down. Drag or use the arrow keys to move, + and − to zoom, 0 to see the trade again.',
    tableNote: `${count(read.candles.length, 'candle')}, prices as the broker of the prices quotes them.`,
    zone: frameMs[frame] >= dayMs ? 'day of the broker' : zoneWord(timeZone),
    rows: candleRows(read.candles, { frame, digits: digitsFor(trade.digits, read.candles), timeZone }),
  };
}

export function chartView(given: Given) {
  const { trade, frame, why, isComing, now } = given;
  const hrefOf = (one: ChartFrame): string => `/trades/${trade.id}/chart?timeframe=${one}`;
  return {
    href: hrefOf(frame),
    fullHref: fullHref(trade, frame),
    frames: framesOf(trade, now).map((one) => ({
      ...{ label: one, href: hrefOf(one), pageHref: fullHref(trade, one), current: one === frame },
    })),
    isComing,
    candles: isComing ? null : candlesOf(given),
    why: why ?? tooOld(frame),
  };
}
