import { sql } from 'kysely';
import type { Tx } from './database.js';
import type { Label } from './labels.js';

/** What somebody wrote of a trade. */
export interface Entry {
  notes: string;
  setup: Pick<Label, 'id' | 'name'> | null;
  tags: Label[];
  /** 0: nothing was ever written */
  version: number;
  updatedAt: Date | null;
}

interface EntryRow {
  notes: string | null;
  setup: Entry['setup'];
  tags: Label[];
  version: number;
  updated_at: Date | null;
}

/** The entry of a user's trade; undefined: there is no such trade. */
export async function entryOf(tx: Tx, userId: string, tradeId: string): Promise<Entry | undefined> {
  const { rows } = await sql<EntryRow>`
    select e.notes, coalesce(e.version, 0) as version, e.updated_at,
      (select json_build_object('id', s.id, 'name', s.name) from setups s
        where s.user_id = e.user_id and s.id = e.setup_id) as setup,
      coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name, 'colour', g.colour)
          order by lower(g.name), g.id)
        from entry_tags x join tags g on g.user_id = x.user_id and g.id = x.tag_id
        where x.user_id = e.user_id and x.entry_id = e.id), '[]') as tags
    from trades t left join journal_entries e on e.user_id = t.user_id and e.trade_id = t.id
    where t.user_id = ${userId} and t.id = ${tradeId}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    notes: row.notes ?? '',
    setup: row.setup,
    tags: row.tags,
    version: row.version,
    updatedAt: row.updated_at,
  };
}

export interface ToWrite {
  notes: string;
  setupId: string | null;
  tagIds: readonly string[];
  /** the version that whoever writes has seen */
  seen: number;
  at: Date;
}

/**
 * Writes the entry of a trade, whole. False where somebody else has written since `seen`, or the trade is gone: then
 * nothing is changed.
 */
export async function writeEntry(
  tx: Tx,
  userId: string,
  tradeId: string,
  { notes, setupId, tagIds, seen, at }: ToWrite,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into journal_entries as e
      (user_id, account_id, trade_id, position_id, opened_ms, deal_tickets, notes, setup_id, version, updated_at)
    select t.user_id, t.account_id, t.id, t.position_id, t.opened_ms, t.deal_tickets, ${notes}, ${setupId}::uuid, 1, ${at}
    from trades t
    where t.user_id = ${userId} and t.id = ${tradeId} and (${seen} = 0 or exists (
      select from journal_entries o where o.user_id = ${userId} and o.trade_id = ${tradeId}))
    on conflict (user_id, trade_id) do update
      set notes = excluded.notes, setup_id = excluded.setup_id, version = e.version + 1, updated_at = excluded.updated_at,
        deal_tickets = excluded.deal_tickets
      where e.version = ${seen}
    returning id`.execute(tx);
  const entryId = rows[0]?.id;
  if (entryId === undefined) return false;
  await sql`
    delete from entry_tags
    where user_id = ${userId} and entry_id = ${entryId} and not tag_id = any(${[...tagIds]}::uuid[])`.execute(
    tx,
  );
  await sql`
    insert into entry_tags (user_id, entry_id, tag_id)
    select ${userId}::uuid, ${entryId}::uuid, g.id from tags g
    where g.user_id = ${userId} and g.id = any(${[...tagIds]}::uuid[])
    on conflict do nothing`.execute(tx);
  return true;
}

/** Takes the entry of a trade away with all that hangs on it. */
export const removeEntry = async (tx: Tx, userId: string, tradeId: string): Promise<void> => {
  await tx
    .deleteFrom('journal_entries')
    .where('user_id', '=', userId)
    .where('trade_id', '=', tradeId)
    .execute();
};

/** The whole notes of some trades, by their ids; those without any are left out. */
export async function notesOf(
  tx: Tx,
  userId: string,
  tradeIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ trade_id: string; notes: string }>`
    select trade_id, notes from journal_entries
    where user_id = ${userId} and trade_id = any(${[...tradeIds]}::uuid[]) and notes <> ''`.execute(tx);
  return new Map(rows.map((row) => [row.trade_id, row.notes]));
}
