import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Mood } from '../domain/judgement.js';
import type { LabelKind } from './labels.js';

/** Words that trades are asked for by: any of these, and those without any. */
export interface LabelChoice {
  ids: string[];
  /** in upper or lower case */
  names: string[];
  none: boolean;
}

export interface JournalFilter {
  tags: LabelChoice | null;
  setups: LabelChoice | null;
  mistakes: LabelChoice | null;
  /** 'none', here and below: nothing was said */
  mood: Mood | 'none' | null;
  quality: number | 'none' | null;
  followedPlan: boolean | 'none' | null;
  /** with notes, or without */
  hasNotes: boolean | null;
}

type Condition = RawBuilder<SqlBool>;

export const chosenWords = (userId: string, table: LabelKind, { ids, names }: LabelChoice) => sql`
  select l.id from ${sql.table(table)} l
  where l.user_id = ${userId} and (l.id = any(${ids}::uuid[])
    or lower(l.name) in (select lower(n.name) from unnest(${names}::text[]) as n (name)))`;

/** Trades with any of the words, those without one, or both; `words` are rows of `trade_id`. */
function anyOf(
  { ids, names, none }: LabelChoice,
  { words, without }: { words: RawBuilder<unknown>; without: Condition },
): Condition {
  if (ids.length + names.length === 0) return none ? without : sql<SqlBool>`true`;
  // An array is read before the trades are, so that those of a rare word are looked up by their ids. Beside `or` every
  // trade is looked at, and only `in` is hashed.
  return none ? sql<SqlBool>`(t.id in (${words}) or ${without})` : sql<SqlBool>`t.id = any(array(${words}))`;
}

const links = {
  tags: { table: sql.table('entry_tags'), column: sql.ref('x.tag_id') },
  mistakes: { table: sql.table('entry_mistakes'), column: sql.ref('x.mistake_id') },
} as const;

function wordCondition(userId: string, kind: keyof typeof links, choice: LabelChoice): Condition {
  const { table, column } = links[kind];
  return anyOf(choice, {
    words: sql`select e.trade_id from ${table} x
      join journal_entries e on e.user_id = x.user_id and e.id = x.entry_id
      where x.user_id = ${userId} and ${column} = any(array(${chosenWords(userId, kind, choice)}))`,
    without: sql<SqlBool>`not exists (select from journal_entries e
      join ${table} x on x.user_id = e.user_id and x.entry_id = e.id
      where e.user_id = ${userId} and e.trade_id = t.id)`,
  });
}

/** Trades of whose entry this was said, or, with 'none', nothing. */
function saidCondition(
  userId: string,
  column: 'e.mood' | 'e.quality' | 'e.followed_plan',
  value: string | number | boolean,
): Condition {
  const entry = sql`select from journal_entries e where e.user_id = ${userId} and e.trade_id = t.id`;
  return value === 'none'
    ? sql<SqlBool>`not exists (${entry} and ${sql.ref(column)} is not null)`
    : sql<SqlBool>`t.id = any(array(
        select e.trade_id from journal_entries e where e.user_id = ${userId} and ${sql.ref(column)} = ${value}))`;
}

const setupCondition = (userId: string, choice: LabelChoice): Condition =>
  anyOf(choice, {
    words: sql`select e.trade_id from journal_entries e
      where e.user_id = ${userId} and e.setup_id = any(array(${chosenWords(userId, 'setups', choice)}))`,
    without: sql<SqlBool>`not exists (select from journal_entries e
      where e.user_id = ${userId} and e.trade_id = t.id and e.setup_id is not null)`,
  });

const notesCondition = (userId: string, hasNotes: boolean): Condition => {
  const noted = sql<SqlBool>`exists (select from journal_entries e
    where e.user_id = ${userId} and e.trade_id = t.id and e.notes <> '')`;
  return hasNotes ? noted : sql<SqlBool>`not ${noted}`;
};

/** Whether a filter asks nothing of what is written. */
export const asksNothing = (filter: JournalFilter): boolean =>
  filter.tags === null &&
  filter.setups === null &&
  filter.mistakes === null &&
  filter.mood === null &&
  filter.quality === null &&
  filter.followedPlan === null &&
  filter.hasNotes === null;

/** What a filter asks of the entries of `trades t`. */
export const journalConditions = (
  userId: string,
  { tags, setups, mistakes, mood, quality, followedPlan, hasNotes }: JournalFilter,
): Condition[] => [
  ...(tags === null ? [] : [wordCondition(userId, 'tags', tags)]),
  ...(mistakes === null ? [] : [wordCondition(userId, 'mistakes', mistakes)]),
  ...(setups === null ? [] : [setupCondition(userId, setups)]),
  ...(mood === null ? [] : [saidCondition(userId, 'e.mood', mood)]),
  ...(quality === null ? [] : [saidCondition(userId, 'e.quality', quality)]),
  ...(followedPlan === null ? [] : [saidCondition(userId, 'e.followed_plan', followedPlan)]),
  ...(hasNotes === null ? [] : [notesCondition(userId, hasNotes)]),
];
