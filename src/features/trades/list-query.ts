import { readTradeFilter, readTradeSort, tradeQuery } from '../../web/trade-filter.js';

/** The query string of a list, as forms send it along and addresses carry it. */

type Query = Readonly<Record<string, unknown>>;

export const asQuery = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));

interface Ground {
  timeZone: string;
  now: Date;
}

/** The query string again, with the filters and the order in force and nothing else. */
export function listQuery(query: Query, { timeZone, now }: Ground, page = 1): string {
  const { values } = readTradeFilter(query, timeZone, now);
  return tradeQuery(values, readTradeSort(query).sort, page);
}

/** The same with its page. */
export function pageQuery(query: Query, ground: Ground): string {
  const page = Number(query['page']);
  return listQuery(query, ground, Number.isSafeInteger(page) ? page : 1);
}
