import { sql, type Selectable } from 'kysely';
import { isSameSeal } from '../lib/seal.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import type { Schema } from './schema.js';
import type { AccountState } from './schema-trading.js';

/** What a visit works with: the row and the sealed password of the same moment. */
export type AccountToRead = Selectable<Schema['accounts']>;

export const accountToRead = (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
): Promise<AccountToRead | undefined> =>
  tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .selectAll()
    .executeTakeFirst();

/**
 * False when the account was removed or was given other credentials since `sealed` was read: then what was read with
 * those belongs to nobody. This may change until the transaction ends.
 */
export async function isStillThere(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  sealed: Buffer | null,
): Promise<boolean> {
  const row = await tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .select('sealed_password')
    .executeTakeFirst();
  if (row === undefined) return false;
  if (row.sealed_password === null) return sealed === null;
  return sealed !== null && isSameSeal(row.sealed_password, sealed);
}

/** The same, and it stays so until the transaction ends, which therefore should be soon: pages wait for it. */
export async function holdAccount(tx: Tx, owner: OwnedAccount, sealed: Buffer | null): Promise<boolean> {
  await tx
    .selectFrom('accounts')
    .where('user_id', '=', owner.userId)
    .where('id', '=', owner.accountId)
    .select('id')
    .forNoKeyUpdate()
    .execute();
  return isStillThere(tx, owner, sealed);
}

/** Counts one refusal by the broker before anything else is done about it. How many there have been. */
export async function countRejection(tx: Tx, { userId, accountId }: OwnedAccount): Promise<number> {
  const row = await tx
    .updateTable('accounts')
    .set({ rejections: sql<number>`rejections + 1` })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .returning('rejections')
    .executeTakeFirst();
  return row?.rejections ?? 0;
}

/** What a visit found out about the account. Of what passes by itself a paused account is not told. */
export async function tellState(
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { state, reason, isFinal }: { state: AccountState; reason: string; isFinal: boolean },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ state, state_reason: reason })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .$if(!isFinal, (query) => query.where('state', '<>', 'paused'))
    .execute();
}

/** A master password is forgotten at once. */
export async function wipePassword(tx: Tx, { userId, accountId }: OwnedAccount): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ sealed_password: null })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .execute();
}

/**
 * For a transaction that writes a whole history: 100,000 deals take longer than any page may. Until it ends nobody else
 * writes the history of this account: what has been found of it stays so.
 */
export async function beginHistory(tx: Tx, { accountId }: OwnedAccount): Promise<void> {
  await sql`
    select set_config('statement_timeout', '60000', true),
      set_config('idle_in_transaction_session_timeout', '60000', true)`.execute(tx);
  await sql`select pg_advisory_xact_lock(hashtextextended(${accountId}, 0))`.execute(tx);
}
