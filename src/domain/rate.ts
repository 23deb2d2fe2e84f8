import { type Exact, exact } from '../lib/exact.js';
import type { Spec } from './instrument-seed.js';

/** Money of an account: its currency, and the decimals of its amounts. */
export interface AccountMoney {
  currency: string;
  digits: number;
}

/** In the place of a currency that nobody has said of an account: nothing can be turned into it. */
export const noCurrency = 'XXX';

const one = exact('1');

/** A cent account counts hundredths of its currency: 1 USD = 100 USC (metrics.md §4). */
const unitOf = (currency: string): { code: string; per: Exact } =>
  currency === 'USC' ? { code: 'USD', per: exact('100') } : { code: currency, per: one };

/** The order in which the market puts the two currencies of a pair. */
const precedence = ['EUR', 'GBP', 'AUD', 'NZD', 'USD', 'CAD', 'CHF'];
const rankOf = (code: string): number => {
  const rank = precedence.indexOf(code);
  return rank === -1 ? precedence.length : rank;
};

/**
 * The pair whose price turns a currency into the account's, as the market quotes it; `isInverse`: one divides by it.
 * Null where none is needed.
 */
export const ratePair = (
  quote: string,
  { currency }: AccountMoney,
): { pair: string; isInverse: boolean } | null => {
  const { code } = unitOf(currency);
  if (code === quote) return null;
  return rankOf(quote) <= rankOf(code)
    ? { pair: quote + code, isInverse: false }
    : { pair: code + quote, isInverse: true };
};

/** What turns the price's money into the account's: times `over`, divided by `under`. */
export interface Conversion {
  over: Exact;
  under: Exact;
  how: 'same' | 'close' | 'rate';
}

/**
 * The conversion at a close (metrics.md §4): 1 where the account holds the quote currency, 1 / close price where it
 * holds the base, else by the price of `ratePair`. Null where that is not given.
 */
export const conversionAt = (
  { base, quote }: Spec,
  account: AccountMoney,
  { closePrice, rate }: { closePrice: string; rate: string | null },
): Conversion | null => {
  if (quote === null) return null;
  const { code, per } = unitOf(account.currency);
  const needed = ratePair(quote, account);
  if (needed === null) return { over: per, under: one, how: 'same' };
  if (base === code) return { over: per, under: exact(closePrice), how: 'close' };
  if (rate === null) return null;
  const price = exact(rate);
  return needed.isInverse
    ? { over: per, under: price, how: 'rate' }
    : { over: { units: price.units * per.units, scale: price.scale + per.scale }, under: one, how: 'rate' };
};

/** The pair whose price at the close has to be known; null where the trade's own price, or none, is enough. */
export const rateNeeded = ({ base, quote }: Spec, account: AccountMoney): string | null => {
  if (quote === null || base === unitOf(account.currency).code) return null;
  return ratePair(quote, account)?.pair ?? null;
};
