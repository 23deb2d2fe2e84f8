import type { Tx } from '../../data/database.js';
import { readSearch, type Term } from '../../data/journal-search.js';
import { missedTrades, type MissedRow } from '../../data/missed-trades.js';
import type { JournalFilter, Order } from './filter.js';
import { entriesById, type EntryRow } from './entry-queries.js';
import { pagesById, type PageRow } from './page-queries.js';
import { bestKeys, latestKeys, type FoundJournal, type Key, type Place } from './timeline-queries.js';

/** What somebody wrote: of a trade, of one that was missed, or of a day, a week or a month. */
export type Written = { key: Key } & (
  { kind: 'entry'; row: EntryRow } | { kind: 'missed'; row: MissedRow } | { kind: 'page'; row: PageRow }
);

export interface Timeline {
  written: Written[];
  /** where what comes next begins; null: nothing does */
  next: Place | null;
  /** what was searched for, to be marked */
  terms: Term[];
  /** how many fit a search, up to `mostRanked`; null: they are not counted */
  n: number | null;
}

export interface Asked {
  filter: JournalFilter;
  order: Order;
  limit: number;
  after: Place | null;
}

/** A filter as the database knows it; null: what is searched for has no word, so that nothing fits. */
export async function foundFilter(
  tx: Tx,
  userId: string,
  { q, ...filter }: JournalFilter,
): Promise<FoundJournal | null> {
  if (q === null) return { ...filter, search: null };
  const search = await readSearch(tx, userId, q);
  return search === null ? null : { ...filter, search };
}

/** What these keys stand for, in their order. What has gone meanwhile is left out. */
export async function writtenOf(
  tx: Tx,
  userId: string,
  { keys, timeZone }: { keys: readonly Key[]; timeZone: string },
): Promise<Written[]> {
  const idsOf = (kind: Key['kind']): string[] => keys.filter((key) => key.kind === kind).map(({ id }) => id);
  const [entries, missed, pages] = await Promise.all([
    entriesById(tx, userId, idsOf('entry')),
    missedTrades(tx, userId, idsOf('missed')),
    pagesById(tx, userId, { ids: idsOf('page'), timeZone }),
  ]);
  const entryOf = new Map(entries.map((row) => [row.id, row]));
  const missedOf = new Map(missed.map((row) => [row.id, row]));
  const pageOf = new Map(pages.map((row) => [row.id, row]));
  return keys.flatMap((key): Written[] => {
    const entry = entryOf.get(key.id);
    if (entry !== undefined) return [{ key, kind: 'entry', row: entry }];
    const page = pageOf.get(key.id);
    if (page !== undefined) return [{ key, kind: 'page', row: page }];
    const row = missedOf.get(key.id);
    return row === undefined ? [] : [{ key, kind: 'missed', row }];
  });
}

/** A stretch of the timeline; one more key than is asked for tells whether there is another. */
export async function timelineOf(
  tx: Tx,
  userId: string,
  { filter, order, limit, after }: Asked,
): Promise<Timeline> {
  const found = await foundFilter(tx, userId, filter);
  if (found === null) return { written: [], next: null, terms: [], n: null };
  const { search } = found;
  const stretch = { limit: limit + 1, after };
  const { keys, n } =
    order === 'best' && search !== null
      ? await bestKeys(tx, userId, { ...found, search }, stretch)
      : { keys: await latestKeys(tx, userId, found, stretch), n: null };
  const shown = keys.slice(0, limit);
  return {
    written: await writtenOf(tx, userId, { keys: shown, timeZone: filter.timeZone }),
    next: keys.length > limit ? (shown.at(-1) ?? null) : null,
    terms: search?.terms ?? [],
    n,
  };
}
