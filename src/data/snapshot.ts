import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  sql,
  type DatabaseConnection,
  type QueryExecutor,
} from 'kysely';
import pg from 'pg';
import type { DatabaseAddress } from './database.js';
import type { Schema } from './schema.js';
import { Tx } from './transaction.js';

export interface Snapshot {
  tx: Tx;
  /** by which `pg_dump` sees the very same */
  id: string;
}

// Rows are compared as text: what shapes it must not depend on a server's configuration.
const plainText =
  '-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1';

/** One connection as the role of the backup, which reads all rows and writes none but what it reports. */
export async function withBackupRole<T>(
  address: DatabaseAddress,
  password: string,
  work: (connection: DatabaseConnection, executor: QueryExecutor) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({
    ...address,
    ...{ user: 'rawjournal_backup', password, max: 1, options: plainText },
    application_name: 'rawjournal backup',
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const executor = db.getExecutor();
  try {
    return await executor.provideConnection((connection) => work(connection, executor));
  } finally {
    await db.destroy();
  }
}

/**
 * Everything in a database as of one moment, seen by the role of the backup. The moment is one that some order of the
 * transactions around it explains (serializable, deferrable), and may be waited for.
 */
export const withSnapshot = <T>(
  address: DatabaseAddress,
  password: string,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> =>
  withBackupRole(address, password, async (connection, executor) => {
    const say = (text: string): Promise<unknown> => connection.executeQuery(CompiledQuery.raw(text));
    await say('begin isolation level serializable, read only, deferrable');
    const tx = new Tx(executor.withConnectionProvider({ provideConnection: (ask) => ask(connection) }));
    const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
    const done = await work({ tx, id: rows[0]?.id ?? '' });
    await say('commit');
    return done;
  });
