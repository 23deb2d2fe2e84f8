import { sql } from 'kysely';
import type { Tx } from './database.js';

/** Brokers' servers as terminals know them: by accounts that are read there, and by those that nobody finds. */

export interface UnknownServer {
  server: string;
  asked_at: Date;
  asked: number;
}

/** Those at which an account was read, by name. */
export const knownServers = async (tx: Tx): Promise<string[]> => {
  const rows = await tx.selectFrom('broker_servers').select('server').orderBy('server').execute();
  return rows.map(({ server }) => server);
};

/** The last one asked for first. */
export const unknownServers = (tx: Tx): Promise<UnknownServer[]> =>
  tx.selectFrom('unknown_servers').selectAll().orderBy('asked_at', 'desc').execute();

export const noteUnknownServer = async (tx: Tx, server: string, at: Date): Promise<void> => {
  await tx
    .insertInto('unknown_servers')
    .values({ server, asked_at: at })
    .onConflict((conflict) =>
      conflict.column('server').doUpdateSet({ asked_at: at, asked: sql`unknown_servers.asked + 1` }),
    )
    .execute();
};

/** It answers now, or an administrator has read of it. False where nobody had asked for it. */
export const forgetUnknownServer = async (tx: Tx, server: string): Promise<boolean> => {
  const done = await tx.deleteFrom('unknown_servers').where('server', '=', server).executeTakeFirst();
  return done.numDeletedRows > 0n;
};
