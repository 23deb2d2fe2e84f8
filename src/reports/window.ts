import { role, type DealColumns } from '../domain/metatrader/columns.js';
import { fromMinor } from '../lib/money.js';

interface Seen {
  columns: DealColumns;
  /** what the deals of the report come to, in minor units */
  last: number;
  /** what the report says the account holds; null: it does not */
  printed: number | null;
  /** the report's own net is that of its deals */
  isNetEqual: boolean;
}

/**
 * What the account held before the first deal of its report, in minor units: 0 where the report begins with the account,
 * null where it does not and cannot be known. A balance that differs although the trades agree was there before;
 * where they do not agree either, deals are missing, and that is no window.
 */
export const openingOf = ({ columns, last, printed, isNetEqual }: Seen): number | null => {
  const beginsTrading = (columns.roles[0] ?? role.flow) >= role.entry;
  if (printed === null) return beginsTrading ? null : 0;
  return printed > last && (beginsTrading || isNetEqual) ? printed - last : 0;
};

/** Null where the report begins with its account. */
export const windowReason = (
  opening: number | null,
  digits: number,
  currency: string | null,
): string | null => {
  if (opening === 0) return null;
  if (opening === null)
    return 'The report begins in the middle of the account and does not say what it held before.';
  const held = `${fromMinor(opening, digits)} ${currency ?? ''}`.trimEnd();
  return `The report begins in the middle of the account, which held ${held} before its first deal.`;
};
