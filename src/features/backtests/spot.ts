import type { BacktestRow } from '../../data/backtests.js';

export const pageSize = 50;

/** Further on nobody turns pages. */
export const mostPages = 10_000;

/** The page that an address asks for, from 1; what cannot be used is the first. */
export const pageIn = ({ page }: Record<string, unknown>): number => {
  const number = typeof page === 'string' && /^\d{1,5}$/.test(page) ? Number(page) : 1;
  return Math.min(mostPages, Math.max(1, number));
};

/** By a column of the passes, counted from 0. */
export interface PassSort {
  column: number;
  isDescending: boolean;
}

export const sortText = ({ column, isDescending }: PassSort): string => `${isDescending ? '-' : ''}${column}`;

/** `3` or `-3`: by the fourth column, turned with the sign; null: in the report's order. */
export const sortIn = (
  { sort }: Record<string, unknown>,
  { columns }: Pick<BacktestRow, 'columns'>,
): PassSort | null => {
  const [, minus, digits] = typeof sort === 'string' ? (/^(-?)(\d{1,3})$/.exec(sort) ?? []) : [];
  const column = Number(digits);
  return digits === undefined || column >= columns.length ? null : { column, isDescending: minus === '-' };
};
