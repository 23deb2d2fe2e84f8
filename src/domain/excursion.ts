import { hourMs } from '../lib/clock.js';

/** What whole bars inside a trade's life came to; times are UTC in ms, prices are the bars' own (bids). */
export interface HeldRange {
  low: number;
  high: number;
  /** the first bar opened, the last one ended */
  fromMs: number;
  toMs: number;
  /** the longest time without a bar, weekends left out */
  holeMs: number;
  /** how long one bar is */
  barMs: number;
}

/** What is asked of a trade; prices are averages over its fills, money is in minor units. */
export interface HeldTrade {
  side: 'buy' | 'sell';
  openPrice: number | null;
  closePrice: number | null;
  openedMs: number;
  closedMs: number | null;
  /** profit alone, without costs */
  gross: number;
}

/** How far the price went against a trade (never above 0) and for it (never below), and what that came to. */
export interface Excursion {
  adverse: number;
  favourable: number;
  /** minor units, of the whole volume; null: the trade's own result does not tell what a price is worth */
  money: { adverse: number; favourable: number } | null;
}

/** open: not closed yet · unpriced: a price is missing · short: no bar lies within it · missing: bars are not kept */
export type NoExcursion = 'open' | 'unpriced' | 'short' | 'missing';

/** So long an exchange may rest within a day. */
const longestRestMs = 4 * hourMs;

const isCovered = (trade: { openedMs: number; closedMs: number }, range: HeldRange): boolean =>
  range.fromMs - trade.openedMs <= range.barMs &&
  trade.closedMs - range.toMs <= range.barMs &&
  range.holeMs <= longestRestMs;

/** Minor units that one unit of price came to; null where the result tells none. */
function worthOf(gross: number, gained: number): number | null {
  const worth = gross / gained;
  return Number.isFinite(worth) && worth > 0 ? worth : null;
}

/**
 * Maximum adverse and favourable excursion: the least and the most that a trade stood at while it was open, measured from
 * its entry. Of whole bars within its life and of its own two prices, so that it is at least as much: what happened in the
 * bars of the opening and the closing is not told apart from what was before and after. Money by what the trade's own profit
 * came to per unit of price. Why not, where it is not known.
 */
export function excursionOf(trade: HeldTrade, range: HeldRange | null): Excursion | NoExcursion {
  const { side, openPrice, closePrice, openedMs, closedMs, gross } = trade;
  if (closedMs === null) return 'open';
  if (openPrice === null || closePrice === null) return 'unpriced';
  if (range === null) return closedMs - openedMs < hourMs ? 'short' : 'missing';
  if (!isCovered({ openedMs, closedMs }, range)) return 'missing';
  const low = Math.min(range.low, openPrice, closePrice);
  const high = Math.max(range.high, openPrice, closePrice);
  const [adverse, favourable] =
    side === 'buy' ? [low - openPrice, high - openPrice] : [openPrice - high, openPrice - low];
  const worth = worthOf(gross, side === 'buy' ? closePrice - openPrice : openPrice - closePrice);
  const money =
    worth === null
      ? null
      : { adverse: Math.round(adverse * worth), favourable: Math.round(favourable * worth) };
  return { adverse, favourable, money };
}
