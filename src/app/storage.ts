import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openDatabase, type Database, type DatabaseAddress, type DatabaseOptions } from '../data/database.js';
import { ensureDatabase, migrate, type AdminLogin } from '../data/migrate.js';
import { isOutage } from '../data/outage.js';
import { rolePasswords } from '../data/roles.js';
import type { Config } from './config.js';
import { startPostgres } from './postgres.js';
import type { StateFolders } from './state.js';

export interface Storage {
  db: Database;
  address: DatabaseAddress;
  /** Closes the connections, then the embedded server where there is one. */
  close(): Promise<void>;
}

const embedded = async (folders: StateFolders, log: Logger) => {
  const server = await startPostgres({
    dataDir: folders.postgres,
    socketDir: folders.run,
    log: (line, level) => log[level === 'info' ? 'debug' : level]({ from: 'postgres' }, line),
  });
  const { host, port, user } = server.connection;
  const login: AdminLogin = { address: { host, port, database: 'rawjournal' }, user };
  await ensureDatabase(login, 'postgres');
  return { login, stop: () => server.stop() };
};

/**
 * How long a start waits for a database that does not answer, and between two tries, in ms. Long enough for the unit's
 * limit of starts never to be reached by a database that is away, after which nobody would start it any more.
 */
const mostWaitMs = 60_000;
const pauseMs = 200;

/** A number in [0, 1) for spreading retries. */
export const random = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;

/**
 * A machine that has just started, or a database that has just died, needs a moment more than this program: it is
 * waited for, since whoever starts it again would pause for longer. Throws what is no outage at once.
 */
async function patiently<T>(work: () => Promise<T>, log: Logger): Promise<T> {
  const lastMs = performance.now() + mostWaitMs;
  for (let isTold = false; ; isTold = true) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || performance.now() > lastMs) throw error;
      if (!isTold) log.warn({ err: error }, 'The database does not answer yet. It is waited for.');
      await sleep(pauseMs);
    }
  }
}

/** Opens the database of the configuration, or the embedded one, with the schema brought up to date. */
export async function openStorage(
  config: Pick<Config, 'database'> & Pick<DatabaseOptions, 'onQuery'>,
  folders: StateFolders,
  log: Logger,
  root: string,
): Promise<Storage> {
  const server =
    config.database === null
      ? await embedded(folders, log)
      : { login: config.database, stop: () => Promise.resolve() };
  const { address } = server.login;
  try {
    const passwords = await rolePasswords(folders.credentials);
    const done = await patiently(() => migrate(server.login, passwords, join(root, 'migrations')), log);
    if (done.length > 0) log.info({ migrations: done }, 'The database schema was brought up to date.');
    const { onQuery } = config;
    const db = openDatabase({
      ...{ address, passwords, random, onError: (line: string) => log.warn(line) },
      ...(onQuery === undefined ? {} : { onQuery }),
    });
    return {
      db,
      address,
      close: async () => {
        await db.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
