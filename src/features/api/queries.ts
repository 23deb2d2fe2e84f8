import type { Tx } from '../../data/database.js';

/** The user behind a token, in the words of the API. */
export const meOf = async (tx: Tx, userId: string) => {
  const row = await tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .select(['user_id', 'email', 'name', 'time_zone', 'role', 'created_at'])
    .executeTakeFirstOrThrow();
  return {
    id: row.user_id,
    email: row.email,
    name: row.name,
    timeZone: row.time_zone,
    role: row.role,
    createdAt: row.created_at.toISOString(),
  };
};
