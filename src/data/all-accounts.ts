import type { Database } from './database.js';

/** Every synchronised account of everybody, by its ids alone. */
export const listLiveAccounts = (db: Database): Promise<{ userId: string; accountId: string }[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('accounts')
      .where('type', '=', 'live')
      .select(['user_id as userId', 'id as accountId'])
      .orderBy('user_id')
      .orderBy('id')
      .execute(),
  );
