import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

async function create(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  // On the disk before it has its name: after a power cut there is a whole secret or none.
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
}

/**
 * A generated secret kept 0600 in `folder` (0700), made at first use: 43 characters of base64url.
 * Two processes that ask for a missing one at once get the same.
 */
export async function secretFile(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  await create(file);
  return readFile(file, 'utf8');
}
