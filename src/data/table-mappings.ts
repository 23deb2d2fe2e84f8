import type { Tx } from './database.js';

/** What a user said of a table with these headings, as it was kept; undefined: nothing. */
export async function mappingOf(tx: Tx, userId: string, headings: string): Promise<unknown> {
  const row = await tx
    .selectFrom('table_mappings')
    .where('user_id', '=', userId)
    .where('headings', '=', headings)
    .select('mapping')
    .executeTakeFirst();
  return row?.mapping;
}

/** Keeps it, in the place of what was said before; of each user the `most` that were used last stay. */
export async function saveMapping(
  tx: Tx,
  userId: string,
  { headings, mapping, at, most }: { headings: string; mapping: object; at: Date; most: number },
): Promise<void> {
  const said = { mapping: JSON.stringify(mapping), used_at: at };
  await tx
    .insertInto('table_mappings')
    .values({ user_id: userId, headings, ...said })
    .onConflict((conflict) => conflict.columns(['user_id', 'headings']).doUpdateSet(said))
    .execute();
  await tx
    .deleteFrom('table_mappings')
    .where('user_id', '=', userId)
    .where('headings', 'in', (eb) =>
      eb
        .selectFrom('table_mappings as old')
        .where('old.user_id', '=', userId)
        .select('old.headings')
        .orderBy('old.used_at', 'desc')
        .orderBy('old.headings')
        .offset(most),
    )
    .execute();
}
