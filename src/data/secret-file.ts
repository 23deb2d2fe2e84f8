import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOnce, isCode } from './key-files.js';

const create = (folder: string, name: string): Promise<boolean> =>
  createOnce(folder, name, {
    content: Buffer.from(randomBytes(32).toString('base64url')),
    suffix: randomBytes(6).toString('hex'),
  });

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
    if (!isCode(error, 'ENOENT')) throw error;
  }
  await create(folder, name);
  return readFile(file, 'utf8');
}
