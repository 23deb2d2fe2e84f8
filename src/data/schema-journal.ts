import type { ColumnType, Generated } from 'kysely';

/** What people write of their trades; the shadow in types of migrations/0008_journal.sql. */

type Big = ColumnType<string, string | number | bigint, string | number | bigint>;
type Tickets = ColumnType<string[], string[] | undefined, string[]>;

export interface JournalSchema {
  tags: { user_id: string; id: Generated<string>; name: string; colour: number; created_at: Date };
  setups: { user_id: string; id: Generated<string>; name: string; created_at: Date };
  journal_entries: {
    user_id: string;
    id: Generated<string>;
    account_id: string;
    trade_id: string;
    position_id: Big;
    opened_ms: Big;
    deal_tickets: Tickets;
    notes: Generated<string>;
    setup_id: string | null;
    version: Generated<number>;
    updated_at: Date;
  };
  entry_tags: { user_id: string; entry_id: string; tag_id: string };
  import_entries: {
    user_id: string;
    import_id: string;
    row: number;
    notes: string;
    setup: string;
    tags: string[];
  };
}
