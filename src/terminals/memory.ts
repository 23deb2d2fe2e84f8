import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '../lib/fault.js';

/** tmpfs and ramfs, by statfs(2) */
const inMemory = [0x01021994, 0x858458f6];

const unfit = (sentence: string): Fault => new Fault(500, 'no_memory_folder', sentence);

/**
 * A folder that never touches a disk and that no other user can open: made, or checked if it is there, for its parent
 * may be everybody's. Throws a Fault.
 */
export function memoryFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  const { type } = statfsSync(parent);
  if (!inMemory.includes(type)) throw unfit(`${parent} is no file system in memory.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw unfit(`${folder} belongs to somebody else.`);
  chmodSync(folder, 0o700);
  return folder;
}

/** Writes at once or not at all: who waits for the file finds it whole. */
export function putSecret(path: string, text: string | Buffer): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Blanks a file, for whoever holds it open, and removes it. */
export function wipeSecret(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(statSync(path).size), { flag: 'r+' });
  } catch {
    return; // it is gone already
  }
  rmSync(path, { force: true });
}

/** A folder in memory of one installation alone, and empty: an account that a killed run left there goes now. */
export function cleanMemory(stateFolder: string): string {
  const id = createHash('sha256').update(stateFolder).digest('hex').slice(0, 16);
  const name = `rawjournal-${process.getuid?.() ?? 0}-${id}`;
  rmSync(memoryFolder('/dev/shm', name), { recursive: true });
  return memoryFolder('/dev/shm', name);
}
