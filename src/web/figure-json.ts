import type { Figure } from '../domain/metatrader/figure.js';
import { fromMinor } from '../lib/money.js';

/** A mean of money has parts of its smallest piece; MetaTrader's own files print four digits of them. */
const moreDigits = 4;

/** Money as decimal text with its digits, a mean of money with four more; all else as a number; unknown is null. */
export const figureJson = ({ value }: Figure, kind: string, digits: number): string | number | null => {
  if (value === null || kind !== 'money') return value;
  if (Number.isInteger(value)) return fromMinor(value, digits);
  const parts = Math.abs(value) * 10 ** moreDigits;
  return fromMinor(Math.sign(value) * Math.round(parts), digits + moreDigits);
};

/** Figures by their names. */
export const figuresJson = <Name extends string>(
  figures: Readonly<Record<Name, Figure>>,
  kinds: Readonly<Record<Name, string>>,
  digits: number,
): Record<Name, string | number | null> =>
  Object.fromEntries(
    Object.entries<Figure>(figures).map(([name, figure]) => [
      name,
      figureJson(figure, kinds[name as Name], digits),
    ]),
  ) as Record<Name, string | number | null>;

/** Why those that are null are. */
export const reasonsJson = (figures: Readonly<Record<string, Figure>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(figures).flatMap(([name, { reason }]) => (reason === null ? [] : [[name, reason]])),
  );
