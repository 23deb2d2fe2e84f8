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

/** Everybody, the invented trader of a trial too, by their ids alone. */
export const allUserIds = async (db: Database): Promise<string[]> => {
  const rows = await db.withAdminLists((tx) =>
    tx.selectFrom('users').select('user_id').orderBy('user_id').execute(),
  );
  return rows.map(({ user_id: id }) => id);
};

/** The servers that accounts of anybody name. */
export const allAccountServers = async (db: Database): Promise<string[]> => {
  const rows = await db.withAdminLists((tx) =>
    tx.selectFrom('accounts').where('server', 'is not', null).select('server').distinct().execute(),
  );
  return rows.flatMap(({ server }) => server ?? []);
};
