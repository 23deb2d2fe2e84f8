import type { DealSource } from '../../domain/deal.js';
import { amount, decimal } from '../../web/figures.js';

/** A price with the symbol's decimals; where those are not known, as far as the number itself goes. */
export const priceText = (price: string | null, digits: number | null): string | null => {
  if (price === null) return null;
  const value = Number(price);
  if (digits !== null) return amount(value.toFixed(digits), digits);
  const magnitude = Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1)));
  return amount(decimal(value, Math.max(2, 8 - magnitude)), 0);
};

/** Reports list no magic numbers, so that there 0 says nothing; elsewhere it is a trade without an expert. */
export const magicText = ({ magic, source }: { magic: string; source: DealSource }): string => {
  if (magic !== '0') return magic;
  return source === 'report' ? '\u2014' : '0, by hand';
};

const sourceWords: Readonly<Record<DealSource, string>> = {
  live: 'Read from the broker',
  report: 'From a report',
  manual: 'Entered by hand',
};

export const sourceWord = (source: DealSource): string => sourceWords[source];
