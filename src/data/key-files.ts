import { link, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that names the key in use. */
export const activeName = 'kek_active';
export const keyBytes = 32;

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
};

export interface Content {
  content: Buffer;
  /** random, for the name of the draft */
  suffix: string;
  mode?: number;
}

/** What root writes is for the owner of the folder: the program seldom runs as root. */
async function handOver(handle: FileHandle, folder: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  await handle.chown(uid, gid);
}

/** Writes a draft whole, and hands it to `place`; the draft's name is gone afterwards. */
async function drafted<T>(
  folder: string,
  name: string,
  { content, suffix, mode = 0o600 }: Content,
  place: (draft: string) => Promise<T>,
): Promise<T> {
  const draft = join(folder, `.${name}.${suffix}`);
  const handle = await open(draft, 'wx', mode);
  try {
    await handOver(handle, folder);
    await handle.writeFile(content).then(() => handle.sync());
    return await place(draft);
  } finally {
    await handle.close();
    await unlink(draft).catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error; // it was renamed
    });
  }
}

/** Creates `name` whole or not at all, and leaves alone what is there already. Says whether it was created. */
export const createOnce = (folder: string, name: string, content: Content): Promise<boolean> =>
  drafted(folder, name, content, async (draft) => {
    try {
      await link(draft, join(folder, name));
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    }
    await syncFolder(folder);
    return true;
  });

/** Puts `name` in the place of what was there: at each moment it is the old one or the new one, whole. */
export const replaceFile = (folder: string, name: string, content: Content): Promise<void> =>
  drafted(folder, name, content, async (draft) => {
    await rename(draft, join(folder, name));
    await syncFolder(folder);
  });
