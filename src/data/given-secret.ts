import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Secrets that somebody gave, one a file in the folder of credentials (0600), put there by hand or by a page. */

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Null where there is none. */
export async function givenSecret(folder: string, name: string): Promise<string | null> {
  try {
    const text = (await readFile(join(folder, name), 'utf8')).trim();
    return text === '' ? null : text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Whole or not at all; null takes it away. False where the folder cannot be written, as under systemd. */
export async function giveSecret(folder: string, name: string, secret: string | null): Promise<boolean> {
  const file = join(folder, name);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    if (secret === null) await rm(file, { force: true });
    else {
      await writeFile(draft, secret, { mode: 0o600, flag: 'wx', flush: true });
      await rename(draft, file);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EROFS', 'EACCES', 'EPERM')) return false;
    throw error;
  }
}
