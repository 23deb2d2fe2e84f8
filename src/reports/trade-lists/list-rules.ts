import type { Format, ReportClock } from '../report.js';
import type { DateOrder } from './any-time.js';
import type { ListRecord } from './trade-field.js';

/** How the rows of one kind of list are to be understood. */
export interface ListRules {
  format: Format;
  clock: ReportClock;
  /** what its times are ahead of UTC, where a heading says so; the times are UTC then */
  aheadMs: number | null;
  /** how its makers write dates, for columns that prove nothing themselves */
  usualOrder: DateOrder | null;
  /** whether costs are what was paid, above zero; null: their column shows it */
  areCostsPositive: boolean | null;
  /** one side bought, the other sold: which came first was the opening */
  isBoughtAndSold: boolean;
  /** what its owner should know of all of it */
  remark: string | null;
  /** what has to be settled over all rows before they are read one by one */
  settle: ((records: ListRecord[]) => ListRecord[]) | null;
}

export const plainRules: ListRules = {
  format: 'table',
  clock: 'unknown',
  aheadMs: null,
  usualOrder: null,
  areCostsPositive: null,
  isBoughtAndSold: false,
  remark: null,
  settle: null,
};
