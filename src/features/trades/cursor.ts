import type { Place, SortKey, TradeSort } from '../../data/trade-order.js';
import { Fault } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { isInstantText } from '../../web/instant-text.js';
import { sortValue } from '../../web/trade-filter.js';

const isNumber = (text: string): boolean => /^-?\d{1,40}(\.\d{1,40})?$/.test(text);
const isWhole = (text: string): boolean => /^-?\d{1,18}$/.test(text);
const isText = (text: string): boolean => !text.includes('\0');

/** What a value must look like before it meets the database: a cursor comes from outside like everything else. */
const checks: Record<SortKey, (text: string) => boolean> = {
  closed: isInstantText,
  opened: isInstantText,
  account: isText,
  source: isText,
  symbol: isText,
  side: isText,
  lots: isNumber,
  entry: isNumber,
  exit: isNumber,
  stop: isNumber,
  target: isNumber,
  pips: isNumber,
  planned: isNumber,
  r: isNumber,
  session: isText,
  held: isWhole,
  gross: isNumber,
  commission: isNumber,
  swap: isNumber,
  fee: isNumber,
  net: isNumber,
  comment: isText,
  magic: isNumber,
};

export const cursorOf = (sort: TradeSort, { value, id }: Place): string =>
  Buffer.from(JSON.stringify([sortValue(sort), value, id])).toString('base64url');

const refused = (): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
    fields: { cursor: 'This is not a cursor of a list in this order. Take nextCursor as it was given.' },
  });

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** Throws a Fault 400 for a cursor that was not made for this order. */
export function placeOf(sort: TradeSort, cursor: string): Place {
  const given = parsed(cursor);
  if (!Array.isArray(given) || given.length !== 3) throw refused();
  const [order, value, id] = given as unknown[];
  if (order !== sortValue(sort) || !idField.safeParse(id).success) throw refused();
  if (value !== null && (typeof value !== 'string' || !checks[sort.key](value))) throw refused();
  return { value, id: String(id) };
}
