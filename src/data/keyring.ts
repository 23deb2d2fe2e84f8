import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kek, Keyring } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import { activeName, createOnce, isCode, keyBytes } from './key-files.js';

/** The ids of the keys that lie there, none where there is no folder. Throws where a file is named as none can be. */
export const keyIds = async (folder: string): Promise<string[]> => {
  const all = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  const names = all.filter((name) => name.startsWith('kek_') && name !== activeName);
  return names.map((name) => {
    const id = /^kek_([0-9a-f]{8})$/.exec(name)?.[1];
    if (id !== undefined) return id;
    throw new Error(`${join(folder, name)} is no key file: its name has to be kek_ and eight hex digits.`);
  });
};

/** Null when the file is gone: a process that lost the race for the first key takes its own away again. */
const readKey = async (folder: string, id: string): Promise<Kek | null> => {
  const path = join(folder, `kek_${id}`);
  try {
    if (((await stat(path)).mode & 0o007) !== 0) {
      throw new Error(`${path} is open to every user of this machine. Its mode has to be 0600.`);
    }
    const key = await readFile(path);
    if (key.length === keyBytes) return { id, key };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new Error(`${path} does not hold a key: it has to be exactly ${keyBytes} bytes long.`);
};

/** Which key wraps what is new; null where none is named. */
const readActiveId = async (folder: string): Promise<string | null> => {
  const path = join(folder, activeName);
  try {
    const id = /^([0-9a-f]{8})\n?$/.exec(await readFile(path, 'latin1'))?.[1];
    if (id !== undefined) return id;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new Error(`${path} does not name a key: it has to hold eight hex digits.`);
};

/**
 * Makes a first key active. A key that stands there alone is taken up: it is what a start that was cut short left
 * behind, or the one a restore brought back. Of several processes one names the active key, the others follow.
 */
const appointFirst = async (folder: string, random: RandomBytes): Promise<void> => {
  const [only, ...others] = await keyIds(folder);
  const suffix = random(8).toString('hex');
  const isOurs = only === undefined || others.length > 0;
  const id = isOurs ? random(4).toString('hex') : only;
  if (isOurs) {
    const key = random(keyBytes);
    await createOnce(folder, `kek_${id}`, { content: key, suffix, mode: 0o400 }).finally(() => key.fill(0));
  }
  const won = await createOnce(folder, activeName, { content: Buffer.from(`${id}\n`), suffix });
  if (!won && isOurs && (await readActiveId(folder)) !== id) await unlink(join(folder, `kek_${id}`));
};

/**
 * Reads the key-encryption keys: `kek_<id>` of 32 raw bytes each, and `kek_active` with the id of the one in use.
 * Where no key is named active it makes one; processes that start together end up with the same.
 * Throws an Error whose sentence names the file at fault, never its content.
 */
export const loadKeyring = async (credentialsDir: string, random: RandomBytes): Promise<Keyring> => {
  await mkdir(credentialsDir, { recursive: true, mode: 0o700 });
  if ((await readActiveId(credentialsDir)) === null) {
    await appointFirst(credentialsDir, random).catch((cause: unknown) => {
      if (!['EROFS', 'EACCES', 'EPERM'].some((code) => isCode(cause, code))) throw cause;
      throw new Error(`${join(credentialsDir, activeName)} is missing and its folder cannot be written.`, {
        cause,
      });
    });
  }
  const activeId = await readActiveId(credentialsDir);
  const found = await Promise.all((await keyIds(credentialsDir)).map((id) => readKey(credentialsDir, id)));
  const all = new Map(found.flatMap((kek) => (kek === null ? [] : [[kek.id, kek] as const])));
  const active = all.get(activeId ?? '');
  if (active !== undefined) return { active, all };
  throw new Error(`${join(credentialsDir, activeName)} names a key whose file is not beside it.`);
};

/** The keys as they are held by a process that runs on: `reload` takes what lies in the folder by now. */
export interface HeldKeyring extends Keyring {
  reload(): Promise<void>;
}

/** As `loadKeyring`, for a process during whose life keys come and go. A reload that throws leaves all as it was. */
export async function holdKeyring(credentialsDir: string, random: RandomBytes): Promise<HeldKeyring> {
  let held = await loadKeyring(credentialsDir, random);
  return {
    get active() {
      return held.active;
    },
    get all() {
      return held.all;
    },
    reload: async () => {
      held = await loadKeyring(credentialsDir, random);
    },
  };
}
