import { sql, type Selectable } from 'kysely';
import { expertFinder, isNoExpert, byHand, type ExpertRule, type Mark } from '../domain/expert.js';
import type { Tx } from './database.js';
import { holdLock } from './journal-wait.js';
import type { Schema } from './schema.js';
import type { FoundFilter, TradeFilter } from './trade-filter.js';

export type ExpertRow = Pick<Selectable<Schema['experts']>, 'id' | 'name' | 'magics' | 'pattern'>;

/** More rules nobody keeps in order. */
export const mostExperts = 100;

/** The experts that a user has named, in the order in which they are tried. */
export const expertRules = (tx: Tx, userId: string): Promise<ExpertRow[]> =>
  tx
    .selectFrom('experts')
    .where('user_id', '=', userId)
    .select(['id', 'name', 'magics', 'pattern'])
    .orderBy('place')
    .orderBy('id')
    .execute();

/** Everything that trades of a user carry, each once, with how many do. */
export async function tradeMarks(tx: Tx, userId: string): Promise<(Mark & { n: number })[]> {
  const { rows } = await sql<Mark & { n: number }>`
    select magic::text as magic, comment, count(*)::int as n from trades t
    where t.user_id = ${userId} group by t.magic, t.comment`.execute(tx);
  return rows;
}

/** An opening of what is still open. */
export interface StillOpen extends Mark {
  id: string;
  accountId: string;
  name: string;
  openedAt: Date;
}

export async function openMarks(tx: Tx, userId: string): Promise<StillOpen[]> {
  const { rows } = await sql<StillOpen>`
    select id, account_id as "accountId", name, magic::text as magic, comment, opened_at as "openedAt"
    from trades where user_id = ${userId} and closed_at is null`.execute(tx);
  return rows;
}

/** A filter in terms of what stands in the table: an expert's name as the marks that its trades carry. */
export async function inTable(tx: Tx, userId: string, filter: TradeFilter): Promise<FoundFilter> {
  const { ea } = filter;
  if (ea === null) return { ...filter, ea };
  const nameOf = expertFinder(await expertRules(tx, userId));
  const wanted = isNoExpert(ea) ? byHand : ea;
  const magics = new Map<string, { comments: string[]; isWhole: boolean }>();
  for (const mark of await tradeMarks(tx, userId)) {
    const known = magics.get(mark.magic) ?? { comments: [], isWhole: true };
    if (nameOf(mark) === wanted) known.comments.push(mark.comment);
    else known.isWhole = false;
    magics.set(mark.magic, known);
  }
  const found = [...magics].filter(([, { comments }]) => comments.length > 0);
  return {
    ...filter,
    ea: {
      magics: found.filter(([, { isWhole }]) => isWhole).map(([magic]) => magic),
      parts: found
        .filter(([, { isWhole }]) => !isWhole)
        .map(([magic, { comments }]) => ({ magic, comments })),
    },
  };
}

/** Until the transaction ends nobody else changes the order of this user's rules. */
const holdExperts = (tx: Tx, userId: string): Promise<void> => holdLock(tx, `experts ${userId}`);

const isTaken = async (tx: Tx, userId: string, name: string, butId: string | null): Promise<boolean> => {
  const { rows } = await sql`
    select from experts where user_id = ${userId} and lower(name) = lower(${name})
      and id is distinct from ${butId}::uuid`.execute(tx);
  return rows.length > 0;
};

/** Lists that somebody keeps go on to show an expert under another name. */
async function followViews(tx: Tx, userId: string, from: string, to: string): Promise<void> {
  if (from === to) return;
  const { rows } = await sql<{ id: string; query: string }>`
    select id, query from saved_views where user_id = ${userId} and strpos(query, 'ea=') > 0`.execute(tx);
  for (const { id, query } of rows) {
    const parameters = new URLSearchParams(query);
    if (parameters.get('ea') !== from) continue;
    parameters.set('ea', to);
    await sql`update saved_views set query = ${`?${parameters.toString()}`}
      where user_id = ${userId} and id = ${id}`.execute(tx);
  }
}

/**
 * Names an expert, tried behind all others; `was` is the name that was proposed for it. Its id, or why there is none.
 */
export async function addExpert(
  tx: Tx,
  userId: string,
  { name, magics, pattern, was = name }: ExpertRule & { was?: string },
  at: Date,
): Promise<{ id: string } | 'taken' | 'full'> {
  await holdExperts(tx, userId);
  if (await isTaken(tx, userId, name, null)) return 'taken';
  if ((await expertRules(tx, userId)).length >= mostExperts) return 'full';
  const { rows } = await sql<{ id: string }>`
    insert into experts (user_id, place, name, magics, pattern, created_at)
    select ${userId}::uuid, coalesce(max(place), 0) + 1, ${name}, ${[...magics]}::text[], ${pattern}, ${at}
    from experts where user_id = ${userId}
    returning id`.execute(tx);
  await followViews(tx, userId, was, name);
  return rows[0] ?? 'full';
}

export async function changeExpert(
  tx: Tx,
  userId: string,
  id: string,
  { name, magics, pattern }: ExpertRule,
): Promise<'changed' | 'taken' | 'gone'> {
  await holdExperts(tx, userId);
  if (await isTaken(tx, userId, name, id)) return 'taken';
  const before = (await expertRules(tx, userId)).find((rule) => rule.id === id);
  if (before === undefined) return 'gone';
  const done = await tx
    .updateTable('experts')
    .set({ name, magics: [...magics], pattern })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) return 'gone';
  await followViews(tx, userId, before.name, name);
  return 'changed';
}

/** False where there was none. */
export async function removeExpert(tx: Tx, userId: string, id: string): Promise<boolean> {
  const done = await tx
    .deleteFrom('experts')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}

/** Tries a rule one place earlier or later; the first and the last stay where they are. False where there is none. */
export async function moveExpert(
  tx: Tx,
  userId: string,
  id: string,
  direction: 'up' | 'down',
): Promise<boolean> {
  await holdExperts(tx, userId);
  const order = (await expertRules(tx, userId)).map((rule) => rule.id);
  const from = order.indexOf(id);
  if (from < 0) return false;
  const to = Math.min(Math.max(from + (direction === 'up' ? -1 : 1), 0), order.length - 1);
  order.splice(from, 1);
  order.splice(to, 0, id);
  await sql`
    update experts e set place = o.place
    from unnest(${order}::uuid[]) with ordinality as o (id, place)
    where e.user_id = ${userId} and e.id = o.id`.execute(tx);
  return true;
}
