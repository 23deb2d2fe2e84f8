import type { SortKey } from '../../data/trade-order.js';

/** What a column shows; what is in words of one's own has no order. */
export type ColumnKey = SortKey | 'ea' | 'tags' | 'setup';

export const isSortKey = (key: ColumnKey): key is SortKey =>
  key !== 'ea' && key !== 'tags' && key !== 'setup';

export interface ListColumn {
  key: ColumnKey;
  label: string;
  /** in the chooser, and where one points at the head */
  hint: string;
  isLeft?: boolean;
  /** sorts from A, where figures and times begin with the largest */
  isText?: boolean;
  /** always there: the way to the trade, and what came of it */
  isFixed?: boolean;
  /** there unless somebody has chosen otherwise */
  isUsual?: boolean;
}

/** Every column of the list, in its order. */
export const listColumns: readonly ListColumn[] = [
  { key: 'closed', label: 'Closed', hint: 'When it closed', isLeft: true, isFixed: true },
  { key: 'opened', label: 'Opened', hint: 'When it opened', isLeft: true },
  { key: 'account', label: 'Account', hint: 'Account', isLeft: true, isText: true, isUsual: true },
  { key: 'source', label: 'Source', hint: 'Broker, report or by hand', isLeft: true, isText: true },
  { key: 'symbol', label: 'Symbol', hint: 'Symbol', isLeft: true, isText: true, isUsual: true },
  { key: 'side', label: 'Side', hint: 'Buy or sell', isLeft: true, isText: true, isUsual: true },
  { key: 'lots', label: 'Lots', hint: 'Lots', isUsual: true },
  { key: 'entry', label: 'Entry', hint: 'Price of the entry', isUsual: true },
  { key: 'exit', label: 'Exit', hint: 'Price of the exit', isUsual: true },
  { key: 'stop', label: 'Stop', hint: 'Stop loss with the order' },
  { key: 'target', label: 'Target', hint: 'Take profit with the order' },
  { key: 'pips', label: 'Pips', hint: 'Pips', isUsual: true },
  {
    key: 'planned',
    label: 'Plan',
    hint: 'Plan: reward for 1 of risk',
    isUsual: true,
  },
  { key: 'r', label: 'R', hint: 'R: net over what was risked', isUsual: true },
  { key: 'session', label: 'Session', hint: 'Session it was opened in', isLeft: true, isText: true },
  { key: 'held', label: 'Held', hint: 'Held: how long it was open', isUsual: true },
  { key: 'gross', label: 'Gross', hint: 'Gross, before costs' },
  { key: 'commission', label: 'Comm.', hint: 'Commission' },
  { key: 'swap', label: 'Swap', hint: 'Swap' },
  { key: 'fee', label: 'Fee', hint: 'Fee' },
  { key: 'net', label: 'Net', hint: 'After every cost', isFixed: true },
  { key: 'ea', label: 'EA', hint: 'EA, as you named it', isLeft: true, isUsual: true },
  { key: 'comment', label: 'Comment', hint: 'Comment of the opening', isLeft: true, isText: true },
  { key: 'magic', label: 'Magic', hint: 'Magic number' },
  { key: 'setup', label: 'Setup', hint: 'Setup, as you called it', isLeft: true },
  { key: 'tags', label: 'Tags', hint: 'Your tags', isLeft: true, isUsual: true },
];

/** The columns that can be left out. */
export const freeColumns = listColumns.filter(({ isFixed }) => isFixed !== true);

/** What somebody sees who has chosen these; null: who has chosen nothing. Names that are none say nothing. */
export const chosenColumns = (chosen: readonly string[] | null): ListColumn[] =>
  listColumns.filter(
    ({ key, isFixed, isUsual }) =>
      isFixed === true || (chosen === null ? isUsual === true : chosen.includes(key)),
  );
