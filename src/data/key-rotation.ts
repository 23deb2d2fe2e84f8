import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RandomBytes } from '../lib/secret.js';
import { activeName, createOnce, isCode, keyBytes, replaceFile, syncFolder } from './key-files.js';

/** Names the key that a rotation leads to, from its beginning to its end. */
const markName = 'rotating_to';

interface Mark {
  id: string;
  /** everything is sealed anew, not only wrapped */
  isDeep: boolean;
}

async function readMark(folder: string): Promise<Mark | null> {
  try {
    const text = await readFile(join(folder, markName), 'latin1');
    const [, id, deep] = /^([0-9a-f]{8})( deep)?\n$/.exec(text) ?? [];
    if (id !== undefined) return { id, isDeep: deep !== undefined };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  throw new Error(`${join(folder, markName)} does not name a key: it has to hold eight hex digits.`);
}

/** The key that a rotation under way leads to; null where none is under way. */
export const rotationTarget = async (folder: string): Promise<string | null> =>
  (await readMark(folder))?.id ?? null;

export interface Rotation extends Mark {
  isResumed: boolean;
}

/**
 * Makes a new key, or finds the one of a rotation that was cut off: whoever calls this again goes on where the one
 * before was, as deep as that one was to go. Nothing is wrapped by it yet, and it is not named active.
 */
export async function beginRotation(folder: string, random: RandomBytes, isDeep = false): Promise<Rotation> {
  const suffix = random(8).toString('hex');
  const content = Buffer.from(`${random(4).toString('hex')}${isDeep ? ' deep' : ''}\n`);
  const isNew = await createOnce(folder, markName, { content, suffix });
  const mark = await readMark(folder);
  if (mark === null) throw new Error(`The rotation in ${folder} was ended by another process.`);
  const key = random(keyBytes);
  await createOnce(folder, `kek_${mark.id}`, { content: key, suffix, mode: 0o400 }).finally(() =>
    key.fill(0),
  );
  return { ...mark, isResumed: !isNew };
}

/** From now on whoever reads the folder seals what is new by this key. */
export const appointKey = (folder: string, id: string, random: RandomBytes): Promise<void> =>
  replaceFile(folder, activeName, { content: Buffer.from(`${id}\n`), suffix: random(8).toString('hex') });

export async function endRotation(folder: string): Promise<void> {
  await rm(join(folder, markName), { force: true });
  await syncFolder(folder);
}

/** Removes a key, and drafts of it that a process left behind. What it wrapped opens never again. */
export async function removeKey(folder: string, id: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(`.kek_${id}.`));
  for (const name of [`kek_${id}`, ...drafts]) await rm(join(folder, name), { force: true });
  await syncFolder(folder);
}
