import { sql } from 'kysely';
import type { Tx } from './database.js';

/** By trade: the names of its tags. Trades without any are not there. */
export async function tagsOfTrades(tx: Tx, userId: string): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ trade_id: string; names: string[] }>`
    select e.trade_id, array_agg(t.name order by lower(t.name)) as names
    from entry_tags et
    join journal_entries e on e.user_id = et.user_id and e.id = et.entry_id
    join tags t on t.user_id = et.user_id and t.id = et.tag_id
    where et.user_id = ${userId} group by e.trade_id`.execute(tx);
  return new Map(rows.map(({ trade_id: id, names }) => [id, names]));
}

/** By trade: the name of its setup. Trades without one are not there. */
export async function setupsOfTrades(tx: Tx, userId: string): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ trade_id: string; name: string }>`
    select e.trade_id, s.name
    from journal_entries e
    join setups s on s.user_id = e.user_id and s.id = e.setup_id
    where e.user_id = ${userId}`.execute(tx);
  return new Map(rows.map(({ trade_id: id, name }) => [id, [name]]));
}
