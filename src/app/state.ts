import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatabaseAddress } from '../data/database.js';

/** The folders of an installation's state, made on demand; nobody else may look inside. */
export interface StateFolders {
  root: string;
  credentials: string;
  /** of the keys that seal passwords; on an appliance it is not of the state, and only root writes there */
  keys: string;
  postgres: string;
  /** sockets and what the command line needs to find the running process */
  run: string;
}

/** What root's commands make is for the user whose state it is: that one may come later. */
async function makeFolder(path: string, root: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== path || process.geteuid?.() !== 0) return; // it was there, or all of the state is new
  const { uid, gid } = await stat(root);
  await chown(path, uid, gid);
}

/** `keys`: where the keys lie, if not among the credentials. */
export async function stateFolders(root: string, keys: string | null = null): Promise<StateFolders> {
  const credentials = join(root, 'credentials');
  const folders = {
    ...{ root, credentials, keys: keys ?? credentials },
    postgres: join(root, 'postgres'),
    run: join(root, 'run'),
  };
  await makeFolder(folders.credentials, root);
  await makeFolder(folders.run, root);
  return folders;
}

export const picturesFolder = ({ root }: StateFolders): string => join(root, 'screenshots');

export const controlSocket = ({ run }: StateFolders): string => join(run, 'control.sock');

/** What a running RawJournal leaves for its command line: addresses, no secrets. */
const runningNote = z.object({
  url: z.string(),
  database: z.object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    ssl: z.boolean().optional(),
  }),
});
export interface RunningNote {
  url: string;
  database: DatabaseAddress;
}

const notePath = ({ run }: StateFolders): string => join(run, 'running.json');

export async function leaveNote(folders: StateFolders, note: RunningNote): Promise<void> {
  await writeFile(`${notePath(folders)}.new`, JSON.stringify(note), { mode: 0o600 });
  await rename(`${notePath(folders)}.new`, notePath(folders));
}

export const removeNote = (folders: StateFolders): Promise<void> => rm(notePath(folders), { force: true });

/** The note of the process that runs, or ran last; null where none did. */
export async function readNote(folders: StateFolders): Promise<RunningNote | null> {
  const text = await readFile(notePath(folders), 'utf8').catch(() => null);
  if (text === null) return null;
  const { url, database } = runningNote.parse(JSON.parse(text));
  const { ssl, ...address } = database;
  return { url, database: ssl === undefined ? address : { ...address, ssl } };
}
