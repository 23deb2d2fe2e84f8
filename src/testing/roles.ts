import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Test } from 'tap';
import type { Database } from '../data/database.js';
import { addUser } from '../data/users.js';
import type { TestDatabase } from './database.js';

export type LoginRole = 'app' | 'sync' | 'admin' | 'backup';

/** A bare connection as one of the roles, without the doors of the program in between. */
export async function connectAs(
  t: Test,
  { login, passwords }: TestDatabase,
  role: LoginRole,
): Promise<pg.Client> {
  const client = new pg.Client({
    ...login.address,
    user: `rawjournal_${role}`,
    password: passwords[role],
  });
  client.on('error', () => undefined);
  await client.connect();
  t.teardown(() => client.end());
  return client;
}

/** Nobody's business but people's own: the synchronisation has no part in them. */
export const peoplesTables = [
  'activities',
  'api_tokens',
  'backtest_passes',
  'backtests',
  'devices',
  'entry_mistakes',
  'entry_tags',
  'experts',
  'form_receipts',
  'import_deals',
  'import_entries',
  'import_orders',
  'imports',
  'instrument_specs',
  'journal_pages',
  'journal_texts',
  'journal_words',
  'kept_books',
  'mailed_links',
  'missed_trades',
  'mistakes',
  'recovery_codes',
  'saved_views',
  'screenshots',
  'sessions',
  'setups',
  'subscriptions',
  'table_mappings',
  'tags',
  'two_factor',
  'users',
  'welcomes',
] as const;

export const tradingTables = [
  'account_snapshots',
  'accounts',
  'book_versions',
  'deal_versions',
  'deals',
  'orders',
  'position_levels',
  'positions',
  'reconciliations',
  'trade_sums',
  'trades',
] as const;

/** Rows that the program adds, and neither changes nor removes. */
export const appendOnlyTables: readonly string[] = ['activities'];

/** Every table that holds people's data, in the order of their names. */
export const tenantTables = [
  ...peoplesTables,
  ...tradingTables,
  ...(['journal_entries', 'letters', 'session_windows'] as const),
].sort();

/** The code with which PostgreSQL refuses a statement; 'done' when it does not. */
export const refusal = (client: pg.Client, text: string, values: unknown[] = []): Promise<string> =>
  client.query(text, values).then(
    () => 'done',
    (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error)),
  );

export const denied = '42501';

/** A row in `users` and nothing else; returns its id. */
export async function addPerson(db: Database): Promise<string> {
  const userId = randomUUID();
  await db.withTenant('app', userId, (tx) =>
    addUser(tx, {
      userId,
      email: `${userId}@example.org`,
      passwordHash: 'a hash',
      role: 'user',
      timeZone: 'UTC',
      verifiedAt: null,
      createdAt: new Date(0),
    }),
  );
  return userId;
}
