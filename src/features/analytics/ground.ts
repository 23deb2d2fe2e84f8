import type { Tx } from '../../data/database.js';
import { chooseTrades, type Chosen } from '../../web/chosen.js';
import type { Kit, Visitor } from '../../web/kit.js';
import { readTradeFilter, type ReadFilter } from '../../web/trade-filter.js';

export type Query = Readonly<Record<string, unknown>>;

/** What a page of figures was asked for, and what it found. */
export interface Desk {
  tx: Tx;
  userId: string;
  timeZone: string;
  now: Date;
  read: ReadFilter;
  chosen: Chosen;
  /** what stands in the query string beside filters: the money, how the buckets are made, which month is shown */
  more: Readonly<Record<string, string>>;
}

const moreOf = (query: Query): Record<string, string> =>
  Object.fromEntries(
    ['group', 'by', 'sort', 'month', 'year', 'in'].flatMap((name) => {
      const value = query[name];
      return typeof value === 'string' && /^-?[\w-]{1,40}$/.test(value) ? [[name, value]] : [];
    }),
  );

type Doors = Pick<Kit, 'db' | 'books' | 'clock'>;
type Who = Pick<Visitor, 'userId' | 'timeZone'>;

async function deskOf(
  tx: Tx,
  { books, clock }: Doors,
  { userId, timeZone }: Who,
  query: Query,
): Promise<Desk> {
  const now = clock.now();
  const read = readTradeFilter(query, timeZone, now);
  const more = moreOf(query);
  const { filter } = read;
  const chosen = await chooseTrades(tx, books, { userId, timeZone, filter, group: more['group'] });
  return { tx, userId, timeZone, now, read, chosen, more };
}

/** Reads the filters of a page and the trades that they mean, in one transaction with whatever `view` asks. */
export const atDesk = <T>(
  doors: Doors,
  who: Who,
  query: Query,
  view: (desk: Desk, query: Query) => T | Promise<T>,
): Promise<T> =>
  doors.db.withTenant('app', who.userId, async (tx) => view(await deskOf(tx, doors, who, query), query));

/** The same of two filters at once. */
export const atDesks = <T>(
  doors: Doors,
  who: Who,
  { a, b }: Record<'a' | 'b', Query>,
  view: (desks: Record<'a' | 'b', Desk>) => T | Promise<T>,
): Promise<T> =>
  doors.db.withTenant('app', who.userId, async (tx) =>
    view({ a: await deskOf(tx, doors, who, a), b: await deskOf(tx, doors, who, b) }),
  );

/** An address with the filters of a page, changed where said; '' takes a filter away. */
export function hrefWith(
  path: string,
  { read, more }: Pick<Desk, 'read' | 'more'>,
  changed: Readonly<Record<string, string>> = {},
): string {
  const all = { ...read.values, ...more, ...changed };
  const parameters = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/**
 * The list of the closed trades that a page counts, of a stretch of them where said. Where other money is left out, the
 * list is of the accounts that are counted as near as a filter can say it.
 */
export function tradesHref(
  { read, chosen }: Pick<Desk, 'read' | 'chosen'>,
  changed: Readonly<Record<string, string>> = {},
): string {
  const { group, others } = chosen;
  const [only, more] = group?.members ?? [];
  const account =
    group === null || others.length === 0
      ? {}
      : { account: only !== undefined && more === undefined ? only.id : group.category };
  return hrefWith('/trades', { read, more: {} }, { status: 'closed', ...account, ...changed });
}
