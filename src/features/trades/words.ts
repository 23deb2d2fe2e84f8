import { amount, decimal } from '../../web/figures.js';

/** A price with the symbol's decimals; where those are not known, as far as the number itself goes. */
export const priceText = (price: string | null, digits: number | null): string | null => {
  if (price === null) return null;
  const value = Number(price);
  if (digits !== null) return amount(value.toFixed(digits), digits);
  const magnitude = Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1)));
  return amount(decimal(value, Math.max(2, 8 - magnitude)), 0);
};

/** Who traded: the expert's comment, its number, or both; null where neither is there. */
export const expertText = ({ comment, magic }: { comment: string; magic: string }): string | null => {
  if (comment !== '') return comment;
  return magic === '0' ? null : `magic ${magic}`;
};

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${amount(String(n), 0) ?? ''} ${n === 1 ? one : many}`;
