import { sql, type Selectable } from 'kysely';
import type { Database, Tx } from './database.js';
import type { Schema } from './schema.js';
import type { AccountState, AccountType, Category } from './schema-trading.js';

export type AccountRow = Omit<Selectable<Schema['accounts']>, 'sealed_password'>;

/** What a reading changes of an account. */
const figures = [
  'light_synced_at',
  'company',
  'currency',
  'currency_digits',
  'margin_mode',
  'leverage',
  'balance',
  'credit',
  'equity',
  'floating',
  'margin',
  'free_margin',
  'margin_level',
  'peak_equity',
  'peak_at',
] as const;

const columns = [
  'user_id',
  'id',
  'type',
  'category',
  'label',
  'created_at',
  'server',
  'login',
  'state',
  'state_reason',
  'rejections',
  'connected_at',
  'full_synced_at',
  'cursor_ms',
  'clock_rule',
  ...figures,
] as const;

export interface NewAccount {
  id: string;
  userId: string;
  type: AccountType;
  category: Category;
  label: string;
  at: Date;
  /** null where nothing is synchronised */
  connection: { server: string; login: string; sealedPassword: Buffer } | null;
  /** where it is held, as a report says; a terminal does not read it */
  place?: { server: string; login: string } | undefined;
  /** by which the times of its reports are turned into UTC */
  clockRule?: string;
  /** chosen by the owner where no broker says it */
  currency?: { code: string; digits: number } | undefined;
}

/** Adds an account. Throws a unique violation of `accounts_by_login` when this user has it already. */
export const addAccount = async (tx: Tx, account: NewAccount): Promise<void> => {
  const { connection } = account;
  await tx
    .insertInto('accounts')
    .values({
      user_id: account.userId,
      id: account.id,
      type: account.type,
      category: account.category,
      label: account.label,
      created_at: account.at,
      server: connection?.server ?? account.place?.server ?? null,
      login: connection?.login ?? account.place?.login ?? null,
      clock_rule: account.clockRule ?? '',
      sealed_password: connection?.sealedPassword ?? null,
      state: connection === null ? 'live' : 'connecting',
      connected_at: null,
      light_synced_at: null,
      full_synced_at: null,
      company: null,
      currency: account.currency?.code ?? null,
      currency_digits: account.currency?.digits ?? null,
      margin_mode: null,
      leverage: null,
      balance: null,
      credit: null,
      equity: null,
      floating: null,
      margin: null,
      free_margin: null,
      margin_level: null,
      peak_equity: null,
      peak_at: null,
    })
    .execute();
};

/** Everything a user has connected, in the order they did. */
export const listAccounts = (tx: Tx, userId: string): Promise<AccountRow[]> =>
  tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .select(columns)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

export type Connection = Pick<AccountRow, 'user_id' | 'id' | 'type' | 'state'>;

/** Everybody's accounts, for the administrator: whose they are and whether they can be read. */
export const listConnections = (db: Database): Promise<Connection[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('accounts')
      .select(['user_id', 'id', 'type', 'state'])
      .orderBy('user_id')
      .orderBy('id')
      .execute(),
  );

export const accountOf = (tx: Tx, userId: string, id: string): Promise<AccountRow | undefined> =>
  tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .select(columns)
    .executeTakeFirst();

/** The sealed investor password; null when there is none (any more). */
export const sealedPasswordOf = async (tx: Tx, userId: string, id: string): Promise<Buffer | null> => {
  const row = await tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .select('sealed_password')
    .executeTakeFirst();
  return row?.sealed_password ?? null;
};

/** Name and category are the owner's to choose. False when there is no such account. */
export const renameAccount = async (
  tx: Tx,
  userId: string,
  id: string,
  change: { label?: string | undefined; category?: Category | undefined },
): Promise<boolean> => {
  const done = await tx
    .updateTable('accounts')
    .set({
      ...(change.label === undefined ? { label: sql<string>`label` } : { label: change.label }),
      ...(change.category === undefined ? {} : { category: change.category }),
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

/** New credentials: the counter of refusals starts again, and the next reading tries them. */
export const setCredentials = async (
  tx: Tx,
  userId: string,
  id: string,
  connection: { server: string; login: string; sealedPassword: Buffer },
): Promise<boolean> => {
  const done = await tx
    .updateTable('accounts')
    .set({
      server: connection.server,
      login: connection.login,
      sealed_password: connection.sealedPassword,
      state: 'connecting',
      state_reason: '',
      rejections: 0,
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('type', '=', 'live')
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

export const setState = async (
  tx: Tx,
  userId: string,
  id: string,
  { state, reason }: { state: AccountState; reason: string },
): Promise<void> => {
  await tx
    .updateTable('accounts')
    .set({ state, state_reason: reason })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
};

export const removeAccount = async (tx: Tx, userId: string, id: string): Promise<boolean> => {
  const done = await tx
    .deleteFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
};

/** Accounts whose very first login never succeeded go after a day. How many went. */
export const removeOldDrafts = async (tx: Tx, userId: string, before: Date): Promise<number> => {
  const done = await tx
    .deleteFrom('accounts')
    .where('user_id', '=', userId)
    .where('type', '=', 'live')
    .where('connected_at', 'is', null)
    .where('created_at', '<', before)
    .where('state', 'in', ['needs-password', 'refused-master', 'unknown-server'])
    // One that reports have filled holds what nothing brings back.
    .where(
      sql<boolean>`not exists (
      select from imports i where i.user_id = accounts.user_id and i.account_id = accounts.id)`,
    )
    .executeTakeFirst();
  return Number(done.numDeletedRows);
};

export interface Reading {
  at: Date;
  company: string;
  currency: string;
  currencyDigits: number;
  marginMode: number;
  leverage: number;
  /** money as decimal text in the account's currency */
  balance: string;
  credit: string;
  equity: string;
  floating: string;
  margin: string;
  freeMargin: string;
  /** per cent; null: nothing is open */
  marginLevel: number | null;
}

export type AccountFigures = Pick<AccountRow, (typeof figures)[number]>;

/** What the broker says of the account now, with the highest equity ever seen; as it stands in the row from then on. */
export const recordReading = (tx: Tx, userId: string, id: string, now: Reading): Promise<AccountFigures> => {
  const isPeak = sql<boolean>`peak_equity is null or ${now.equity}::numeric > peak_equity`;
  return tx
    .updateTable('accounts')
    .set({
      light_synced_at: now.at,
      company: now.company,
      currency: now.currency,
      currency_digits: now.currencyDigits,
      margin_mode: now.marginMode,
      leverage: now.leverage,
      balance: now.balance,
      credit: now.credit,
      equity: now.equity,
      floating: now.floating,
      margin: now.margin,
      free_margin: now.freeMargin,
      margin_level: now.marginLevel,
      peak_equity: sql<string>`greatest(peak_equity, ${now.equity}::numeric)`,
      peak_at: sql<Date>`case when ${isPeak} then ${now.at}::timestamptz else peak_at end`,
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning(figures)
    .executeTakeFirstOrThrow();
};

/** How far the history has been read. A cursor never goes back by itself. */
export const moveCursor = async (
  tx: Tx,
  userId: string,
  id: string,
  to: { at: Date; cursorMs: number; clockRule: string; state: 'live' | 'incomplete'; reason: string },
): Promise<void> => {
  await tx
    .updateTable('accounts')
    .set({
      full_synced_at: to.at,
      connected_at: sql<Date>`coalesce(connected_at, ${to.at}::timestamptz)`,
      cursor_ms: sql<number>`greatest(cursor_ms, ${to.cursorMs})`,
      clock_rule: to.clockRule,
      state: sql<AccountState>`case when state = 'paused' then state else ${to.state} end`,
      state_reason: to.reason,
      rejections: 0,
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
};
