import type { Tx } from './database.js';
import type { AccountType, Category } from './schema-trading.js';

/** An account that reports have filled, and that a terminal reads from now on. */

/** The user's account at this login; undefined: there is none. */
export const accountAt = (
  tx: Tx,
  userId: string,
  { server, login }: { server: string; login: string },
): Promise<{ id: string; type: AccountType } | undefined> =>
  tx
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('server', '=', server)
    .where('login', '=', login)
    .select(['id', 'type'])
    .executeTakeFirst();

/** What reports told of it stays, and gives way where the terminal tells the same. */
export const adoptAccount = async (
  tx: Tx,
  userId: string,
  id: string,
  change: { label: string; category: Category; sealedPassword: Buffer },
): Promise<void> => {
  await tx
    .updateTable('accounts')
    .set({
      ...{ type: 'live', state: 'connecting', state_reason: '', rejections: 0 },
      ...{ label: change.label, category: change.category, sealed_password: change.sealedPassword },
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('type', '=', 'report')
    .execute();
};
