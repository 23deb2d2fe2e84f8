import { sql, type RawBuilder } from 'kysely';
import type { Label } from './labels.js';

/** What is written of a trade, as far as a list shows it. */
export interface JournalMark {
  hasNotes: boolean;
  /** the beginning of the notes */
  excerpt: string;
  setup: Pick<Label, 'id' | 'name'> | null;
  tags: Label[];
}

const excerptLength = 160;

/** A `JournalMark` of `trades t`, null where nothing was ever written: one look into an index for each row shown. */
export const journalMark: RawBuilder<JournalMark | null> = sql<JournalMark | null>`(
  select json_build_object('hasNotes', e.notes <> '', 'excerpt', left(e.notes, ${sql.lit(excerptLength)}),
    'setup', (select json_build_object('id', s.id, 'name', s.name) from setups s
      where s.user_id = e.user_id and s.id = e.setup_id),
    'tags', coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name, 'colour', g.colour)
        order by lower(g.name), g.id)
      from entry_tags x join tags g on g.user_id = x.user_id and g.id = x.tag_id
      where x.user_id = e.user_id and x.entry_id = e.id), '[]'))
  from journal_entries e where e.user_id = t.user_id and e.trade_id = t.id)`;
