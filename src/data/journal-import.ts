import { sql } from 'kysely';
import { batches } from './batch.js';
import type { Tx } from './database.js';
import type { OfBatch } from './import-rows.js';
import { ensureLabels, holdLabels, labelsOf, mostLabels, type LabelKind } from './labels.js';
import { toldColumns, toldOfTrade } from './journal-told.js';

export interface BatchEntry {
  row: number;
  notes: string;
  setup: string;
  tags: string[];
}

/** Keeps what a file says was written of its rows, until the import is saved. */
export async function addBatchEntries(
  tx: Tx,
  { userId, importId }: OfBatch,
  rows: readonly BatchEntry[],
): Promise<void> {
  for (const some of batches(rows))
    await tx
      .insertInto('import_entries')
      .values(some.map((entry) => ({ user_id: userId, import_id: importId, ...entry })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Words of a file, made as long as there is room for more; those beyond are left out. */
async function bringLabels(tx: Tx, batch: OfBatch, kind: LabelKind, at: Date): Promise<void> {
  const { userId, importId } = batch;
  const word = kind === 'tags' ? sql`unnest(tags)` : sql`setup`;
  const { rows } = await sql<{ name: string }>`
    select distinct on (lower(w.name)) w.name from (
      select ${word} as name from import_entries where user_id = ${userId} and import_id = ${importId}) w
    where w.name <> '' order by lower(w.name), w.name`.execute(tx);
  if (rows.length === 0) return;
  await holdLabels(tx, userId);
  const known = new Set((await labelsOf(tx, userId, kind)).map(({ name }) => name.toLowerCase()));
  const fresh = rows.map(({ name }) => name).filter((name) => !known.has(name.toLowerCase()));
  const names = fresh.slice(0, Math.max(0, mostLabels - known.size));
  await ensureLabels(tx, userId, kind, { names, at });
}

interface Pair {
  row: number;
  id: string;
}

/**
 * Which trade each row of a batch tells of: the one that holds most of the row's deals, or, where deals made of the row
 * have given way to true ones, one of the same position.
 */
async function tradesTold(
  tx: Tx,
  { userId, importId, accountId }: OfBatch & { accountId: string },
): Promise<Pair[]> {
  const { rows } = await sql<Pair>`
    with told as materialized (
      select e.row, array_agg(distinct d.position_id) as positions, array_agg(d.ticket) as tickets
      from import_entries e
      join import_deals d on d.user_id = e.user_id and d.import_id = e.import_id and d.row = e.row
      where e.user_id = ${userId} and e.import_id = ${importId}
      group by e.row
    ), pairs as (
      select o.row, t.id, (select count(*) from unnest(o.tickets) as d (ticket) where d.ticket = any(t.deal_tickets)) as shared,
        o.tickets[1] < 0 as is_made_of_a_row
      from told o join trades t
        on t.user_id = ${userId} and t.account_id = ${accountId} and t.position_id = any(o.positions)
    )
    select distinct on (id) row, id from (
      select distinct on (row) * from pairs where shared > 0 or is_made_of_a_row order by row, shared desc, id) best
    order by id, shared desc, row`.execute(tx);
  return rows;
}

/** Makes the entries of some rows, with their words. */
const makeEntries = (
  tx: Tx,
  { userId, importId }: OfBatch,
  pairs: readonly Pair[],
  at: Date,
): Promise<unknown> =>
  sql`
    with chosen as materialized (
      select * from unnest(${pairs.map(({ row }) => row)}::int[], ${pairs.map(({ id }) => id)}::uuid[]) as c (row, id)
    ), made as (
      insert into journal_entries
        (user_id, account_id, trade_id, position_id, opened_ms, ${toldColumns},
         notes, setup_id, version, updated_at)
      select t.user_id, t.account_id, t.id, t.position_id, t.opened_ms, ${toldOfTrade}, e.notes,
        (select s.id from setups s where s.user_id = ${userId} and lower(s.name) = lower(e.setup)), 1, ${at}
      from chosen c
      join trades t on t.user_id = ${userId} and t.id = c.id
      join import_entries e on e.user_id = ${userId} and e.import_id = ${importId} and e.row = c.row
      on conflict (user_id, trade_id) do update
        set notes = excluded.notes, setup_id = excluded.setup_id, version = 1, updated_at = excluded.updated_at
        where journal_entries.version = 0
      returning id, trade_id
    )
    insert into entry_tags (user_id, entry_id, tag_id)
    select ${userId}::uuid, m.id, g.id
    from made m
    join chosen c on c.id = m.trade_id
    join import_entries e on e.user_id = ${userId} and e.import_id = ${importId} and e.row = c.row
    join tags g on g.user_id = ${userId} and lower(g.name) in (select lower(w.name) from unnest(e.tags) as w (name))
    on conflict do nothing`.execute(tx);

/**
 * Brings back what a file of our own said was written of its trades, to those of them that nobody has written of: what
 * a person wrote is never replaced. Batch by batch: every word of theirs goes into the search.
 */
export async function bringEntries(
  tx: Tx,
  { userId, importId, accountId }: OfBatch & { accountId: string },
  at: Date,
): Promise<void> {
  const batch = { userId, importId };
  const { rows } = await sql`
    select from import_entries where user_id = ${userId} and import_id = ${importId} limit 1`.execute(tx);
  if (rows.length === 0) return;
  await bringLabels(tx, batch, 'tags', at);
  await bringLabels(tx, batch, 'setups', at);
  const pairs = await tradesTold(tx, { userId, importId, accountId });
  for (const some of batches(pairs)) await makeEntries(tx, batch, some, at);
}
