import { sql } from 'kysely';
import type { Tx } from './database.js';
import { linkLabels, type Label } from './labels.js';
import type { Judgement } from '../domain/judgement.js';
import { toldColumns, toldOfTrade } from './journal-told.js';

/** A setup, with what is to be true before a trade of it is taken. */
export interface EntrySetup extends Pick<Label, 'id' | 'name'> {
  checklist: string[];
}

/** What somebody wrote of a trade. */
export interface Entry extends Judgement {
  notes: string;
  setup: EntrySetup | null;
  tags: Label[];
  mistakes: Pick<Label, 'id' | 'name'>[];
  /** 0: nothing was ever written */
  version: number;
  updatedAt: Date | null;
}

interface EntryRow extends Pick<Entry, 'setup' | 'tags' | 'mistakes' | 'mood' | 'quality'> {
  notes: string | null;
  followed_plan: boolean | null;
  checks_asked: string[] | null;
  checks_kept: string[] | null;
  version: number;
  updated_at: Date | null;
}

/** The entry of a user's trade; undefined: there is no such trade. */
export async function entryOf(tx: Tx, userId: string, tradeId: string): Promise<Entry | undefined> {
  const { rows } = await sql<EntryRow>`
    select e.notes, coalesce(e.version, 0) as version, e.updated_at, e.mood, e.quality, e.followed_plan,
      e.checks_asked, e.checks_kept,
      (select json_build_object('id', s.id, 'name', s.name, 'checklist', s.checklist) from setups s
        where s.user_id = e.user_id and s.id = e.setup_id) as setup,
      coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name, 'colour', g.colour)
          order by lower(g.name), g.id)
        from entry_tags x join tags g on g.user_id = x.user_id and g.id = x.tag_id
        where x.user_id = e.user_id and x.entry_id = e.id), '[]') as tags,
      coalesce((select json_agg(json_build_object('id', m.id, 'name', m.name) order by lower(m.name), m.id)
        from entry_mistakes x join mistakes m on m.user_id = x.user_id and m.id = x.mistake_id
        where x.user_id = e.user_id and x.entry_id = e.id), '[]') as mistakes
    from trades t left join journal_entries e on e.user_id = t.user_id and e.trade_id = t.id
    where t.user_id = ${userId} and t.id = ${tradeId}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    notes: row.notes ?? '',
    setup: row.setup,
    tags: row.tags,
    mistakes: row.mistakes,
    mood: row.mood,
    quality: row.quality,
    followedPlan: row.followed_plan,
    checks: { asked: row.checks_asked ?? [], kept: row.checks_kept ?? [] },
    version: row.version,
    // One that only pictures hang on was never written.
    updatedAt: row.version === 0 ? null : row.updated_at,
  };
}

export interface ToWrite extends Judgement {
  notes: string;
  setupId: string | null;
  tagIds: readonly string[];
  mistakeIds: readonly string[];
  /** the version that whoever writes has seen */
  seen: number;
  at: Date;
}

/**
 * Writes the entry of a trade, whole. False where somebody else has written since `seen`, or the trade is gone: then
 * nothing is changed.
 */
export async function writeEntry(tx: Tx, userId: string, tradeId: string, entry: ToWrite): Promise<boolean> {
  const { notes, setupId, mood, quality, followedPlan, checks, seen, at } = entry;
  const [asked, kept] = [[...checks.asked], [...checks.kept]];
  const { rows } = await sql<{ id: string }>`
    insert into journal_entries as e
      (user_id, account_id, trade_id, position_id, opened_ms, ${toldColumns},
        notes, setup_id, mood, quality, followed_plan, checks_asked, checks_kept, version, updated_at)
    select t.user_id, t.account_id, t.id, t.position_id, t.opened_ms, ${toldOfTrade}, ${notes}, ${setupId}::uuid,
      ${mood}, ${quality}::smallint, ${followedPlan}::boolean, ${asked}::text[], ${kept}::text[], 1, ${at}
    from trades t
    where t.user_id = ${userId} and t.id = ${tradeId} and (${seen} = 0 or exists (
      select from journal_entries o where o.user_id = ${userId} and o.trade_id = ${tradeId}))
    on conflict (user_id, trade_id) do update
      set notes = excluded.notes, setup_id = excluded.setup_id, mood = excluded.mood, quality = excluded.quality,
        followed_plan = excluded.followed_plan, checks_asked = excluded.checks_asked, checks_kept = excluded.checks_kept,
        version = e.version + 1, updated_at = excluded.updated_at, deal_tickets = excluded.deal_tickets
      where e.version = ${seen}
    returning id`.execute(tx);
  const entryId = rows[0]?.id;
  if (entryId === undefined) return false;
  await linkLabels(tx, userId, entryId, { kind: 'tags', ids: entry.tagIds });
  await linkLabels(tx, userId, entryId, { kind: 'mistakes', ids: entry.mistakeIds });
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
