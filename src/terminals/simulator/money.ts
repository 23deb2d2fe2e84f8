import type { Broker, Listing } from './brokers.js';
import { instrumentOf } from './instruments.js';
import { quoteAt } from './prices.js';

/** Whole numbers are kept apart from decimals: minor units of money, points of price, hundredths of lots. */

export const roundHalfAway = (value: number): number =>
  value === 0 ? 0 : Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

export const priceOf = ({ instrument }: Listing, points: number): number => points / instrument.scale;
export const lotsOf = (hundredths: number): number => hundredths / 100;
export const amountOf = (broker: Pick<Broker, 'digits'>, minor: number): number =>
  minor / 10 ** broker.digits;

const pairs: Readonly<Record<string, readonly [string, boolean]>> = {
  EUR: ['EURUSD', false],
  GBP: ['GBPUSD', false],
  AUD: ['AUDUSD', false],
  XAU: ['XAUUSD', false],
  US500: ['US500', false],
  BTC: ['BTCUSD', false],
  JPY: ['USDJPY', true],
  CHF: ['USDCHF', true],
  CAD: ['USDCAD', true],
};

/** Dollars for one unit of a currency, by the bid. */
function dollarsFor(currency: string, utcMs: number): number {
  if (currency === 'USD') return 1;
  if (currency === 'USC') return 0.01;
  const [code, isInverse] = pairs[currency] ?? ['', false];
  const instrument = instrumentOf(code);
  const price = quoteAt(instrument, utcMs).bid / instrument.scale;
  return isInverse ? 1 / price : price;
}

/** Units of one currency for one unit of another. */
export function exchangeRate(from: string, to: string, utcMs: number): number {
  if (from === to) return 1;
  if (from === 'USD' && to === 'USC') return 100;
  return dollarsFor(from, utcMs) / dollarsFor(to, utcMs);
}

export interface Exit {
  side: 0 | 1;
  /** hundredths of lots */
  volume: number;
  /** what it cost to enter: sum of points times hundredths of lots */
  cost: number;
  /** points */
  price: number;
  utcMs: number;
}

/** Profit of an exit in minor units: the difference in the quote currency, converted at the price of this deal. */
export function profitOf(broker: Broker, { instrument, contract }: Listing, exit: Exit): number {
  const raw = (exit.price * exit.volume - exit.cost) * (exit.side === 0 ? 1 : -1);
  // whole numbers up to the one division, so that half a cent is exactly half a cent
  const minor = (raw * Math.round(contract * 100) * 10 ** broker.digits) / (10_000 * instrument.scale);
  if (instrument.quote === broker.currency) return roundHalfAway(minor);
  if (instrument.base === broker.currency) return roundHalfAway(minor / (exit.price / instrument.scale));
  return roundHalfAway(minor * exchangeRate(instrument.quote, broker.currency, exit.utcMs));
}

/** Swap of one night, minor units. */
export function swapOf(broker: Broker, listing: Listing, side: 0 | 1, at: { volume: number; utcMs: number }) {
  const { instrument, contract } = listing;
  const points = side === 0 ? instrument.swapLong : instrument.swapShort;
  const quote = (points / instrument.scale) * contract * lotsOf(at.volume);
  return roundHalfAway(
    quote * exchangeRate(instrument.quote, broker.currency, at.utcMs) * 10 ** broker.digits,
  );
}

/** What a position binds, minor units. */
export function marginOf(
  broker: Broker,
  { instrument, contract }: Listing,
  volume: number,
  utcMs: number,
): number {
  const units = (contract * lotsOf(volume)) / broker.leverage;
  return roundHalfAway(units * exchangeRate(instrument.base, broker.currency, utcMs) * 10 ** broker.digits);
}

/** A charge per lot, minor units, 0 or less. */
export const chargeOf = (broker: Broker, perLot: number, volume: number): number =>
  roundHalfAway(-perLot * lotsOf(volume) * 10 ** broker.digits);
