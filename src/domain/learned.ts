import { exact, exactOf, exactText, minus, toNumber } from '../lib/exact.js';
import type { Spec } from './instrument-seed.js';
import { type AccountMoney, conversionAt } from './rate.js';
import type { Leg } from './profit.js';

/** A trade whose result the broker has told, closed by one deal. */
export interface KnownTrade extends Leg {
  /** before costs, decimal text */
  gross: string;
}

/** What binary fractions may be off by, as a share: the ends of an interval belong to it. */
const noise = 1e-12;

/** The roundest number of an interval: the one with the fewest figures. */
const roundest = (low: number, high: number): number => {
  const middle = (low + high) / 2;
  for (let figures = 1; figures < 16; figures += 1) {
    const candidate = Number(middle.toPrecision(figures));
    if (candidate >= low * (1 - noise) && candidate <= high * (1 + noise)) return candidate;
  }
  return middle;
};

const text = (value: number): string => exactText(exactOf(value));

/** What a lot earned for one unit of price, as an interval: the result was rounded to a minor unit. */
function interval(
  { side, lots, openPrice, closePrice, gross }: KnownTrade,
  digits: number,
): [number, number] | null {
  const way = toNumber(minus(exact(closePrice), exact(openPrice))) * (side === 'buy' ? 1 : -1) * Number(lots);
  const half = 0.5 / 10 ** digits;
  const ends = [(Number(gross) - half) / way, (Number(gross) + half) / way].sort((a, b) => a - b);
  const [low = 0, high = 0] = ends;
  return Number.isFinite(low) && Number.isFinite(high) && low > 0 ? [low, high] : null;
}

/**
 * k = profit / ((close − open) · lots · dir) of one synchronised trade (metrics.md §4): contract size times rate. Null
 * where its result is too small to tell.
 */
export function worthOf(trade: KnownTrade, { digits }: AccountMoney): string | null {
  const ends = interval(trade, digits);
  return ends === null ? null : text(roundest(...ends));
}

/**
 * The contract size that k tells where the rate is known from the trade itself: the account holds the quote or the base
 * currency. Null elsewhere.
 */
export function contractOf(trade: KnownTrade, spec: Spec, account: AccountMoney): string | null {
  const ends = interval(trade, account.digits);
  const conversion = conversionAt(spec, account, { closePrice: trade.closePrice, rate: null });
  if (ends === null || conversion === null) return null;
  const rate = toNumber(conversion.over) / toNumber(conversion.under);
  const [low, high] = ends;
  return text(roundest(low / rate, high / rate));
}
