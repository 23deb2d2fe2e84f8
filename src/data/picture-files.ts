import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hourMs } from '../lib/clock.js';

export type PictureSize = 'full' | 'thumbnail';

/** The files of pictures, which nobody reaches but through this: each under the id of its picture. */
export interface PictureFiles {
  /** Returns when both sizes are on the disk for good, whatever happens next. */
  keep(id: string, sizes: Readonly<Record<PictureSize, Buffer>>): Promise<void>;
  /** Open for reading; the caller closes it. Null: there is no such file. */
  open(id: string, size: PictureSize): Promise<FileHandle | null>;
  remove(id: string): Promise<void>;
  /** A file that has no name, for what is being sent: it is gone as soon as it is closed. */
  nameless(name: string): Promise<FileHandle>;
  /** Removes files that are older than an hour and whose id is not `known`. Resolves to their number. */
  sweep(nowMs: number, known: () => Promise<ReadonlySet<string>>): Promise<number>;
}

const endings: Readonly<Record<PictureSize, string>> = { full: '.webp', thumbnail: '.small.webp' };
/** The names of a picture's files, in the folder of all of them. */
export const pictureFileNames = (id: string): string[] =>
  Object.values(endings).map((ending) => `${id}${ending}`);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ELOOP'].includes(String(error.code));

/**
 * Under its own name only when it is whole: a process that ends in between leaves a name that nobody asks for. Its
 * group may read it where an administrator opens the folder to a group, as for backups.
 */
async function write(path: string, bytes: Buffer): Promise<void> {
  const file = await open(`${path}.new`, 'wx', 0o600);
  try {
    await file.chmod(0o640);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function isOld(path: string, nowMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => null); // another one may have removed it
  return found !== null && nowMs - found.mtimeMs > hourMs;
}

/** Names are looked at before rows are: what is put here meanwhile has its row by then, or is too young. */
async function sweep(
  folder: string,
  nowMs: number,
  known: () => Promise<ReadonlySet<string>>,
): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const kept = names.length === 0 ? new Set<string>() : await known();
  const isWanted = (name: string): boolean =>
    kept.has(name.split('.')[0] ?? '') && Object.values(endings).some((ending) => name.endsWith(ending));
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    if (isWanted(name) || !(await isOld(path, nowMs))) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

export function pictureFiles(folder: string): PictureFiles {
  const pathOf = (id: string, size: PictureSize): string => join(folder, `${id}${endings[size]}`);
  const ready = (): Promise<unknown> => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    keep: async (id, sizes) => {
      await ready();
      await write(pathOf(id, 'thumbnail'), sizes.thumbnail);
      await write(pathOf(id, 'full'), sizes.full);
      await syncFolder(folder);
    },
    open: (id, size) => openFile(pathOf(id, size)),
    remove: async (id) => {
      await rm(pathOf(id, 'full'), { force: true });
      await rm(pathOf(id, 'thumbnail'), { force: true });
    },
    nameless: async (name) => {
      await ready();
      const path = join(folder, `${name}.sent`);
      const file = await open(path, 'wx+', 0o600);
      await unlink(path);
      return file;
    },
    sweep: (nowMs, known) => sweep(folder, nowMs, known),
  };
}
