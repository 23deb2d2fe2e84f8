import { categories, type Category } from '../data/schema-trading.js';

/** Which accounts a page is about: the `account` of its query string, carried by every link. */
export type AccountFilter =
  { kind: 'all' } | { kind: 'category'; category: Category } | { kind: 'account'; id: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `account=Real` is a category, `account=<uuid>` one account; anything else means all of them. */
export function readAccountFilter(query: unknown): AccountFilter {
  const given =
    typeof query === 'object' && query !== null && 'account' in query ? String(query.account) : '';
  const category = categories.find((name) => name === given);
  if (category !== undefined) return { kind: 'category', category };
  return uuid.test(given) ? { kind: 'account', id: given } : { kind: 'all' };
}

export const isWithin = (filter: AccountFilter, account: { id: string; category: Category }): boolean => {
  if (filter.kind === 'all') return true;
  return filter.kind === 'category' ? account.category === filter.category : account.id === filter.id;
};

/** The value of `account` in a query string; '' for all. */
export const filterValue = (filter: AccountFilter): string => {
  if (filter.kind === 'all') return '';
  return filter.kind === 'category' ? filter.category : filter.id;
};

/** `path` with the filter carried along: `/trades?account=Real`. */
export const withAccounts = (path: string, filter: AccountFilter): string => {
  const value = filterValue(filter);
  if (value === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}account=${value}`;
};
