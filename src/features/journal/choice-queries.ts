import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { Label } from '../../data/labels.js';
import { tradedNames } from '../../data/traded-names.js';

/** What there is to choose from in the filters. */
export interface Choices {
  tags: Label[];
  setups: Pick<Label, 'id' | 'name'>[];
  mistakes: Pick<Label, 'id' | 'name'>[];
  symbols: string[];
  /** whether anything was ever written */
  isWritten: boolean;
}

const nothing: Choices = { tags: [], setups: [], mistakes: [], symbols: [], isWritten: false };

export async function journalChoices(tx: Tx, userId: string): Promise<Choices> {
  const { rows } = await sql<Choices>`
    select
      coalesce((select json_agg(json_build_object('id', id, 'name', name, 'colour', colour) order by lower(name), id)
        from tags where user_id = ${userId}), '[]') as tags,
      coalesce((select json_agg(json_build_object('id', id, 'name', name) order by lower(name), id)
        from setups where user_id = ${userId}), '[]') as setups,
      coalesce((select json_agg(json_build_object('id', id, 'name', name) order by lower(name), id)
        from mistakes where user_id = ${userId}), '[]') as mistakes,
      coalesce((select json_agg(name order by name) from (
        select name from (${tradedNames(userId)}) traded
        union select symbol from missed_trades where user_id = ${userId}) k), '[]') as symbols,
      exists (select from journal_entries where user_id = ${userId})
        or exists (select from missed_trades where user_id = ${userId})
        or exists (select from journal_pages where user_id = ${userId}) as "isWritten"`.execute(tx);
  return rows[0] ?? nothing;
}
