import { dealReason, dealType } from '../domain/deal.js';
import { decimalOf, timeOf } from './figures-text.js';
import type { ReportCash, ReportOrder, ReportPosition } from './report.js';
import { textAt } from './row-cells.js';
import type { Row } from './rows.js';

/**
 * Columns of the tables of a statement, the same in every language. Statements without taxes have one column less
 * behind the commission.
 */
const at = {
  ticket: 0,
  opened: 1,
  type: 2,
  size: 3,
  item: 4,
  open: 5,
  stop: 6,
  take: 7,
  closed: 8,
  close: 9,
};
const firstMoney = 10;
/** where the last of them stands, without taxes */
const leastLast = 12;

const orderTypes = ['buy', 'sell', 'buy limit', 'sell limit', 'buy stop', 'sell stop'];
const firstPending = 2;
const cancelled = 2;
const placed = 1;

const isTicket = (text: string): boolean => /^\d{1,19}$/.test(text);

/** Whether a row begins as all of them do: with a ticket and the time it was opened. */
export const isListed = (row: Row): boolean =>
  isTicket(textAt(row, at.ticket)) && timeOf(textAt(row, at.opened)) !== null;

/** Whether a row is that of an order, closed, open or waiting. */
export const isOrderRow = (row: Row): boolean =>
  isListed(row) &&
  orderTypes.includes(textAt(row, at.type).toLowerCase()) &&
  decimalOf(textAt(row, at.size)) !== null &&
  decimalOf(textAt(row, at.open)) !== null;

interface Title {
  magic: string | null;
  comment: string;
}

/** What shows when one points at a ticket: a magic number, if it has one, and the comment. */
const titleOf = (row: Row): Title => {
  const title = row.cells.find(({ column }) => column === at.ticket)?.title ?? '';
  const [, magic, comment] = /^#(\d{1,19})(?:\s+(.*)|(?=\[)(.*))?$/.exec(title) ?? [];
  return magic === undefined ? { magic: null, comment: title } : { magic, comment: comment ?? '' };
};

const reasonOf = (comment: string): number | null => {
  if (/\[sl(?:\/gap)?\]/i.test(comment)) return dealReason.stopLoss;
  if (/\[tp(?:\/gap)?\]/i.test(comment)) return dealReason.takeProfit;
  return /(?:^|\s|\[)so:/i.test(comment) ? dealReason.stopOut : null;
};

const level = (text: string): string | null => {
  const price = decimalOf(text);
  return price === null || /^[0.]*$/.test(price) ? null : price;
};

type Money = Pick<ReportPosition, 'profit' | 'swap' | 'commission' | 'fee'>;

/** Null: a column that should hold money does not. */
const moneyOf = (row: Row): Money | null => {
  const texts = row.cells.filter(({ column }) => column >= firstMoney).map(({ text }) => decimalOf(text));
  const [commission = null, ...rest] = texts;
  const [swap = null, profit = null] = rest.slice(-2);
  const fee = rest.length === 3 ? (rest[0] ?? null) : '0';
  if (rest.length < 2 || rest.length > 3 || [commission, fee, swap, profit].includes(null)) return null;
  return { commission, fee, swap, profit };
};

const sideOf = (row: Row): 'buy' | 'sell' | null => {
  const type = textAt(row, at.type).toLowerCase();
  return type === 'buy' || type === 'sell' ? type : null;
};

/** A trade, closed or open; null: the row is none, or cannot be read. Of an open one the result is nobody's yet. */
export const positionOf = (row: Row): ReportPosition | null => {
  const side = sideOf(row);
  const [volume, openPrice] = [decimalOf(textAt(row, at.size)), decimalOf(textAt(row, at.open))];
  const openedMs = timeOf(textAt(row, at.opened));
  const money = moneyOf(row);
  if (side === null || volume === null || openPrice === null || openedMs === null || money === null)
    return null;
  const closedMs = timeOf(textAt(row, at.closed));
  const closePrice = decimalOf(textAt(row, at.close));
  if (closedMs === null ? textAt(row, at.closed) !== '' : closePrice === null) return null;
  const { magic, comment } = titleOf(row);
  return {
    row: row.number,
    positionId: textAt(row, at.ticket),
    ticket: textAt(row, at.ticket),
    symbol: textAt(row, at.item),
    side,
    volume,
    openedMs,
    openPrice,
    closedMs,
    closePrice: closedMs === null ? null : closePrice,
    stopLoss: level(textAt(row, at.stop)),
    takeProfit: level(textAt(row, at.take)),
    ...money,
    profit: closedMs === null ? null : money.profit,
    net: null,
    magic,
    comment,
    closeReason: closedMs === null ? null : reasonOf(comment),
  };
};

/** An order that waits, or was cancelled: its last columns hold no money. Null: the row is none. */
export const waitingOrderOf = (row: Row): ReportOrder | null => {
  const type = orderTypes.indexOf(textAt(row, at.type).toLowerCase());
  const timeMs = timeOf(textAt(row, at.opened));
  const volume = decimalOf(textAt(row, at.size));
  if (type < firstPending || timeMs === null || volume === null || moneyOf(row) !== null) return null;
  const { magic, comment } = titleOf(row);
  return {
    row: row.number,
    ticket: textAt(row, at.ticket),
    positionId: null,
    positionById: null,
    timeMs,
    type,
    state: timeOf(textAt(row, at.closed)) === null ? placed : cancelled,
    magic,
    symbol: textAt(row, at.item),
    volume,
    price: level(textAt(row, at.open)),
    stopLoss: level(textAt(row, at.stop)),
    takeProfit: level(textAt(row, at.take)),
    comment,
  };
};

/** A row of money without a trade: its comment fills the columns up to the amount. Null: the row is none. */
export const cashOf = (row: Row): ReportCash | null => {
  const timeMs = timeOf(textAt(row, at.opened));
  const amountCell = row.cells.at(-1);
  const amount = amountCell === undefined ? null : decimalOf(amountCell.text);
  const isShort = row.cells.every(({ column }) => column <= at.size || column === amountCell?.column);
  if (timeMs === null || amount === null || !isShort || (amountCell?.column ?? 0) < leastLast) return null;
  const isCredit = /credit|kredit|crédit|crédito|кредит/i.test(textAt(row, at.type));
  return {
    row: row.number,
    ticket: textAt(row, at.ticket),
    timeMs,
    type: isCredit ? dealType.credit : dealType.balance,
    amount,
    comment: textAt(row, at.size) || titleOf(row).comment,
  };
};
