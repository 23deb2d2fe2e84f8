import { decimalOf, isTicket, timeOf } from './figures-text.js';
import { dealTypeOf, directionOf, orderTypeOf, sideOf } from './metatrader-words.js';
import { textAt } from './row-cells.js';
import type { Row } from './rows.js';

/** The tables of MetaTrader 5's reports, whose headings are in any language and whose columns keep their order. */
export type Kind = 'positions' | 'orders' | 'deals' | 'open' | 'working';

export type Field =
  | 'time'
  | 'ticket'
  | 'symbol'
  | 'type'
  | 'direction'
  | 'volume'
  | 'price'
  | 'stopLoss'
  | 'takeProfit'
  | 'closeTime'
  | 'closePrice'
  | 'marketPrice'
  | 'state'
  | 'order'
  | 'commission'
  | 'fee'
  | 'swap'
  | 'profit'
  | 'balance'
  | 'comment';

export interface Table {
  kind: Kind;
  columns: ReadonlyMap<Field, number>;
}

const levels: Field[] = ['volume', 'price', 'stopLoss', 'takeProfit'];
const start: Field[] = ['time', 'ticket', 'symbol', 'type'];
const dealStart: Field[] = [...start, 'direction', 'volume', 'price', 'order', 'commission'];
const dealEnd: Field[] = ['swap', 'profit', 'balance', 'comment'];
const openEnd: Field[] = [...levels, 'marketPrice', 'swap', 'profit', 'comment'];

const layouts: Record<Kind, Field[]> = {
  positions: [...start, ...levels, 'closeTime', 'closePrice', 'commission', 'swap', 'profit', 'comment'],
  orders: [...start, ...levels, 'closeTime', 'state', 'comment'],
  deals: [...dealStart, 'fee', ...dealEnd],
  open: [...start, ...openEnd],
  working: [...start, ...levels, 'marketPrice', 'state', 'comment'],
};
const dealsWithoutFee: Field[] = [...dealStart, ...dealEnd];
/** In a report of open positions the symbol leads. */
const symbolFirst: Field[] = ['symbol', 'ticket', 'time', 'type', ...openEnd];

const isNumber = (text = ''): boolean => decimalOf(text) !== null;
const isTime = (text = ''): boolean => timeOf(text) !== null;

const isDeal = (texts: readonly string[]): boolean => {
  const [, , symbol = '', type = '', direction = ''] = texts;
  if (directionOf(direction) !== null) return true;
  return direction === '' && (symbol === '' || dealTypeOf(type) !== null);
};

/** What a row that begins with a time and a ticket is one of. */
const kindOf = (texts: readonly string[]): Kind | null => {
  const [, , , type = '', volume = '', , , , eighth = '', ninth = ''] = texts;
  if (isDeal(texts)) return texts.length >= 13 ? 'deals' : null;
  if (isTime(eighth) && sideOf(type) !== null && isNumber(volume))
    return isNumber(ninth) ? 'positions' : null;
  if (orderTypeOf(type) === null) return null;
  if (isTime(eighth)) return 'orders';
  if (volume.includes('/')) return 'working';
  return sideOf(type) !== null && isNumber(volume) && texts.length <= 12 ? 'open' : null;
};

const tableOfFields = (kind: Kind, fields: readonly Field[], columns: readonly number[]): Table => ({
  kind,
  columns: new Map(fields.map((field, index) => [field, columns[index] ?? -1] as const)),
});

/**
 * The table that a row belongs to, by its shape below the columns that its headings stand in; null: no row of any.
 * Where there are no headings, `columns` are those of the row itself.
 */
export const tableOf = (row: Row, columns: readonly number[]): Table | null => {
  const texts = columns.map((column) => textAt(row, column));
  const [first = '', ticket = '', third = ''] = texts;
  if (!isTicket(ticket)) return null;
  if (isTime(third)) return tableOfFields('open', symbolFirst, columns);
  const kind = isTime(first) ? kindOf(texts) : null;
  if (kind === null) return null;
  const hasNoFee = kind === 'deals' && columns.length === 13;
  return tableOfFields(kind, hasNoFee ? dealsWithoutFee : layouts[kind], columns);
};

/** Whether a row begins as the items of that table do. */
export const isItemOf = ({ columns }: Table, row: Row): boolean =>
  isTicket(textAt(row, columns.get('ticket'))) && isTime(textAt(row, columns.get('time')));

/** The columns of a table without headings, where no cell may be left out between them. */
export const unheadedColumns = (row: Row): number[] => {
  const last = row.cells.at(-1)?.column ?? -1;
  return Array.from({ length: Math.min(last + 1, 64) }, (_, column) => column);
};

export const isSymbolFirst = ({ columns }: Table): boolean =>
  (columns.get('symbol') ?? 0) < (columns.get('time') ?? 0);
