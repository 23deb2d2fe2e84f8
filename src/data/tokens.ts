import { randomBytes } from 'node:crypto';
import { newSecret, secretHash } from '../lib/secret.js';
import type { Tx } from './database.js';
import type { Scope } from './schema.js';

export interface ListedToken {
  id: string;
  name: string;
  scope: Scope;
  hint: string;
  created_at: Date;
  used_at: Date | null;
}

/**
 * Makes a token for programs, and keeps its hash and a hint that tells tokens apart in a list. The prefix lets secret
 * scanners know it.
 */
export const issueToken = async (
  tx: Tx,
  { userId, name, scope, at }: { userId: string; name: string; scope: Scope; at: Date },
): Promise<string> => {
  const token = `rj_${newSecret(randomBytes)}`;
  await tx
    .insertInto('api_tokens')
    .values({
      user_id: userId,
      name,
      scope,
      secret_hash: secretHash(token),
      hint: token.slice(-4),
      created_at: at,
      used_at: null,
    })
    .execute();
  return token;
};

export const listTokens = (tx: Tx, userId: string): Promise<ListedToken[]> =>
  tx
    .selectFrom('api_tokens')
    .where('user_id', '=', userId)
    .select(['id', 'name', 'scope', 'hint', 'created_at', 'used_at'])
    .orderBy('created_at', 'desc')
    .execute();

/** Removes a token at once. Its name; null when it is not this person's. */
export const revokeToken = async (tx: Tx, userId: string, id: string): Promise<string | null> => {
  const gone = await tx
    .deleteFrom('api_tokens')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst();
  return gone?.name ?? null;
};

export const revokeTokens = async (tx: Tx, userId: string): Promise<void> => {
  await tx.deleteFrom('api_tokens').where('user_id', '=', userId).execute();
};

export const touchToken = async (tx: Tx, userId: string, id: string, at: Date): Promise<void> => {
  await tx
    .updateTable('api_tokens')
    .set({ used_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
};
