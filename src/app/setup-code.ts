import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../data/database.js';
import { secretFile } from '../data/secret-file.js';
import { isClaimed } from '../data/users.js';
import { isLocal, type Config } from './config.js';
import type { StateFolders } from './state.js';

const name = 'setup_code';
const fileOf = ({ credentials }: StateFolders): string => join(credentials, name);

export const dropSetupCode = (folders: StateFolders): Promise<void> => rm(fileOf(folders), { force: true });

/**
 * What the first visitor must know where strangers could be faster, made at need. Null where none is asked for: the
 * installation has its administrator, or nobody reaches it but from this machine.
 */
export async function setupCode(config: Config, folders: StateFolders, db: Database): Promise<string | null> {
  if (!isLocal(config) && !(await isClaimed(db))) return secretFile(folders.credentials, name);
  await dropSetupCode(folders);
  return null;
}

export const setupNotice = (folders: StateFolders, code: string): string =>
  `This installation has no administrator yet. Its set-up code is ${code} (kept in ${fileOf(folders)}).`;
