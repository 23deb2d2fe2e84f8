import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from '../lib/fault.js';
import { run, type Runner } from './postgres-runner.js';

export type Log = (line: string, level: 'info' | 'warn' | 'error') => void;

/** Absolute paths. `data` need not be there yet; its parent and `socket` are. */
export interface Folders {
  readonly data: string;
  readonly socket: string;
}

export const port = 5432;
const socketPathMaxBytes = 107;

export async function prepareFolders(dataDir: string, socketDir: string): Promise<Folders> {
  const socket = resolve(socketDir);
  const bytes = Buffer.byteLength(join(socket, `.s.PGSQL.${port}`));
  if (bytes > socketPathMaxBytes) {
    throw new Fault(
      500,
      'socket_path_too_long',
      `The path of the database's socket in ${socket} is ${bytes} bytes long and may have ${socketPathMaxBytes}. ` +
        `Set STATE_DIR to a folder with a shorter path.`,
    );
  }
  await mkdir(socket, { recursive: true, mode: 0o700 });
  const parent = dirname(resolve(dataDir));
  await mkdir(parent, { recursive: true });
  const absent = join(await realpath(parent), basename(dataDir));
  return { socket, data: await realpath(dataDir).catch(() => absent) };
}

/**
 * Marks the data folder as ours for as long as this process lives. An abstract socket is the lock: only one process
 * can bind the name, and the kernel frees it however that process dies, so there is no stale lock to judge.
 */
export async function claim(folders: Folders): Promise<Server> {
  const parent = await stat(dirname(folders.data));
  const key = `${parent.dev}:${parent.ino}:${basename(folders.data)}`;
  const lock = createServer((visitor) => visitor.destroy()).unref();
  lock.listen({ path: `\0rawjournal/${createHash('sha256').update(key).digest('hex')}` });
  try {
    await once(lock, 'listening');
  } catch (cause) {
    throw new Fault(
      409,
      'already_running',
      `RawJournal is already running here: another process has the database in ${folders.data} open. Stop it first.`,
      { cause },
    );
  }
  return lock;
}

/** Makes the database unless it is there. It appears under its name only when complete: a kill leaves no half of it. */
export async function ensureCluster(
  folders: Folders,
  initdb: string,
  how: { runner: Runner; log: Log },
): Promise<void> {
  const { runner, log } = how;
  if (await exists(join(folders.data, 'global', 'pg_control'))) return;
  await removeUnfinished(folders.data);
  const fresh = await mkdtemp(folders.data + unfinished);
  try {
    if (runner.account !== null) await chown(fresh, runner.account.uid, runner.account.gid);
    await run(runner, initdb, ['-D', fresh, '-U', 'postgres', ...initdbOptions]);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    throw new Fault(500, 'database_not_made', `The database could not be made in ${folders.data}.`, {
      cause,
    });
  }
  await putInPlace(fresh, folders.data, log);
}

const unfinished = '.unfinished-';
const initdbOptions = [
  '--locale=C.UTF-8',
  '--encoding=UTF8',
  '--auth-local=trust',
  '--auth-host=reject',
  '--no-instructions',
];

async function removeUnfinished(data: string): Promise<void> {
  const names = await readdir(dirname(data));
  for (const name of names.filter((name) => name.startsWith(basename(data) + unfinished)))
    // An initdb whose parent was killed may be cleaning up there at this moment.
    await rm(join(dirname(data), name), { recursive: true, force: true, maxRetries: 5 });
}

async function putInPlace(fresh: string, data: string, log: Log): Promise<void> {
  try {
    if (await hasEntries(data)) {
      const aside = fresh.replace(unfinished, '.incomplete-');
      await rename(data, aside);
      log(`${data} held no complete database. It was moved to ${aside} and a new one was made.`, 'warn');
    }
    await rename(fresh, data);
  } catch (cause) {
    throw new Fault(
      500,
      'database_not_made',
      `The new database could not be put in its place, ${data}. ` +
        `If a disk is mounted there, mount it one folder further up.`,
      { cause },
    );
  }
  const parent = await open(dirname(data));
  await parent.sync().finally(() => parent.close());
}

const hasEntries = async (folder: string): Promise<boolean> =>
  (await exists(folder)) && (await readdir(folder)).length > 0;

/** Only a plain "not there" counts as absent: a folder that cannot be read is not to be replaced. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}
