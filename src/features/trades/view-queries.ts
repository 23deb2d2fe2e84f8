import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { SavedView } from './queries.js';

/**
 * Keeps a list under a name, in the place of one that had it. False where there are `most` of them already; the name of
 * one of them can still be given again.
 */
export async function saveView(
  tx: Tx,
  userId: string,
  { name, query, at, most }: { name: string; query: string; at: Date; most: number },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into saved_views (user_id, name, query, created_at)
    select ${userId}::uuid, ${name}, ${query}, ${at}
    where (select count(*) from saved_views where user_id = ${userId} and name <> ${name}) < ${most}
    on conflict (user_id, name) do update set query = excluded.query
    returning id`.execute(tx);
  return rows.length > 0;
}

export const savedView = (tx: Tx, userId: string, id: string): Promise<SavedView | undefined> =>
  tx
    .selectFrom('saved_views')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .select(['id', 'name', 'query'])
    .executeTakeFirst();

/** False where another view has that name. */
export async function renameView(tx: Tx, userId: string, id: string, name: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    update saved_views set name = ${name}
    where user_id = ${userId} and id = ${id}
      and not exists (select from saved_views o where o.user_id = ${userId} and o.name = ${name} and o.id <> ${id})
    returning id`.execute(tx);
  return rows.length > 0;
}

/** The query of the view that was removed; undefined where there was none. */
export async function removeView(tx: Tx, userId: string, id: string): Promise<string | undefined> {
  const removed = await tx
    .deleteFrom('saved_views')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('query')
    .executeTakeFirst();
  return removed?.query;
}

/** Null: the usual columns. */
export const chooseColumns = (tx: Tx, userId: string, columns: readonly string[] | null): Promise<unknown> =>
  tx
    .updateTable('users')
    .where('user_id', '=', userId)
    .set({ trade_columns: columns === null ? null : [...columns] })
    .execute();

/** The columns somebody has chosen for the list; null: the usual ones. */
export async function chosenBy(tx: Tx, userId: string): Promise<string[] | null> {
  const row = await tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .select('trade_columns')
    .executeTakeFirst();
  return row?.trade_columns ?? null;
}
