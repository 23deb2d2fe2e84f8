import { orderTypeCloseBy } from '../domain/deal.js';
import { decimalOf } from './figures-text.js';
import {
  emptyReport,
  noAccount,
  type Problem,
  type Report,
  type ReportAccount,
  type ReportDeal,
  type ReportOrder,
  type ReportPosition,
} from './report.js';
import type { JsonFormat } from './readers.js';

type Fields = Record<string, unknown>;
interface Struct {
  /** counted from 1 in its list */
  row: number;
  fields: Fields;
}

const isStruct = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDeal = (value: unknown): boolean =>
  isStruct(value) && ['ticket', 'position_id', 'entry', 'profit'].every((name) => name in value);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Thrown where a struct lacks a field; the message goes on with which. */
class Missing extends Error {}

const scalar = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null;
};

const text = (fields: Fields, name: string): string => scalar(fields, name) ?? '';

const whole = (fields: Fields, name: string): number => {
  const value = scalar(fields, name);
  if (value === null || !/^-?\d{1,15}$/.test(value)) throw new Missing(name);
  return Number(value);
};

/** Digits as they are written, which may be more than a double holds. */
const id = (fields: Fields, name: string): string => {
  const value = scalar(fields, name);
  if (value === null || !/^\d{1,19}$/.test(value)) throw new Missing(name);
  return value;
};

const optionalId = (fields: Fields, name: string): string | null => {
  const value = scalar(fields, name);
  return value !== null && /^-?\d{1,20}$/.test(value) ? value : null;
};

/** Doubles carry noise beyond the eighth decimal, which is the last that MetaTrader knows. */
const withoutNoise = (decimal: string): string => {
  const [, decimals = ''] = decimal.split('.');
  return decimals.length <= 8 ? decimal : Number(decimal).toFixed(8).replace(/0+$/, '').replace(/\.$/, '');
};

const amount = (fields: Fields, name: string): string => {
  const decimal = decimalOf(scalar(fields, name) ?? '');
  if (decimal === null) throw new Missing(name);
  return withoutNoise(decimal);
};

const amountOrZero = (fields: Fields, name: string): string => (name in fields ? amount(fields, name) : '0');

/** MetaTrader says 0 where no level is set. */
const level = (fields: Fields, name: string): string | null => {
  const value = amountOrZero(fields, name);
  return Number(value) === 0 ? null : value;
};

/** Milliseconds where they are told, else seconds. */
const time = (fields: Fields, name: string): number => {
  const ms = `${name}_msc`;
  return ms in fields && fields[ms] !== 0 ? whole(fields, ms) : whole(fields, name) * 1000;
};

const numberOrNull = (fields: Fields, name: string): number | null =>
  name in fields ? whole(fields, name) : null;

const dealOf = ({ row, fields }: Struct): ReportDeal => ({
  row,
  ticket: id(fields, 'ticket'),
  order: optionalId(fields, 'order') ?? '0',
  positionId: id(fields, 'position_id'),
  timeMs: time(fields, 'time'),
  type: whole(fields, 'type'),
  entry: whole(fields, 'entry'),
  reason: numberOrNull(fields, 'reason'),
  magic: optionalId(fields, 'magic'),
  symbol: text(fields, 'symbol'),
  volume: amount(fields, 'volume'),
  price: amount(fields, 'price'),
  profit: amount(fields, 'profit'),
  swap: amountOrZero(fields, 'swap'),
  commission: amountOrZero(fields, 'commission'),
  fee: amountOrZero(fields, 'fee'),
  comment: text(fields, 'comment'),
});

const orderOf = ({ row, fields }: Struct): ReportOrder => {
  const type = whole(fields, 'type');
  return {
    row,
    ticket: id(fields, 'ticket'),
    positionId: optionalId(fields, 'position_id'),
    positionById: type === orderTypeCloseBy ? optionalId(fields, 'position_by_id') : null,
    timeMs: time(fields, 'time_setup'),
    type,
    state: numberOrNull(fields, 'state'),
    magic: optionalId(fields, 'magic'),
    symbol: text(fields, 'symbol'),
    volume: amount(fields, 'volume_initial'),
    price: level(fields, 'price_open'),
    stopLoss: level(fields, 'sl'),
    takeProfit: level(fields, 'tp'),
    comment: text(fields, 'comment'),
  };
};

/** The identifier spans a position's life, the ticket of one that was turned around does not. */
const positionOf = ({ row, fields }: Struct): ReportPosition => ({
  row,
  positionId: optionalId(fields, 'identifier') ?? id(fields, 'ticket'),
  symbol: text(fields, 'symbol'),
  side: whole(fields, 'type') === 0 ? 'buy' : 'sell',
  volume: amount(fields, 'volume'),
  openedMs: time(fields, 'time'),
  openPrice: amount(fields, 'price_open'),
  closedMs: null,
  closePrice: null,
  stopLoss: level(fields, 'sl'),
  takeProfit: level(fields, 'tp'),
  profit: null,
  swap: amountOrZero(fields, 'swap'),
  commission: null,
  fee: null,
  net: null,
  magic: optionalId(fields, 'magic'),
  comment: text(fields, 'comment'),
  closeReason: null,
});

const accountModes = ['demo', 'contest', 'real'] as const;

/** Of the account nothing is so needed that a file without it could not be read. */
const codeOf = (fields: Fields, name: string): number | null => {
  const code = optionalId(fields, name);
  return code === null ? null : Number(code);
};

const accountOf = (fields: Fields): ReportAccount => {
  const mode = codeOf(fields, 'trade_mode');
  const margin = codeOf(fields, 'margin_mode');
  return {
    login: optionalId(fields, 'login'),
    server: scalar(fields, 'server'),
    name: scalar(fields, 'name'),
    company: scalar(fields, 'company'),
    currency: scalar(fields, 'currency'),
    mode: mode === null ? null : (accountModes[mode] ?? null),
    isHedging: margin === null ? null : margin === 2,
  };
};

const read = <Item>(
  name: string,
  list: unknown[],
  { itemOf, problems }: { itemOf: (struct: Struct) => Item; problems: Problem[] },
): Item[] => {
  const found: Item[] = [];
  for (const [index, fields] of list.entries()) {
    const row = index + 1;
    try {
      if (!isStruct(fields)) throw new Missing('fields');
      found.push(itemOf({ row, fields }));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      problems.push({
        row,
        reason: `Number ${row} of the ${name} was left out: ${error.message} is missing or odd.`,
      });
    }
  }
  return found;
};

const partsOf = (json: unknown): Fields =>
  Array.isArray(json) ? { deals: json } : isStruct(json) ? json : {};

const isMt5Python = (json: unknown): boolean => {
  const { deals } = partsOf(json);
  return Array.isArray(deals) && deals.slice(0, 3).some(isDeal);
};

const printedOf = (account: unknown): Report['printed'] => {
  const balance = isStruct(account) ? decimalOf(text(account, 'balance')) : null;
  return balance === null ? [] : [{ name: 'balance', value: withoutNoise(balance) }];
};

const reportOfMt5Python = (json: unknown): Report => {
  const parts = partsOf(json);
  const problems: Problem[] = [];
  const account = parts['account'];
  return {
    ...emptyReport('mt5-python'),
    account: isStruct(account) ? accountOf(account) : noAccount,
    deals: read('deals', listOf(parts['deals']), { itemOf: dealOf, problems }),
    orders: read('orders', listOf(parts['orders']), { itemOf: orderOf, problems }),
    positions: read('positions', listOf(parts['positions']), { itemOf: positionOf, problems }),
    printed: printedOf(account),
    problems,
  };
};

/**
 * What the MetaTrader5 package gives, `_asdict()` of each: a list of deals, or an object with `deals`, and with
 * `orders`, `positions` and `account` as far as there are any. Its epochs are the server's wall clock. Tickets that
 * a double cannot hold come as text, for a file is read so (json-value.ts).
 */
export const mt5Python: JsonFormat = { recognises: isMt5Python, read: reportOfMt5Python };
