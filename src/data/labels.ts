import { sql } from 'kysely';
import type { Tx } from './database.js';
import { holdLock, waitingBriefly } from './journal-wait.js';

/**
 * The words people sort their trades by: tags and mistakes, of which a trade can have several, and setups, of which it
 * has one.
 */
export type LabelKind = 'tags' | 'setups' | 'mistakes';

export interface Label {
  id: string;
  name: string;
  /** one of the eight of the pages; of setups 0 */
  colour: number;
}

export interface UsedLabel extends Label {
  /** of setups: what is to be true before a trade of it is taken; of others empty */
  checklist: string[];
  /** how many trades have it, those that are not here at the moment included */
  used: number;
}

/** Beyond that a list of words is none that anybody chooses from. */
export const mostLabels = 200;
export const colours = 8;

const starterTags = ['Breakout', 'Trend Following', 'Range', 'News', 'Reversal', 'Scalp', 'Swing'];

const starterMistakes = [
  'Chased the entry',
  'Closed too early',
  'Held too long',
  'Moved the stop',
  'No plan',
  'Revenge trade',
  'Too large',
];

/** Where the words of a kind hang on entries: in a table of their own, or, of setups, in the entry itself. */
const linksOf = {
  tags: { table: sql.table('entry_tags'), column: sql.ref('tag_id') },
  mistakes: { table: sql.table('entry_mistakes'), column: sql.ref('mistake_id') },
} as const;

const table = (kind: LabelKind) => sql.table(kind);
const colourOf = (kind: LabelKind) => (kind === 'tags' ? sql`l.colour` : sql`0`);
const checklistOf = (kind: LabelKind) => (kind === 'setups' ? sql`l.checklist` : sql`'{}'::text[]`);

/** The words everybody begins with (and migrations 0008 and 0019 gave to those who were here before). */
export const addStarterLabels = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx
    .insertInto('tags')
    .values(starterTags.map((name, index) => ({ user_id: userId, name, colour: index + 1, created_at: at })))
    .execute();
  await tx
    .insertInto('mistakes')
    .values(starterMistakes.map((name) => ({ user_id: userId, name, created_at: at })))
    .execute();
};

/** All of a kind from A, as they are chosen from. */
export async function labelsOf(tx: Tx, userId: string, kind: LabelKind): Promise<Label[]> {
  const { rows } = await sql<Label>`
    select l.id, l.name, ${colourOf(kind)} as colour from ${table(kind)} l
    where l.user_id = ${userId} order by lower(l.name), l.id`.execute(tx);
  return rows;
}

/** The setup of this name, in upper or lower case, with its checklist. */
export async function setupNamed(
  tx: Tx,
  userId: string,
  name: string,
): Promise<{ id: string; checklist: string[] } | undefined> {
  const { rows } = await sql<{ id: string; checklist: string[] }>`
    select id, checklist from setups where user_id = ${userId} and lower(name) = lower(${name})`.execute(tx);
  return rows[0];
}

/** The same with how often each is used. */
export async function usedLabels(tx: Tx, userId: string, kind: LabelKind): Promise<UsedLabel[]> {
  const used =
    kind === 'setups'
      ? sql`select setup_id as id, count(*)::int as n from journal_entries
          where user_id = ${userId} and setup_id is not null group by setup_id`
      : sql`select ${linksOf[kind].column} as id, count(*)::int as n from ${linksOf[kind].table}
          where user_id = ${userId} group by 1`;
  const { rows } = await sql<UsedLabel>`
    select l.id, l.name, ${colourOf(kind)} as colour, ${checklistOf(kind)} as checklist, coalesce(u.n, 0) as used
    from ${table(kind)} l left join (${used}) u on u.id = l.id
    where l.user_id = ${userId} order by lower(l.name), l.id`.execute(tx);
  return rows;
}

/** Until the transaction ends nobody else makes words for this user: what was counted of them stays so. */
export const holdLabels = (tx: Tx, userId: string): Promise<void> => holdLock(tx, `labels ${userId}`);

async function idsOf(tx: Tx, userId: string, kind: LabelKind, names: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.id from ${table(kind)} l
    where l.user_id = ${userId} and lower(l.name) in (
      select lower(name) from unnest(${[...names]}::text[]) as g (name))`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Those of the names that no word has yet, each once; and how many words there are. */
async function newNames(tx: Tx, userId: string, kind: LabelKind, names: readonly string[]) {
  const { rows } = await sql<{ fresh: string[]; known: number }>`
    select (select count(*)::int from ${table(kind)} where user_id = ${userId}) as known,
      array(
        select w.name
        from (select distinct on (lower(name)) name, place
          from unnest(${[...names]}::text[]) with ordinality as g (name, place) order by lower(name), place) w
        where not exists (
          select from ${table(kind)} l where l.user_id = ${userId} and lower(l.name) = lower(w.name))
        order by w.place) as fresh`.execute(tx);
  return rows[0] ?? { fresh: [], known: 0 };
}

/**
 * The ids of these words, made where they are not there yet; upper and lower case are one. Null where there would be more
 * than `mostLabels` then: nothing is made. Words that are there need no room. Two who make the same word at once get the
 * same one.
 */
export async function ensureLabels(
  tx: Tx,
  userId: string,
  kind: LabelKind,
  { names, at }: { names: readonly string[]; at: Date },
): Promise<string[] | null> {
  if (names.length === 0) return [];
  if ((await newNames(tx, userId, kind, names)).fresh.length > 0) {
    await holdLabels(tx, userId);
    // Asked again: somebody else may have made words until now.
    const { fresh, known } = await newNames(tx, userId, kind, names);
    if (fresh.length > 0 && known + fresh.length > mostLabels) return null;
    const isTag = kind === 'tags';
    await sql`
      insert into ${table(kind)} (user_id, name, created_at ${isTag ? sql`, colour` : sql``})
      select ${userId}::uuid, w.name, ${at} ${isTag ? sql`, (${known} + w.place - 1)::int % ${colours} + 1` : sql``}
      from unnest(${fresh}::text[]) with ordinality as w (name, place)
      on conflict do nothing`.execute(tx);
  }
  return idsOf(tx, userId, kind, names);
}

const changesOf = (kind: LabelKind, { colour, checklist }: Changed) =>
  ({
    tags: sql`, colour = ${colour}`,
    setups: sql`, checklist = ${[...checklist]}::text[]`,
    mistakes: sql``,
  })[kind];

interface Changed {
  name: string;
  colour: number;
  checklist: readonly string[];
}

/** How a word is written from now on. 'taken': another one is called so; 'gone': there is no such word. */
export async function changeLabel(
  tx: Tx,
  userId: string,
  { kind, id }: { kind: LabelKind; id: string },
  changed: Changed,
): Promise<'changed' | 'taken' | 'gone'> {
  const { rows: others } = await sql`
    select from ${table(kind)}
    where user_id = ${userId} and lower(name) = lower(${changed.name}) and id <> ${id}`.execute(tx);
  if (others.length > 0) return 'taken';
  const { rows } = await sql`
    update ${table(kind)} set name = ${changed.name} ${changesOf(kind, changed)}
    where user_id = ${userId} and id = ${id} returning id`.execute(tx);
  return rows.length > 0 ? 'changed' : 'gone';
}

/** Both exist and are two; until the transaction ends no trade is given one of them. */
async function areTwo(tx: Tx, userId: string, kind: LabelKind, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select id from ${table(kind)} where user_id = ${userId} and id = any(${[...ids]}::uuid[])
    order by id for update`.execute(tx);
  return rows.length === 2;
}

/**
 * Puts one word in the place of another: on the trades, and in the lists that somebody keeps. False where they are not
 * two words of this user. Throws a Fault 409 where many trades are being given one of them.
 */
export async function mergeLabel(
  tx: Tx,
  userId: string,
  given: { kind: LabelKind; id: string; into: string },
): Promise<boolean> {
  return waitingBriefly(tx, () => moveLabel(tx, userId, given));
}

async function moveLabel(
  tx: Tx,
  userId: string,
  { kind, id, into }: { kind: LabelKind; id: string; into: string },
): Promise<boolean> {
  if (!(await areTwo(tx, userId, kind, [id, into]))) return false;
  await touchEntries(tx, userId, kind, id);
  if (kind === 'setups')
    for (const table of ['journal_entries', 'missed_trades'])
      await sql`
        update ${sql.table(table)} set setup_id = ${into}
        where user_id = ${userId} and setup_id = ${id}`.execute(tx);
  else {
    const { table: links, column } = linksOf[kind];
    await sql`
      insert into ${links} (user_id, entry_id, ${column})
      select user_id, entry_id, ${into}::uuid from ${links} where user_id = ${userId} and ${column} = ${id}
      on conflict do nothing`.execute(tx);
  }
  await sql`
    update saved_views set query = replace(query, ${id}::text, ${into}::text)
    where user_id = ${userId} and strpos(query, ${id}::text) > 0`.execute(tx);
  return deleteLabel(tx, userId, kind, id);
}

/**
 * Takes a word away, from every trade too. False where there is no such word. Throws a Fault 409 where many trades are
 * being given it.
 */
export async function removeLabel(tx: Tx, userId: string, kind: LabelKind, id: string): Promise<boolean> {
  return waitingBriefly(tx, async () => {
    // Before its entries, as tagging does: of two that begin at different ends, one would have to give up.
    await sql`select from ${table(kind)} where user_id = ${userId} and id = ${id} for update`.execute(tx);
    await touchEntries(tx, userId, kind, id);
    return deleteLabel(tx, userId, kind, id);
  });
}

async function deleteLabel(tx: Tx, userId: string, kind: LabelKind, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from ${table(kind)} where user_id = ${userId} and id = ${id} returning id`.execute(tx);
  return rows.length > 0;
}

/** Hangs these words on an entry, and no others of their kind. What is no word of this user is left out. */
export async function linkLabels(
  tx: Tx,
  userId: string,
  entryId: string,
  { kind, ids }: { kind: Exclude<LabelKind, 'setups'>; ids: readonly string[] },
): Promise<void> {
  const { table: links, column } = linksOf[kind];
  const wanted = sql`${[...ids]}::uuid[]`;
  await sql`
    delete from ${links}
    where user_id = ${userId} and entry_id = ${entryId} and not ${column} = any(${wanted})`.execute(tx);
  await sql`
    insert into ${links} (user_id, entry_id, ${column})
    select ${userId}::uuid, ${entryId}::uuid, l.id from ${table(kind)} l
    where l.user_id = ${userId} and l.id = any(${wanted})
    on conflict do nothing`.execute(tx);
}

/** A page that still shows the word must not bring it back. */
async function touchEntries(tx: Tx, userId: string, kind: LabelKind, id: string): Promise<void> {
  const theirs =
    kind === 'setups'
      ? sql`setup_id = ${id}`
      : sql`id in (select entry_id from ${linksOf[kind].table}
          where user_id = ${userId} and ${linksOf[kind].column} = ${id})`;
  await sql`update journal_entries set version = version + 1 where user_id = ${userId} and ${theirs}`.execute(
    tx,
  );
  if (kind === 'setups')
    await sql`
      update missed_trades set version = version + 1 where user_id = ${userId} and setup_id = ${id}`.execute(
      tx,
    );
}
