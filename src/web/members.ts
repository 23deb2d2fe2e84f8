import type { AccountRow } from '../data/accounts.js';
import { categories, type Category } from '../data/schema-trading.js';
import { fromMinor, toMinor } from '../lib/money.js';

/** Sums decimal texts exactly; null when one of them is unknown. */
export const sum = (texts: readonly (string | null)[], digits: number): string | null =>
  texts.some((text) => text === null)
    ? null
    : fromMinor(
        texts.reduce((total, text) => total + toMinor(text ?? '0', digits), 0),
        digits,
      );

export interface Members<A> {
  category: Category;
  currency: string;
  members: A[];
}

/**
 * The accounts that may be added up: of one category and one currency. Demo and challenge money is never added to
 * real or funded money. An account whose currency is unknown is in none of them.
 */
export function membersOf<A extends Pick<AccountRow, 'category' | 'currency'>>(
  accounts: readonly A[],
): Members<A>[] {
  return categories.flatMap((category) => {
    const own = accounts.filter((account) => account.category === category);
    const currencies = [...new Set(own.flatMap(({ currency }) => currency ?? []))];
    return currencies.map((currency) => ({
      category,
      currency,
      members: own.filter((account) => account.currency === currency),
    }));
  });
}
