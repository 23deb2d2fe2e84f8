import type { ColumnType, Generated } from 'kysely';
import type { ActivitiesSchema } from './schema-activities.js';
import type { BacktestsSchema } from './schema-backtests.js';
import type { BillingSchema } from './schema-billing.js';
import type { ImportsSchema } from './schema-imports.js';
import type { JournalSchema } from './schema-journal.js';
import type { MailSchema } from './schema-mail.js';
import type { TradingSchema } from './schema-trading.js';
import type { WatchSchema } from './schema-watch.js';

/** What PostgreSQL holds, column by column; migrations/ is the truth and this is its shadow in types. */
export interface Schema
  extends
    TradingSchema,
    ImportsSchema,
    BacktestsSchema,
    JournalSchema,
    MailSchema,
    WatchSchema,
    BillingSchema,
    ActivitiesSchema {
  installation: { only_row: Generated<boolean>; claimed_at: Date | null };
  users: {
    user_id: string;
    email: string;
    name: Generated<string>;
    role: Generated<Role>;
    time_zone: Generated<string>;
    password_hash: string;
    verified_at: Date | null;
    disabled_at: Date | null;
    created_at: Date;
    is_demo: Generated<boolean>;
    /** when all of it is removed, as was asked for; null: it stays */
    leaves_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    /** of the list of trades; null: the usual ones */
    trade_columns: ColumnType<string[] | null, string[] | null | undefined, string[] | null>;
    weekly_letter: Generated<boolean>;
  };
  sessions: {
    user_id: string;
    id: Generated<string>;
    secret_hash: string;
    stage: Stage;
    address: string;
    agent: string;
    created_at: Date;
    seen_at: Date;
  };
  mailed_links: {
    user_id: string;
    id: Generated<string>;
    kind: LinkKind;
    secret_hash: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  api_tokens: {
    user_id: string;
    id: Generated<string>;
    name: string;
    scope: Scope;
    secret_hash: string;
    hint: string;
    created_at: Date;
    used_at: Date | null;
  };
  two_factor: {
    user_id: string;
    sealed_secret: Buffer;
    confirmed_at: Date | null;
    /** bigint: `pg` hands it over as text */
    last_step: ColumnType<string, number | undefined, number>;
  };
  recovery_codes: { user_id: string; code_hash: string; used_at: Date | null };
  saved_views: { user_id: string; id: Generated<string>; name: string; query: string; created_at: Date };
  experts: {
    user_id: string;
    id: Generated<string>;
    place: number;
    name: string;
    magics: string[];
    pattern: string | null;
    created_at: Date;
  };
  legal_pages: { name: 'terms' | 'privacy'; body: string; version: Generated<number>; saved_at: Date };
  form_receipts: { user_id: string; id: string; received_at: Date };
  welcomes: { user_id: string; step: Generated<1 | 2 | 3>; begun_at: Date | null; ended_at: Date | null };
  instrument_specs: {
    user_id: string;
    name: string;
    /** numeric: `pg` hands it over as text and takes text */
    contract_size: string;
    pip_size: string | null;
    quote_currency: string;
    digits: number | null;
    saved_at: Date;
  };
}

export type Role = 'user' | 'admin';
/**
 * code: the password was right and the second factor is still owed · leaving: everything was right, of somebody who has
 * asked to be deleted
 */
export type Stage = 'code' | 'leaving' | 'full';
export type LinkKind = 'verify' | 'reset';
export type Scope = 'read' | 'write';
