import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, sep } from 'node:path';
import { Fault } from '../lib/fault.js';

/**
 * Makes the folder of a path and answers the path, if it is inside of the prefix: a prefix in which programs ran may
 * hold links that lead out. Throws a Fault. Nothing may run in the prefix meanwhile.
 */
export function ownPath(prefix: string, path: string): string {
  const root = `${realpathSync(prefix)}${sep}`;
  const missing: string[] = [];
  let folder = dirname(path);
  for (;;) {
    try {
      if (!`${realpathSync(folder)}${sep}`.startsWith(root))
        throw new Fault(
          409,
          'foreign',
          `${folder} leads out of ${prefix}. Remove that prefix; it is made anew.`,
        );
      break;
    } catch (error) {
      if (error instanceof Fault || dirname(folder) === folder) throw error;
      missing.push(folder);
      folder = dirname(folder);
    }
  }
  for (const one of missing.reverse()) mkdirSync(one, { mode: 0o700 });
  return path;
}

/** Puts a file into a prefix, in place of whatever has its name there. */
export function putFile(prefix: string, path: string, bytes: Buffer, mode = 0o600): void {
  ownPath(prefix, path);
  rmSync(path, { recursive: true, force: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file of a prefix to be read, and null where it is not there: what runs inside may have put anything in its
 * place, so no link leads out, and no pipe makes anybody wait. How much is read is up to the reader.
 */
export function openInside(prefix: string, path: string): number | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const isInside = readlinkSync(`/proc/self/fd/${file}`).startsWith(`${realpathSync(prefix)}${sep}`);
    if (isInside && fstatSync(file).isFile()) return file;
    closeSync(file);
    return null;
  } catch {
    return null;
  }
}
