import type { ColumnType, Generated } from 'kysely';

/**
 * What people write of their trades and days; the shadow in types of migrations/0008_journal.sql, 0019_judgement.sql,
 * 0020_screenshots.sql, 0021_journal_pages.sql and 0022_journal_search.sql.
 */

type Big = ColumnType<string, string | number | bigint, string | number | bigint>;
type Tickets = ColumnType<string[], string[] | undefined, string[]>;

export interface JournalSchema {
  tags: { user_id: string; id: Generated<string>; name: string; colour: number; created_at: Date };
  setups: {
    user_id: string;
    id: Generated<string>;
    name: string;
    created_at: Date;
    checklist: Generated<string[]>;
  };
  mistakes: { user_id: string; id: Generated<string>; name: string; created_at: Date };
  entry_mistakes: { user_id: string; entry_id: string; mistake_id: string };
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
    mood: string | null;
    quality: number | null;
    followed_plan: boolean | null;
    checks_asked: Generated<string[]>;
    checks_kept: Generated<string[]>;
    symbol: string;
    side: 'buy' | 'sell';
    volume: string;
    net: string;
    opened_at: Date;
    closed_at: Date | null;
    version: Generated<number>;
    updated_at: Date;
  };
  screenshots: {
    user_id: string;
    id: string;
    entry_id: string;
    source_hash: string;
    width: number;
    height: number;
    bytes: number;
    caption: Generated<string>;
    added_at: Date;
  };
  entry_tags: { user_id: string; entry_id: string; tag_id: string };
  missed_trades: {
    user_id: string;
    id: Generated<string>;
    seen_at: Date;
    symbol: string;
    side: 'buy' | 'sell';
    setup_id: string | null;
    mood: string | null;
    reason: Generated<string>;
    notes: Generated<string>;
    expected_r: string | null;
    version: Generated<number>;
    updated_at: Date;
  };
  /** kept by triggers of what is searched, as journal_words is by those of this one */
  journal_texts: {
    user_id: string;
    id: Generated<string>;
    entry_id: string | null;
    missed_id: string | null;
    page_id: string | null;
    words: string;
  };
  journal_words: { user_id: string; word: string; text_id: string };
  import_entries: {
    user_id: string;
    import_id: string;
    row: number;
    notes: string;
    setup: string;
    tags: string[];
  };
  journal_pages: {
    user_id: string;
    kind: 'day' | 'week' | 'month';
    /** a date: `pg` hands it over as an instant, so ask for its text */
    starts_on: ColumnType<Date, string, string>;
    plan: Generated<string>;
    review: Generated<string>;
    lessons: Generated<string>;
    mood: string | null;
    version: Generated<number>;
    updated_at: Date;
  };
}
