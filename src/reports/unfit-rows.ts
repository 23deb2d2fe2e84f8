import type {
  PrintedFigure,
  Problem,
  Report,
  ReportAccount,
  ReportCash,
  ReportDeal,
  ReportOrder,
  ReportPosition,
} from './report.js';
import * as limits from './row-limits.js';

/** What is wrong with one field, as a part of a sentence; null: nothing. */
type Fault = string | null;

const name = (what: string, text: string): Fault =>
  text.length <= limits.mostNameCharacters ? null : `${what} is longer than 1,000 characters`;

const symbol = (text: string): Fault =>
  text.length <= limits.mostSymbolCharacters ? null : 'symbol is longer than 64 characters';

const comment = (text: string): Fault =>
  text.length <= limits.mostCommentCharacters ? null : 'comment is longer than 65,536 characters';

const decimal = (what: string, text: string | null): Fault =>
  text === null || limits.isDecimal(text) ? null : `${what} is no number of up to 30 digits`;

const number = (what: string, text: string | null): Fault =>
  text === null || limits.isBigint(text) ? null : `${what} is no number that a server gives`;

const magic = (text: string | null): Fault =>
  text === null || limits.isMagic(text) ? null : 'number of the expert has more than 20 digits';

const small = (what: string, value: number | null): Fault =>
  value === null || (Number.isInteger(value) && Math.abs(value) <= limits.mostSmall)
    ? null
    : `${what} is a number that MetaTrader does not have`;

const time = (ms: number | null): Fault =>
  ms === null || (Number.isInteger(ms) && Math.abs(ms) <= limits.mostMs)
    ? null
    : 'time is none of the calendar';

type Priced = Pick<ReportDeal | ReportPosition, 'profit' | 'swap' | 'commission' | 'fee'>;

const amount = (what: string, text: string | null): Fault =>
  decimal(what, text) ??
  (text === null || limits.isMoney(text) ? null : `${what} is more than any account holds`);

const money = ({ profit, swap, commission, fee }: Priced): Fault =>
  amount('profit', profit) ?? amount('swap', swap) ?? amount('commission', commission) ?? amount('fee', fee);

const dealFault = (deal: ReportDeal): Fault =>
  number('ticket', deal.ticket) ??
  number('order', deal.order) ??
  number('position', deal.positionId) ??
  time(deal.timeMs) ??
  small('type', deal.type) ??
  small('direction', deal.entry) ??
  small('reason', deal.reason) ??
  magic(deal.magic) ??
  symbol(deal.symbol) ??
  decimal('volume', deal.volume) ??
  decimal('price', deal.price) ??
  money(deal) ??
  comment(deal.comment);

const orderFault = (order: ReportOrder): Fault =>
  number('ticket', order.ticket) ??
  number('position', order.positionId) ??
  number('opposite position', order.positionById) ??
  time(order.timeMs) ??
  small('type', order.type) ??
  small('state', order.state) ??
  magic(order.magic) ??
  symbol(order.symbol) ??
  decimal('volume', order.volume) ??
  decimal('price', order.price) ??
  decimal('stop loss', order.stopLoss) ??
  decimal('take profit', order.takeProfit) ??
  comment(order.comment);

/** A list may number its positions with anything; where deals are listed too, they take those numbers on. */
const positionFault = (position: ReportPosition, isNumbered: boolean): Fault =>
  (isNumbered ? number('ticket', position.positionId) : name('ticket', position.positionId ?? '')) ??
  time(position.openedMs) ??
  time(position.closedMs) ??
  small('reason', position.closeReason) ??
  magic(position.magic) ??
  symbol(position.symbol) ??
  decimal('volume', position.volume) ??
  decimal('price', position.openPrice) ??
  decimal('second price', position.closePrice) ??
  amount('net', position.net) ??
  money(position) ??
  comment(position.comment);

const cashFault = (cash: ReportCash): Fault =>
  time(cash.timeMs) ?? small('type', cash.type) ?? amount('amount', cash.amount) ?? comment(cash.comment);

// A file that is something else would else give a sentence for each of its rows.
const mostTold = 100;

/** Leaves out rows of which one field is more than there is room for, and tells of them. */
class Sieve {
  readonly problems: Problem[] = [];
  #left = 0;

  fit<Item extends { row: number }>(items: Item[], what: string, faultOf: (item: Item) => Fault): Item[] {
    // Nearly always all are fit, and a copy of a long list takes memory.
    if (items.every((item) => faultOf(item) === null)) return items;
    return items.filter((item) => this.#isFit(item.row, what, faultOf(item)));
  }

  #isFit(row: number, what: string, fault: Fault): boolean {
    if (fault === null) return true;
    this.#left += 1;
    if (this.#left <= mostTold)
      this.problems.push({ row, reason: `The row of this ${what} was left out: its ${fault}.` });
    return false;
  }

  end(): Problem[] {
    if (this.#left > mostTold)
      this.problems.push({ row: null, reason: `${this.#left - mostTold} more rows were left out.` });
    return this.problems;
  }

  account(account: ReportAccount): ReportAccount {
    const fit = { ...account };
    for (const field of ['login', 'server', 'name', 'company', 'currency'] as const) {
      if ((account[field]?.length ?? 0) <= limits.mostNameCharacters) continue;
      fit[field] = null;
      this.problems.push({
        row: null,
        reason: `What the file says of the account’s ${field} is longer than 1,000 characters: it was left out.`,
      });
    }
    return fit;
  }

  printed(figures: readonly PrintedFigure[]): PrintedFigure[] {
    const fit = figures.filter(({ value }) => limits.isDecimal(value));
    const count = figures.length - fit.length;
    if (count > 0)
      this.problems.push({
        row: null,
        reason: `Printed totals that have more than 30 digits were left out: ${count}.`,
      });
    return fit;
  }
}

/** The report without what there is no room for, with a problem for each row of that. */
export const withoutUnfitRows = (report: Report): Report => {
  const sieve = new Sieve();
  const isNumbered = report.deals.length > 0;
  return {
    ...report,
    account: sieve.account(report.account),
    printed: sieve.printed(report.printed),
    deals: sieve.fit(report.deals, 'deal', dealFault),
    orders: sieve.fit(report.orders, 'order', orderFault),
    positions: sieve.fit(report.positions, 'position', (one) => positionFault(one, isNumbered)),
    cash: sieve.fit(report.cash, 'operation', cashFault),
    problems: [...report.problems, ...sieve.end()],
  };
};
