import { dealType } from '../domain/deal.js';
import { columnsOf, type FigureDeal, role } from '../domain/metatrader/columns.js';
import type { Figures } from '../domain/metatrader/figure.js';
import { figuresOfColumns } from '../domain/metatrader/figures.js';
import {
  type FigureCash,
  type FigurePosition,
  metatrader4Figures,
} from '../domain/metatrader/mt4-figures.js';
import { toMinor } from '../lib/money.js';
import { doubtsOf, testerDoubts, withDoubts } from './doubts.js';
import type { Report, ReportDeal, ReportPosition } from './report.js';
import { comparedTotals, reckonedFigures, type ComparedTotal, type ReckonedFigure } from './totals.js';
import { openingOf, windowReason } from './window.js';

export interface ReportTotals {
  /** in the report's order; none where it prints none */
  totals: ComparedTotal[];
  /** all that a tester's deals come to, printed or not; none of other reports */
  figures: ReckonedFigure[];
  /** a sentence, where the report shows only a part of the account's life */
  windowReason: string | null;
}

type Priced = Pick<ReportDeal | ReportPosition, 'profit' | 'swap' | 'commission' | 'fee'>;

const netOf = ({ profit, swap, commission, fee }: Priced, digits: number): number =>
  toMinor(profit ?? '0', digits) +
  toMinor(swap ?? '0', digits) +
  toMinor(commission ?? '0', digits) +
  toMinor(fee ?? '0', digits);

const figureDeals = ({ deals }: Report, digits: number): FigureDeal[] =>
  deals.map((deal) => ({
    ticket: deal.ticket,
    timeMs: deal.timeMs,
    type: deal.type,
    entry: deal.entry,
    net: netOf(deal, digits),
  }));

const printedBalance = ({ printed }: Report, digits: number): number | null => {
  const text = printed.find(({ name }) => name === 'balance')?.value;
  return text === undefined ? null : toMinor(text, digits);
};

/** The list of deals counts credit in, the summary of the account does not: whichever of the two is printed is meant. */
const balanceOf = (last: number, credit: number, printed: number | null): number =>
  printed === null || printed === last ? last : last - credit;

const withBalance = (figures: Figures, value: number): Figures => ({
  ...figures,
  balance: { value, reason: null },
});

const hasEqualNet = (totals: readonly ComparedTotal[]): boolean =>
  totals.some(({ name, equal }) => name === 'netProfit' && equal === true);

const metatrader5 = (report: Report, kind: 'history' | 'tester', digits: number): ReportTotals => {
  const deals = figureDeals(report, digits);
  const columns = columnsOf(deals);
  const whole = figuresOfColumns(columns, { kind });
  const credit = deals.reduce((sum, { type, net }) => (type === dealType.credit ? sum + net : sum), 0);
  const printed = printedBalance(report, digits);
  const last = balanceOf(whole.balance.value ?? 0, credit, printed);
  const isNetEqual = hasEqualNet(comparedTotals(report.printed, whole, digits));
  const opening = openingOf({ columns, last, printed, isNetEqual });
  const reason = windowReason(opening, digits, report.account.currency);
  const figures = figuresOfColumns(columns, { kind, opening: opening ?? 0 });
  const doubts = doubtsOf({
    trades: figures.totalTrades.value ?? 0,
    hasWithdrawal: columns.roles.includes(role.withdrawal),
    windowReason: reason,
  });
  const totals = comparedTotals(report.printed, withBalance(figures, last), digits);
  return {
    totals: withDoubts(totals, doubts),
    figures: kind === 'tester' ? reckonedFigures(withBalance(figures, last), digits) : [],
    windowReason: reason,
  };
};

const figurePositions = ({ positions }: Report, digits: number): FigurePosition[] =>
  positions.flatMap((position) => {
    const { positionId: ticket, closedMs, side, net } = position;
    if (closedMs === null) return [];
    return [{ ticket, closedMs, side, net: net === null ? netOf(position, digits) : toMinor(net, digits) }];
  });

/** A tester begins with a deposit that it does not list. */
const paidIn = ({ cash, tester }: Report, digits: number): FigureCash[] => {
  const listed = cash.map(({ timeMs, amount }) => ({ timeMs, amount: toMinor(amount, digits) }));
  const deposit = tester?.deposit ?? null;
  return listed.length > 0 || deposit === null
    ? listed
    : [{ timeMs: -Infinity, amount: toMinor(deposit, digits) }];
};

const metatrader4 = (report: Report, digits: number): ReportTotals => {
  const isTester = report.format === 'mt4-tester';
  const figures = metatrader4Figures(figurePositions(report, digits), paidIn(report, digits));
  const totals = comparedTotals(report.printed, figures, digits);
  return {
    totals: withDoubts(totals, isTester ? testerDoubts : {}),
    figures: isTester ? reckonedFigures(figures, digits) : [],
    windowReason: null,
  };
};

/**
 * Every figure that the report prints beside ours; `digits` are the decimals of its currency. Reports that print none
 * have none. Throws a RangeError where the report has money that is no decimal.
 */
export const totalsOf = (report: Report, digits: number): ReportTotals => {
  if (report.format === 'mt5-history') return metatrader5(report, 'history', digits);
  if (report.format === 'mt5-tester') return metatrader5(report, 'tester', digits);
  const isOf4 = report.format === 'mt4-statement' || report.format === 'mt4-tester';
  return isOf4 ? metatrader4(report, digits) : { totals: [], figures: [], windowReason: null };
};
