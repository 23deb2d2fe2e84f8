import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment, type Config } from '../app/config.js';
import { askControl, type Question } from '../app/control.js';
import { controlSocket, readNote, stateFolders, type StateFolders } from '../app/state.js';
import { random } from '../app/storage.js';
import { openDatabase, type Database, type DatabaseAddress, type RolePasswords } from '../data/database.js';
import type { AdminLogin } from '../data/migrate.js';
import { rolePasswords } from '../data/roles.js';
import { Fault } from '../lib/fault.js';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Installation {
  config: Config;
  folders: StateFolders;
  address: DatabaseAddress;
  /** an administrator's: of DATABASE_URL, or of the embedded server, whose socket asks for no password */
  login: AdminLogin;
  passwords: RolePasswords;
  db: Database;
}

const nothingRuns = (): Fault =>
  new Fault(
    503,
    'not_running',
    'Nothing is running here. Start RawJournal first (npm start), or set DATABASE_URL.',
  );

/** A user of backups alone has a state of their own, in which the service's passwords do not lie. */
async function passwordsFor({ user, password }: AdminLogin, folders: StateFolders): Promise<RolePasswords> {
  const known = await rolePasswords(folders.credentials);
  return user === 'rawjournal_backup' && password !== undefined ? { ...known, backup: password } : known;
}

/**
 * Lets a command work on the installation that runs beside it, or on the database of DATABASE_URL. Throws a Fault
 * where there is neither.
 */
export async function withInstallation<T>(work: (installation: Installation) => Promise<T>): Promise<T> {
  const config = readEnvironment(root);
  const folders = await stateFolders(config.stateDir, config.keys?.folder);
  const note = await readNote(folders);
  const address = config.database?.address ?? note?.database;
  if (address === undefined) throw nothingRuns();
  const login = config.database ?? { address, user: 'postgres' };
  const url = note?.url ?? config.publicUrl;
  const passwords = await passwordsFor(login, folders);
  const db = openDatabase({
    address,
    passwords,
    random,
    onError: () => undefined,
    poolSize: { app: 4, sync: 1 },
  });
  try {
    return await work({ config: { ...config, publicUrl: url }, folders, address, login, passwords, db });
  } finally {
    await db.close();
  }
}

/** Asks the program that runs beside this command. Throws a Fault where none does, and with what it refuses. */
export async function askRunning<T>(question: Question): Promise<T> {
  const folders = await stateFolders(readEnvironment(root).stateDir);
  const answer = await askControl<T>(controlSocket(folders), question);
  if (answer !== null) return answer;
  throw new Fault(
    503,
    'not_running',
    'RawJournal does not run here, or does not answer. Start it: npm start',
  );
}

/** All of standard input, without the line break at its end. */
export async function readStdin(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const part of process.stdin) text += String(part);
  return text.replace(/\r?\n$/, '');
}

export const print = (line: string): boolean => process.stdout.write(`${line}\n`);
