import { z } from 'zod';
import { Fault } from '../lib/fault.js';

/** Lists of the API: `limit` items at a time, and a cursor that stands for the last of them. */

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(200).optional(),
});

export const pageShape = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const write = (key: readonly string[]): string => Buffer.from(key.join(' ')).toString('base64url');

/**
 * The sort key that a cursor stands for; null at the beginning. `pattern` describes the whole key, its parts
 * separated by spaces. Throws a Fault 400 for a cursor that is none of ours.
 */
export function readCursor(cursor: string | undefined, pattern: RegExp): string[] | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!pattern.test(text))
    throw new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
      fields: { cursor: 'Send the nextCursor of the page before, unchanged.' },
    });
  return text.split(' ');
}

/** One page of rows that were asked for with one more than `limit`, which tells whether there is another. */
export function pageOf<R, I>(
  rows: readonly R[],
  limit: number,
  { item, key }: { item: (row: R) => I; key: (row: R) => readonly string[] },
): { items: I[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? write(key(last)) : null,
  };
}
