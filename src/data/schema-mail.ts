import type { ColumnType, Generated } from 'kysely';
import type { LetterKind, LetterState } from './letters.js';

/** Letters and devices; the shadow in types of migrations/0032_mail.sql. */
export interface MailSchema {
  letters: {
    user_id: string;
    id: Generated<string>;
    kind: LetterKind;
    /** jsonb: handed over parsed, taken as text */
    facts: ColumnType<object | null, string, null>;
    secret: ColumnType<string | null, string | undefined, null>;
    once: ColumnType<string | null, string | undefined, never>;
    created_at: Date;
    due_at: Date;
    expires_at: Date;
    tries: Generated<number>;
    claimed_at: ColumnType<Date | null, undefined, Date | null>;
    state: Generated<LetterState>;
    done_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    answer: Generated<string>;
    has_text: ColumnType<boolean, never, never>;
  };
  devices: {
    user_id: string;
    secret_hash: string;
    agent: string;
    first_seen_at: Date;
    seen_at: Date;
  };
}
