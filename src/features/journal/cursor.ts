import { Fault } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { isInstantText } from '../../web/instant-text.js';
import type { Order } from './filter.js';
import type { Place } from './timeline-queries.js';

export const cursorOf = (order: Order, { rank, at, id }: Place): string =>
  Buffer.from(JSON.stringify([order, rank, at, id])).toString('base64url');

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

const isRank = (order: Order, rank: unknown): rank is number | null =>
  order === 'newest' ? rank === null : typeof rank === 'number' && rank >= 0 && rank <= 1e6;

/** Throws a Fault 400 for a cursor that was not made for this order. */
export function placeOf(order: Order, cursor: string): Place {
  const given = parsed(cursor);
  if (!Array.isArray(given) || given.length !== 4) throw refused();
  const [made, rank, at, id] = given as unknown[];
  if (made !== order || !isRank(order, rank)) throw refused();
  if (typeof at !== 'string' || !isInstantText(at)) throw refused();
  const known = idField.safeParse(id);
  if (!known.success) throw refused();
  return { rank, at, id: known.data };
}
