import { open, renew, seal, type Keyring, type Renewal } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import type { Tx } from './database.js';

const purpose = 'totp';
interface SealingTools {
  keyring: Keyring;
  random: RandomBytes;
}

export const sealFactor = ({ keyring, random }: SealingTools, userId: string, secret: string): Buffer =>
  seal({ keys: keyring, random }, purpose, [userId], Buffer.from(secret));

/** The secret in the letters of authenticator apps. Throws when it was sealed for somebody else or by another key. */
export const openFactor = (
  { keyring }: Pick<SealingTools, 'keyring'>,
  userId: string,
  sealed: Buffer,
): string => open({ keys: keyring }, purpose, [userId], sealed).toString();

/** The same under the key that is active now. Throws as `openFactor` does. */
export const renewFactor = (renewal: Renewal, userId: string, sealed: Buffer): Buffer =>
  renew(renewal, purpose, [userId], sealed);

export interface TwoFactor {
  sealed_secret: Buffer;
  confirmed_at: Date | null;
  last_step: string;
}

export const twoFactorOf = (tx: Tx, userId: string): Promise<TwoFactor | undefined> =>
  tx
    .selectFrom('two_factor')
    .where('user_id', '=', userId)
    .select(['sealed_secret', 'confirmed_at', 'last_step'])
    .executeTakeFirst();

/** Keeps a secret that waits for its first code; one that was confirmed is never replaced this way. */
export const proposeSecret = async (tx: Tx, userId: string, sealed: Buffer): Promise<void> => {
  await tx
    .insertInto('two_factor')
    .values({ user_id: userId, sealed_secret: sealed, confirmed_at: null })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ sealed_secret: sealed })
        .where('two_factor.confirmed_at', 'is', null),
    )
    .execute();
};

/** Uses up one time step. True for one caller only: a code that was seen cannot be sent again. */
export const spendStep = async (tx: Tx, userId: string, step: number): Promise<boolean> => {
  const spent = await tx
    .updateTable('two_factor')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('last_step', '<', String(step))
    .executeTakeFirst();
  return spent.numUpdatedRows === 1n;
};

export const confirmTwoFactor = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx.updateTable('two_factor').set({ confirmed_at: at }).where('user_id', '=', userId).execute();
};

export const removeTwoFactor = async (tx: Tx, userId: string): Promise<void> => {
  await tx.deleteFrom('two_factor').where('user_id', '=', userId).execute();
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
};

/** Replaces all recovery codes; only their hashes are kept. */
export const replaceRecoveryCodes = async (tx: Tx, userId: string, hashes: string[]): Promise<void> => {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx
    .insertInto('recovery_codes')
    .values(hashes.map((hash) => ({ user_id: userId, code_hash: hash, used_at: null })))
    .execute();
};

/** Uses a recovery code up. True for one caller only. */
export const spendRecoveryCode = async (tx: Tx, userId: string, hash: string, at: Date): Promise<boolean> => {
  const spent = await tx
    .updateTable('recovery_codes')
    .set({ used_at: at })
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return spent.numUpdatedRows === 1n;
};

export const recoveryCodesLeft = async (tx: Tx, userId: string): Promise<number> => {
  const { left } = await tx
    .selectFrom('recovery_codes')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .select((all) => all.fn.countAll<string>().as('left'))
    .executeTakeFirstOrThrow();
  return Number(left);
};
