import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNote, stateFolders, type StateFolders } from '../app/state.js';
import { random } from '../app/storage.js';
import { addAccount } from '../data/accounts.js';
import { sealPassword } from '../data/broker-password.js';
import { openDatabase, type Database, type DatabaseAddress } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import { rolePasswords } from '../data/roles.js';
import type { Owned } from '../sync/ingest.js';
import { simulatedServers } from '../terminals/simulator/brokers.js';
import { freePort } from '../testing/free-port.js';
import { startProgram, type Program } from '../testing/program.js';

/** The real program in a process of its own, with a state folder and a port of its own. */
export interface Installation {
  stateDir: string;
  folders: StateFolders;
  url: string;
  env: Record<string, string>;
  program: Program;
  address: DatabaseAddress;
  /** the doors to its database, beside it */
  db: Database;
}

async function open(env: Record<string, string>, stateDir: string, url: string): Promise<Installation> {
  const program = await startProgram('main.js', env, /is ready at/);
  const folders = await stateFolders(stateDir);
  const note = await readNote(folders);
  if (note === null) throw new Error('The program left no note.');
  const address = note.database;
  const passwords = await rolePasswords(folders.credentials);
  const db = openDatabase({
    address,
    passwords,
    random,
    onError: () => undefined,
    poolSize: { app: 4, sync: 1 },
  });
  return { stateDir, folders, url, env, program, address, db };
}

/** Starts the program, lets `work` use it, and leaves nothing of it behind. */
export async function withProgram<T>(
  env: Record<string, string>,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-program-'));
  const port = String(await freePort());
  const all = { STATE_DIR: stateDir, PORT: port, DATABASE_URL: '', REDIS_URL: '', LOG_LEVEL: 'warn', ...env };
  const installation = await open(all, stateDir, `http://127.0.0.1:${port}`).catch(async (error: unknown) => {
    await rm(stateDir, { recursive: true, force: true });
    throw error;
  });
  try {
    return await work(installation);
  } finally {
    await installation.db.close();
    await installation.program.end('SIGTERM');
    await rm(stateDir, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Connects an account of one of the simulated brokers, as the form would. */
export async function connectAccount(
  { db, folders }: Pick<Installation, 'db' | 'folders'>,
  userId: string,
  { server, login, password = `inv-${login}` }: { server: string; login: string; password?: string },
): Promise<Owned> {
  const keyring = await loadKeyring(folders.credentials, randomBytes);
  const id = randomUUID();
  const belongsTo = { userId, accountId: id, server, login };
  const sealedPassword = sealPassword({ keyring, random: randomBytes }, belongsTo, password);
  const account = { id, userId, type: 'live', category: 'Demo', label: login, at: new Date() } as const;
  const connection = { server, login, sealedPassword };
  await db.withTenant('app', userId, (tx) => addAccount(tx, { ...account, connection }));
  return { userId, accountId: id };
}

/** The `at`th login to try: the servers take turns. */
export const loginAt = (at: number): { server: string; login: string } => {
  const server = simulatedServers[at % simulatedServers.length]?.name ?? '';
  return { server, login: String(6_100_000 + 37 * at) };
};
