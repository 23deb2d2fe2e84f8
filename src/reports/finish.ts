import { dealType } from '../domain/deal.js';
import { type AssignedDeal, assignPositions } from './assign.js';
import { currencyDigits } from './digits.js';
import { totalsOf } from './report-totals.js';
import type { ReportEntry } from './report-entry.js';
import { openingOrders } from './opening-orders.js';
import type { Format, Problem, Report, ReportOrder, ReportPosition } from './report.js';
import { Refusal } from './rows.js';
import { syntheticDeals } from './synthetic.js';
import type { ComparedTotal, ReckonedFigure } from './totals.js';
import { withoutUnfitRows } from './unfit-rows.js';

export interface FinishedDeal extends AssignedDeal {
  /** made of a row of a list, for a file that lists no deals */
  isSynthetic: boolean;
}

/** What is said of a file before its deals are looked at. */
export interface ReportHead extends Pick<
  Report,
  'format' | 'account' | 'clock' | 'madeMs' | 'tester' | 'optimisation' | 'problems'
> {
  /** decimal digits of the currency */
  digits: number;
  /** what the file prints beside what its deals come to */
  totals: ComparedTotal[];
  /** all that a tester's deals come to; none of other files */
  figures: ReckonedFigure[];
  /** a sentence, where the file shows only a part of the account's life */
  windowReason: string | null;
  counts: { deals: number; orders: number; positions: number; cash: number };
  /** the first deal and the last, by the file's clock; null: there is none */
  firstMs: number | null;
  lastMs: number | null;
}

export interface FinishedReport extends ReportHead {
  deals: FinishedDeal[];
  orders: ReportOrder[];
  entries: ReportEntry[];
}

/** Positions that are open now say nothing of how they came about: made into deals, they would count twice. */
const withoutHistory: readonly Format[] = ['mt5-open', 'mt5-optimiser'];

interface Dealt {
  deals: FinishedDeal[];
  orders: ReportOrder[];
  problems: Problem[];
}

const hasResult = ({ closedMs, profit, net }: ReportPosition): boolean =>
  closedMs === null || profit !== null || net !== null;

const resultMissing = ({ row }: ReportPosition): Problem => ({
  row,
  reason: 'The trade was closed, and the file does not say with what result. It is left out.',
});

const listed = ({ deals, orders, positions, account }: Report): Dealt => {
  const assigned = assignPositions(deals, orders, positions, account.isHedging);
  return {
    // They are copies already: a second one of each would be the most that is in memory.
    deals: assigned.deals.map((deal) => Object.assign(deal, { isSynthetic: false })),
    orders: assigned.orders,
    problems: assigned.problems,
  };
};

const made = ({ format, positions, cash, orders }: Report): Dealt => {
  const deals = syntheticDeals(positions.filter(hasResult), cash, {
    areTrades: format === 'rawjournal',
  });
  return {
    deals,
    // What others print are the stops as they were in the end.
    orders: format === 'rawjournal' ? openingOrders(deals, positions) : orders,
    problems: positions.filter((position) => !hasResult(position)).map(resultMissing),
  };
};

const dealtOf = (report: Report): Dealt => {
  if (report.deals.length > 0) return listed(report);
  return withoutHistory.includes(report.format) ? { deals: [], orders: [], problems: [] } : made(report);
};

const isTrade = ({ type }: FinishedDeal): boolean => type === dealType.buy || type === dealType.sell;

const countsOf = (deals: readonly FinishedDeal[], orders: number): ReportHead['counts'] => {
  const positions = new Set<string>();
  let cash = 0;
  for (const deal of deals)
    if (isTrade(deal)) positions.add(deal.positionId);
    else cash += 1;
  return { deals: deals.length, orders, positions: positions.size, cash };
};

const spanOf = (deals: readonly FinishedDeal[]): Pick<ReportHead, 'firstMs' | 'lastMs'> => {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { timeMs } of deals) {
    firstMs = Math.min(firstMs, timeMs);
    lastMs = Math.max(lastMs, timeMs);
  }
  return deals.length === 0 ? { firstMs: null, lastMs: null } : { firstMs, lastMs };
};

const finished = (report: Report): FinishedReport => {
  const { format, account, clock, madeMs, tester, optimisation } = report;
  const digits = currencyDigits(report);
  const { deals, orders, problems } = dealtOf(report);
  return {
    ...{ format, account, clock, madeMs, tester, optimisation, digits },
    ...totalsOf(report, digits),
    ...spanOf(deals),
    problems: [...report.problems, ...problems],
    counts: countsOf(deals, orders.length),
    deals,
    orders,
    entries: report.entries,
  };
};

/**
 * What a reader made of a file, ready to be kept: every deal with the position it belongs to, deals made for lists that
 * have none, and the printed totals beside ours; rows that there is no room for are problems. Throws a Refusal where an amount is larger than any account holds.
 */
export const finish = (report: Report): FinishedReport => {
  try {
    return finished(withoutUnfitRows(report));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal(
      `The file holds an amount that no account can have (${error.message}). Export the report again, unchanged.`,
    );
  }
};
