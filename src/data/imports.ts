import { sql, type Selectable } from 'kysely';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { OfBatch } from './import-rows.js';
import type { Schema } from './schema.js';
import type { ImportKind, ImportState } from './schema-imports.js';

/** A batch of deals that no terminal brought, as it stands in the table. */
export type ImportRow = Selectable<Schema['imports']>;

export interface NewImport {
  id: string;
  userId: string;
  accountId: string | null;
  kind: ImportKind;
  state: ImportState;
  at: Date;
  fileName?: string;
  fileBytes?: number;
}

export const addImport = async (tx: Tx, batch: NewImport): Promise<void> => {
  await tx
    .insertInto('imports')
    .values({
      user_id: batch.userId,
      id: batch.id,
      account_id: batch.accountId,
      kind: batch.kind,
      state: batch.state,
      created_at: batch.at,
      saved_at: batch.state === 'saved' ? batch.at : null,
      file_name: batch.fileName ?? '',
      file_bytes: batch.fileBytes ?? 0,
      made_ms: null,
      new_account: null,
      counts: null,
    })
    .execute();
};

export const importOf = (tx: Tx, userId: string, id: string): Promise<ImportRow | undefined> =>
  tx.selectFrom('imports').where('user_id', '=', userId).where('id', '=', id).selectAll().executeTakeFirst();

/** The same, and nobody else decides on it until the transaction ends. */
export const heldImport = (tx: Tx, userId: string, id: string): Promise<ImportRow | undefined> =>
  tx
    .selectFrom('imports')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();

/** Reports a user has sent, the last one first; with the name of the account that each belongs to. */
export const listImports = (
  tx: Tx,
  userId: string,
  limit: number,
): Promise<(ImportRow & { account: string | null })[]> =>
  tx
    .selectFrom('imports as i')
    .leftJoin('accounts as a', (join) =>
      join.onRef('a.user_id', '=', 'i.user_id').onRef('a.id', '=', 'i.account_id'),
    )
    .where('i.user_id', '=', userId)
    .where('i.kind', '<>', 'manual')
    .selectAll('i')
    .select('a.label as account')
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id')
    .limit(limit)
    .execute();

/** Whether a batch is still being read; it stays so until the transaction ends. */
export async function isRunning(tx: Tx, { userId, importId }: OfBatch): Promise<boolean> {
  const row = await tx
    .selectFrom('imports')
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .where('state', '=', 'running')
    .select('id')
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

export type ImportChange = Partial<
  Pick<
    ImportRow,
    'state' | 'account_id' | 'failure' | 'format' | 'made_ms' | 'clock_rule' | 'made_account' | 'saved_at'
  >
> & {
  readBytes?: number;
  /** as JSON */
  head?: string;
  newAccount?: string | null;
  counts?: string | null;
};

/** Notes what has become of a batch. With `from`, only while it is still in that state: false where it is not. */
export async function changeImport(
  tx: Tx,
  { userId, importId, from }: OfBatch & { from?: ImportState },
  { readBytes, newAccount, ...change }: ImportChange,
): Promise<boolean> {
  const done = await tx
    .updateTable('imports')
    .set({
      ...change,
      ...(readBytes === undefined ? {} : { read_bytes: readBytes }),
      ...(newAccount === undefined ? {} : { new_account: newAccount }),
    })
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .$if(from !== undefined, (query) => query.where('state', '=', from ?? 'running'))
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export const removeImport = async (tx: Tx, userId: string, id: string): Promise<void> => {
  await tx.deleteFrom('imports').where('user_id', '=', userId).where('id', '=', id).execute();
};

/** Batches that were not saved outlive the account that they were meant for. */
export const forgetAccount = async (tx: Tx, { userId, accountId }: OwnedAccount): Promise<void> => {
  await tx
    .updateTable('imports')
    .set({ account_id: null })
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('state', '<>', 'saved')
    .execute();
};

/** Whether an account holds anything but what this batch brought, and nobody has written of its trades. */
export async function isElseEmpty(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  importId: string,
): Promise<boolean> {
  const { rows } = await sql<{ is_empty: boolean }>`
    select not exists (select from deals where user_id = ${userId} and account_id = ${accountId})
      and not exists (select from imports where user_id = ${userId} and account_id = ${accountId} and id <> ${importId}
        and state = 'saved')
      and not exists (select from journal_entries where user_id = ${userId} and account_id = ${accountId})
      as is_empty`.execute(tx);
  return rows[0]?.is_empty ?? false;
}
