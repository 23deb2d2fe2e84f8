import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dayMs } from '../../lib/clock.js';

/** Files lie here, each under the id of its import, while they are read or their owner is asked about them. */
export type Uploads = string;

/** Puts a file where only this program looks, under a name that nobody chose. Its path. */
export async function receiveFile(uploads: Uploads, id: string, file: Readable): Promise<string> {
  await mkdir(uploads, { recursive: true, mode: 0o700 });
  const path = join(uploads, id);
  await pipeline(file, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return path;
}

export const isKept = (uploads: Uploads, id: string): boolean => existsSync(join(uploads, id));

export const dropFile = (uploads: Uploads, id: string): Promise<void> =>
  rm(join(uploads, id), { force: true });

const oldMs = dayMs;

/** Removes files whose owners were asked a day ago and more. */
export async function dropOldFiles(
  uploads: Uploads,
  { reading, nowMs }: { reading: ReadonlyMap<string, string>; nowMs: number },
): Promise<void> {
  if (!existsSync(uploads)) return;
  for (const id of await readdir(uploads)) {
    if (reading.has(id)) continue;
    const found = await stat(join(uploads, id)).catch(() => null); // another one may have removed it
    if (found !== null && nowMs - found.mtimeMs > oldMs) await dropFile(uploads, id);
  }
}
