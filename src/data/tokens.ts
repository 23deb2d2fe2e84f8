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

/** Keeps the hash of an API token and the last four characters as a hint. Returns the token's id. */
export const addToken = async (
  tx: Tx,
  token: { userId: string; name: string; scope: Scope; secretHash: string; hint: string; at: Date },
): Promise<string> => {
  const { id } = await tx
    .insertInto('api_tokens')
    .values({
      user_id: token.userId,
      name: token.name,
      scope: token.scope,
      secret_hash: token.secretHash,
      hint: token.hint,
      created_at: token.at,
      used_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
};

export const listTokens = (tx: Tx, userId: string): Promise<ListedToken[]> =>
  tx
    .selectFrom('api_tokens')
    .where('user_id', '=', userId)
    .select(['id', 'name', 'scope', 'hint', 'created_at', 'used_at'])
    .orderBy('created_at', 'desc')
    .execute();

/** Removes a token at once; false when it is not this person's. */
export const revokeToken = async (tx: Tx, userId: string, id: string): Promise<boolean> => {
  const done = await tx
    .deleteFrom('api_tokens')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
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
