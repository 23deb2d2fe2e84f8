import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Tx } from '../../data/database.js';
import { chosenWords, type LabelChoice } from '../../data/journal-filter.js';
import { foundCondition, rankOf, type Search, type TextKind } from '../../data/journal-search.js';
import type { LabelKind } from '../../data/labels.js';
import { all } from '../../data/trade-filter.js';
import { plainName } from '../../domain/instrument.js';
import type { EntryKind, JournalFilter } from './filter.js';
import { pageEnd } from './page-queries.js';

type Condition = RawBuilder<SqlBool>;

/** Which document, and where it stands in time: `at` is an instant as PostgreSQL writes it. */
export interface Key {
  kind: TextKind;
  id: string;
  at: string;
  /** null where nothing is searched for, or its order is that of time */
  rank: number | null;
}

export type Place = Pick<Key, 'at' | 'id' | 'rank'>;

/** A filter with what it searches for as the database knows it. */
export interface FoundJournal extends Omit<JournalFilter, 'q'> {
  search: Search | null;
}

/** The best are chosen among so many of the latest that have what is searched for. */
export const mostRanked = 500;

const never: Condition = sql<SqlBool>`false`;

/** Entries that have any of the words, none, or either, as a choice says. */
function labelled(
  userId: string,
  kind: Exclude<LabelKind, 'setups'>,
  { ids, names, none }: LabelChoice,
): Condition {
  const [links, column] =
    kind === 'tags'
      ? [sql.table('entry_tags'), sql.ref('l.tag_id')]
      : [sql.table('entry_mistakes'), sql.ref('l.mistake_id')];
  const words = chosenWords(userId, kind, { ids, names, none });
  const having = sql<SqlBool>`e.id = any(array(
    select l.entry_id from ${links} l where l.user_id = ${userId} and ${column} = any(array(${words}))))`;
  const without = sql<SqlBool>`not exists (select from ${links} l where l.user_id = ${userId} and l.entry_id = e.id)`;
  if (ids.length + names.length === 0) return none ? without : sql<SqlBool>`true`;
  return none ? sql<SqlBool>`(${having} or ${without})` : having;
}

function ofSetup(userId: string, choice: LabelChoice, setup: RawBuilder<unknown>): Condition {
  const { ids, names, none } = choice;
  const having = sql<SqlBool>`${setup} = any(array(${chosenWords(userId, 'setups', choice)}))`;
  if (ids.length + names.length === 0) return none ? sql<SqlBool>`${setup} is null` : sql<SqlBool>`true`;
  return none ? sql<SqlBool>`(${having} or ${setup} is null)` : having;
}

/** Entries keep the name without suffixes, missed trades what was typed. */
const ofSymbol = (symbol: string, column: RawBuilder<unknown>): Condition =>
  sql<SqlBool>`${column} in (${plainName(symbol)}, ${symbol})`;

const within = ({ from, before }: FoundJournal, at: RawBuilder<unknown>): Condition[] => [
  ...(from === null ? [] : [sql<SqlBool>`${at} >= ${from}`]),
  ...(before === null ? [] : [sql<SqlBool>`${at} < ${before}`]),
];

interface Columns {
  at: RawBuilder<unknown>;
  id: RawBuilder<unknown>;
}

const entryColumns = { at: sql.ref('e.opened_at'), id: sql.ref('e.id') };
const pageColumns = (timeZone: string) => ({ at: pageEnd(timeZone), id: sql.ref('e.id') });
const missedColumns = { at: sql.ref('e.seen_at'), id: sql.ref('e.id') };

const hasTrade = (userId: string): Condition =>
  sql<SqlBool>`exists (select from trades t where t.user_id = ${userId} and t.id = e.trade_id)`;

const ofTrade = (userId: string, kind: EntryKind | null): Condition[] => {
  if (kind === null) return [];
  if (kind === 'missed' || kind === 'days') return [never];
  return [kind === 'trades' ? hasTrade(userId) : sql<SqlBool>`not ${hasTrade(userId)}`];
};

/** The condition on `journal_entries e` that a filter means, the owner first. */
function entriesWhere(userId: string, filter: FoundJournal): Condition {
  const { search, kind, symbol, tags, setups, mistakes, mood, plan } = filter;
  return all([
    sql<SqlBool>`e.user_id = ${userId}`,
    ...ofTrade(userId, kind),
    ...(symbol === null ? [] : [ofSymbol(symbol, sql.ref('e.symbol'))]),
    ...(tags === null ? [] : [labelled(userId, 'tags', tags)]),
    ...(mistakes === null ? [] : [labelled(userId, 'mistakes', mistakes)]),
    ...(setups === null ? [] : [ofSetup(userId, setups, sql.ref('e.setup_id'))]),
    ...(mood === null ? [] : [sql<SqlBool>`e.mood = ${mood}`]),
    ...(plan === null ? [] : [sql<SqlBool>`e.followed_plan = ${plan}`]),
    ...within(filter, entryColumns.at),
    ...(search === null ? [] : [foundCondition(userId, search, { kind: 'entry', id: entryColumns.id })]),
  ]);
}

/** Nobody says of a missed trade whether the plan was kept, and it has no tags and no mistakes. */
const fitsMissed = ({ kind, tags, mistakes, plan }: FoundJournal): boolean =>
  (kind === null || kind === 'missed') &&
  [tags, mistakes].every((choice) => choice === null || choice.none) &&
  plan === null;

/** The condition on `missed_trades e` that a filter means, the owner first. */
function missedWhere(userId: string, filter: FoundJournal): Condition {
  const { search, symbol, setups, mood } = filter;
  if (!fitsMissed(filter)) return never;
  return all([
    sql<SqlBool>`e.user_id = ${userId}`,
    ...(symbol === null ? [] : [ofSymbol(symbol, sql.ref('e.symbol'))]),
    ...(setups === null ? [] : [ofSetup(userId, setups, sql.ref('e.setup_id'))]),
    ...(mood === null ? [] : [sql<SqlBool>`e.mood = ${mood}`]),
    ...within(filter, missedColumns.at),
    ...(search === null ? [] : [foundCondition(userId, search, { kind: 'missed', id: missedColumns.id })]),
  ]);
}

/** A page is of no symbol and has no words; an emptied one is none. */
const fitsPage = ({ kind, symbol, tags, setups, mistakes, plan }: FoundJournal): boolean =>
  (kind === null || kind === 'days') &&
  [tags, setups, mistakes].every((choice) => choice === null || choice.none) &&
  symbol === null &&
  plan === null;

/** The condition on `journal_pages e` that a filter means, the owner first. */
function pagesWhere(userId: string, filter: FoundJournal): Condition {
  const { search, mood, timeZone } = filter;
  if (!fitsPage(filter)) return never;
  const { at, id } = pageColumns(timeZone);
  return all([
    sql<SqlBool>`e.user_id = ${userId}`,
    sql<SqlBool>`(e.plan <> '' or e.review <> '' or e.lessons <> '' or e.mood is not null)`,
    ...(mood === null ? [] : [sql<SqlBool>`e.mood = ${mood}`]),
    ...within(filter, at),
    ...(search === null ? [] : [foundCondition(userId, search, { kind: 'page', id })]),
  ]);
}

/** What lies behind a place in time; the first half is what an index can be asked for. */
const behind = ({ at, id }: Columns, after: Pick<Place, 'at' | 'id'> | null): Condition =>
  after === null
    ? sql<SqlBool>`true`
    : sql<SqlBool>`(${at} <= ${after.at}::timestamptz and (${at} < ${after.at}::timestamptz or ${id} > ${after.id}))`;

interface Stretch<P> {
  limit: number;
  after: P | null;
}

/**
 * Everything a person wrote, the latest first: of each kind of document a stretch in the order of its index, and of those
 * the first ones. Another kind is another piece here.
 */
const latest = (
  userId: string,
  filter: FoundJournal,
  { limit, after }: Stretch<Pick<Place, 'at' | 'id'>>,
): RawBuilder<unknown> => sql`
  select kind, id, at from (
    (select 'entry' as kind, e.id, e.opened_at as at from journal_entries e
      where ${entriesWhere(userId, filter)} and ${behind(entryColumns, after)}
      order by e.opened_at desc, e.id limit ${limit})
    union all
    (select 'missed', e.id, e.seen_at from missed_trades e
      where ${missedWhere(userId, filter)} and ${behind(missedColumns, after)}
      order by e.seen_at desc, e.id limit ${limit})
    union all
    (select 'page', e.id, ${pageEnd(filter.timeZone)} from journal_pages e
      where ${pagesWhere(userId, filter)} and ${behind(pageColumns(filter.timeZone), after)}
      order by 3 desc, e.id limit ${limit})
  ) pieces order by at desc, id limit ${limit}`;

/** The latest first, from the start or from behind a place on. */
export async function latestKeys(
  tx: Tx,
  userId: string,
  filter: FoundJournal,
  stretch: Stretch<Pick<Place, 'at' | 'id'>>,
): Promise<Key[]> {
  const { rows } = await sql<Key>`
    select kind, id, at::text as at, null::real as rank from (${latest(userId, filter, stretch)}) k
    order by k.at desc, k.id`.execute(tx);
  return rows;
}

/**
 * What fits a search best first, among the `mostRanked` latest that have it; equally good ones by time. `n`: how many
 * there are.
 */
export async function bestKeys(
  tx: Tx,
  userId: string,
  filter: FoundJournal & { search: Search },
  { limit, after }: Stretch<Place>,
): Promise<{ keys: Key[]; n: number }> {
  const { search } = filter;
  const rankAs = (kind: TextKind) => rankOf(userId, search, { kind, id: sql.ref('k.id') });
  const rank = sql`case k.kind when 'entry' then ${rankAs('entry')} when 'missed' then ${rankAs('missed')}
    else ${rankAs('page')} end`;
  const isBehind =
    after === null
      ? sql`true`
      : sql`(rank < ${after.rank}::real or rank = ${after.rank}::real and (
          at < ${after.at}::timestamptz or at = ${after.at}::timestamptz and id > ${after.id}))`;
  const { rows } = await sql<Key & { n: number }>`
    with ranked as materialized (
      select k.kind, k.id, k.at, ${rank} as rank
      from (${latest(userId, filter, { limit: mostRanked, after: null })}) k
    )
    select kind, id, at::text as at, rank, (select count(*)::int from ranked) as n from ranked r
    where ${isBehind} order by r.rank desc, r.at desc, r.id limit ${limit}`.execute(tx);
  return { keys: rows, n: rows[0]?.n ?? 0 };
}

const every = (userId: string, filter: FoundJournal): RawBuilder<unknown> => sql`
  select e.opened_at as at from journal_entries e where ${entriesWhere(userId, filter)}
  union all
  select e.seen_at from missed_trades e where ${missedWhere(userId, filter)}
  union all
  select ${pageEnd(filter.timeZone)} from journal_pages e where ${pagesWhere(userId, filter)}`;

/** How many entries there are, and when the first and the last of them was. */
export async function extentOf(
  tx: Tx,
  userId: string,
  filter: FoundJournal,
): Promise<{ n: number; first: Date | null; last: Date | null }> {
  const { rows } = await sql<{ n: number; first: Date | null; last: Date | null }>`
    select count(*)::int as n, min(at) as first, max(at) as last from (${every(userId, filter)}) k`.execute(
    tx,
  );
  return rows[0] ?? { n: 0, first: null, last: null };
}

/** Which of the stretches that begin at these instants, the earliest first, have entries: their places in the list. */
export async function stretchesUsed(
  tx: Tx,
  userId: string,
  filter: FoundJournal,
  starts: readonly Date[],
): Promise<number[]> {
  const { rows } = await sql<{ place: number }>`
    select distinct width_bucket(at, ${[...starts]}::timestamptz[]) - 1 as place
    from (${every(userId, filter)}) k order by place`.execute(tx);
  return rows.map(({ place }) => place);
}
