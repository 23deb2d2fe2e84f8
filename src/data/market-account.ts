import { sql, type RawBuilder, type Selectable, type SqlBool } from 'kysely';
import { contentAt, contentOf } from '../lib/seal.js';
import type { Tx } from './database.js';
import type { Schema } from './schema.js';

/** The account by which prices are read: one for the whole installation, and nobody's own. */

/** As pages and commands show it. */
export type MarketAccountRow = Omit<Selectable<Schema['market_account']>, 'is_only' | 'sealed_password'>;

const columns = ['server', 'login', 'state', 'reason', 'rejections', 'set_at', 'told_at'] as const;

export const marketAccount = (tx: Tx): Promise<MarketAccountRow | undefined> =>
  tx.selectFrom('market_account').select(columns).executeTakeFirst();

export type SealedMarketAccount = MarketAccountRow & { sealed_password: Buffer | null };

/** With the password as it is kept, for a login. */
export const sealedMarketAccount = (tx: Tx): Promise<SealedMarketAccount | undefined> =>
  tx
    .selectFrom('market_account')
    .select([...columns, 'sealed_password'])
    .executeTakeFirst();

/** In the place of the one before, whose refusals count no more. */
export const setMarketAccount = async (
  tx: Tx,
  { server, login, sealedPassword, at }: { server: string; login: string; sealedPassword: Buffer; at: Date },
): Promise<void> => {
  const anew = { server, login, sealed_password: sealedPassword, set_at: at, told_at: null };
  await tx
    .insertInto('market_account')
    .values(anew)
    .onConflict((conflict) =>
      conflict.column('is_only').doUpdateSet({ ...anew, state: 'set', reason: '', rejections: 0 }),
    )
    .execute();
};

/** False when there was none. */
export const clearMarketAccount = async (tx: Tx): Promise<boolean> => {
  const done = await tx.deleteFrom('market_account').executeTakeFirst();
  return done.numDeletedRows === 1n;
};

/**
 * What follows is told of one password, by its seal: of one that was set meanwhile it would not be true. The key that
 * wraps it may have been changed meanwhile.
 */
const isOf = (sealed: Buffer): RawBuilder<SqlBool> =>
  sql<SqlBool>`substring(sealed_password from ${contentAt + 1}::int) = ${contentOf(sealed)}`;

/** The broker refused it once more: how often it has in all; null when it is another by now. */
export const countMarketRejection = async (tx: Tx, sealed: Buffer): Promise<number | null> => {
  const row = await tx
    .updateTable('market_account')
    .set({ rejections: sql<number>`rejections + 1` })
    .where(isOf(sealed))
    .returning('rejections')
    .executeTakeFirst();
  return row?.rejections ?? null;
};

/** It is not let in yet, and why. */
export const noteMarketSilence = async (
  tx: Tx,
  sealed: Buffer,
  { reason, at }: { reason: string; at: Date },
): Promise<void> => {
  await tx
    .updateTable('market_account')
    .set({ state: 'set', reason, told_at: at })
    .where(isOf(sealed))
    .where('reason', '<>', reason)
    .execute();
};

export const acceptMarketAccount = async (tx: Tx, sealed: Buffer, at: Date): Promise<void> => {
  await tx
    .updateTable('market_account')
    .set({ state: 'accepted', reason: '', told_at: at })
    .where(isOf(sealed))
    .where('state', '<>', 'accepted')
    .execute();
};

/** It is not tried again. False when it is another by now. */
export const refuseMarketAccount = async (
  tx: Tx,
  sealed: Buffer,
  { reason, at, wipes }: { reason: string; at: Date; wipes: boolean },
): Promise<boolean> => {
  const done = await tx
    .updateTable('market_account')
    .set({ state: 'refused', reason, told_at: at, ...(wipes ? { sealed_password: null } : {}) })
    .where(isOf(sealed))
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};
