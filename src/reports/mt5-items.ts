import { dealEntry, dealType, orderTypeCloseBy } from '../domain/deal.js';
import { decimalOf, isTicket, timeOf } from './figures-text.js';
import * as words from './metatrader-words.js';
import type { Field, Table } from './mt5-tables.js';
import type { ReportDeal, ReportOrder, ReportPosition } from './report.js';
import { textAt } from './row-cells.js';
import type { Row } from './rows.js';
import { shared } from './shared-text.js';

/** Thrown where a row of a table cannot be read; the message is a sentence for its owner. */
export class UnreadableRow extends Error {}

const names: Record<Table['kind'], string> = {
  deals: 'deal',
  orders: 'order',
  positions: 'position',
  open: 'open position',
  working: 'working order',
};

/** The fields of one row of one table. */
interface Fields {
  row: number;
  name: string;
  text: (field: Field) => string;
}

export const fieldsOf = (row: Row, table: Table): Fields => ({
  row: row.number,
  name: names[table.kind],
  text: (field) => textAt(row, table.columns.get(field)),
});

const refuse = ({ name, text }: Fields, field: Field, expected: string): never => {
  const found = text(field);
  const shown = found === '' ? 'missing' : `“${found.slice(0, 40)}”, which is ${expected}`;
  throw new UnreadableRow(`The row of this ${name} was left out: its ${labels[field] ?? field} is ${shown}.`);
};

const labels: Partial<Record<Field, string>> = {
  stopLoss: 'stop loss',
  takeProfit: 'take profit',
  closeTime: 'second time',
  closePrice: 'second price',
};

const decimal = (fields: Fields, field: Field): string =>
  shared(decimalOf(fields.text(field)) ?? refuse(fields, field, 'no number'));

const symbolOf = (fields: Fields): string => shared(fields.text('symbol'));
const commentOf = (fields: Fields): string => shared(fields.text('comment'));

/** An amount of money; an empty cell says that there is none. */
const money = (fields: Fields, field: Field): string =>
  fields.text(field) === '' ? '0' : decimal(fields, field);

/** A level that can be unset, for which there is an empty cell or zero. */
const level = (fields: Fields, field: Field): string | null => {
  const value = fields.text(field) === '' ? '0' : decimal(fields, field);
  return Number(value) === 0 ? null : value;
};

const time = (fields: Fields, field: Field): number =>
  timeOf(fields.text(field)) ?? refuse(fields, field, 'no date with a time');

const ticket = (fields: Fields, field: Field): string => {
  const text = fields.text(field);
  return isTicket(text) ? text : refuse(fields, field, 'no number of one');
};

const side = (fields: Fields): 'buy' | 'sell' =>
  words.sideOf(fields.text('type')) ?? refuse(fields, 'type', 'neither buy nor sell');

/** What is to be said of a deal whose type has no number that is known; null where it has one. */
export const doubtOfDeal = (fields: Fields): string | null =>
  words.dealTypeOf(fields.text('type')) === null
    ? `The type “${fields.text('type').slice(0, 40)}” of this deal is not known: its money counts as a correction of the balance.`
    : null;

/** Type and direction; what is no trade has none of MetaTrader's directions but the first. */
const kindOfDeal = (fields: Fields): { type: number; entry: number } => {
  const type = words.dealTypeOf(fields.text('type')) ?? dealType.correction;
  if (type !== dealType.buy && type !== dealType.sell) return { type, entry: dealEntry.in };
  const entry = words.directionOf(fields.text('direction'));
  return { type, entry: entry ?? refuse(fields, 'direction', 'not known') };
};

const tradedOf = (fields: Fields): Pick<ReportDeal, 'order' | 'symbol' | 'volume' | 'price'> => ({
  order: ticket(fields, 'order'),
  symbol: symbolOf(fields) || refuse(fields, 'symbol', 'none'),
  volume: decimal(fields, 'volume'),
  price: decimal(fields, 'price'),
});

const untradedOf = (fields: Fields): Pick<ReportDeal, 'order' | 'symbol' | 'volume' | 'price'> => ({
  order: isTicket(fields.text('order')) ? fields.text('order') : '0',
  symbol: symbolOf(fields),
  volume: money(fields, 'volume'),
  price: money(fields, 'price'),
});

/** Throws an `UnreadableRow`. */
export const dealOf = (fields: Fields): ReportDeal => {
  const { type, entry } = kindOfDeal(fields);
  const isTrade = type === dealType.buy || type === dealType.sell;
  const comment = commentOf(fields);
  const { order, symbol, volume, price } = isTrade ? tradedOf(fields) : untradedOf(fields);
  // Written out: an object made by spreading another takes more memory, and there may be a million of them.
  return {
    row: fields.row,
    ticket: ticket(fields, 'ticket'),
    order,
    positionId: isTrade ? null : '0',
    timeMs: time(fields, 'time'),
    type,
    entry,
    reason: isTrade && entry !== dealEntry.in ? words.reasonOfComment(comment) : null,
    magic: null,
    symbol,
    volume,
    price,
    profit: decimal(fields, 'profit'),
    swap: money(fields, 'swap'),
    commission: money(fields, 'commission'),
    fee: money(fields, 'fee'),
    comment,
  };
};

/** "0.3 / 0" is ordered and filled. Throws an `UnreadableRow`. */
export const orderOf = (fields: Fields): ReportOrder => {
  const comment = commentOf(fields);
  const type = words.orderTypeOf(fields.text('type')) ?? refuse(fields, 'type', 'not known');
  const closed = type === orderTypeCloseBy ? words.closeByOf(comment) : null;
  const [ordered = ''] = fields.text('volume').split('/');
  return {
    row: fields.row,
    ticket: ticket(fields, 'ticket'),
    positionId: closed?.[0] ?? null,
    positionById: closed?.[1] ?? null,
    timeMs: time(fields, 'time'),
    type,
    state: words.orderStateOf(fields.text('state')),
    magic: null,
    symbol: symbolOf(fields),
    volume: shared(decimalOf(ordered) ?? refuse(fields, 'volume', 'no number')),
    price: decimalOf(fields.text('price')) === null ? null : level(fields, 'price'),
    stopLoss: level(fields, 'stopLoss'),
    takeProfit: level(fields, 'takeProfit'),
    comment,
  };
};

/** What only a closed position has. */
type Close = Pick<ReportPosition, 'closedMs' | 'closePrice' | 'profit' | 'commission'>;

const positionOf = (fields: Fields, { closedMs, closePrice, profit, commission }: Close): ReportPosition => ({
  row: fields.row,
  positionId: ticket(fields, 'ticket'),
  symbol: symbolOf(fields) || refuse(fields, 'symbol', 'none'),
  side: side(fields),
  volume: decimal(fields, 'volume'),
  openedMs: time(fields, 'time'),
  openPrice: decimal(fields, 'price'),
  closedMs,
  closePrice,
  stopLoss: level(fields, 'stopLoss'),
  takeProfit: level(fields, 'takeProfit'),
  profit,
  swap: money(fields, 'swap'),
  commission,
  fee: null,
  net: null,
  magic: null,
  comment: commentOf(fields),
  closeReason: null,
});

/** Throws an `UnreadableRow`. */
export const closedPositionOf = (fields: Fields): ReportPosition =>
  positionOf(fields, {
    closedMs: time(fields, 'closeTime'),
    closePrice: decimal(fields, 'closePrice'),
    profit: decimal(fields, 'profit'),
    commission: money(fields, 'commission'),
  });

/** Its profit is left out, which is not made yet. Throws an `UnreadableRow`. */
export const openPositionOf = (fields: Fields): ReportPosition =>
  positionOf(fields, { closedMs: null, closePrice: null, profit: null, commission: null });
