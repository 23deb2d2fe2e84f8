import { readFile, statfs } from 'node:fs/promises';
import { freemem, loadavg } from 'node:os';
import { X509Certificate } from 'node:crypto';
import type { Machine } from './measures.js';

/** How busy this machine is, and what memory it could still hand out. */
export const lookAtMachine = (): Machine => ({ load: loadavg()[0] ?? 0, freeBytes: freemem() });

/** How full the disk of a folder is, as `df` tells it; null where that cannot be found out. */
export async function diskUsedPct(folder: string): Promise<number | null> {
  try {
    const { blocks, bfree, bavail } = await statfs(folder);
    const used = blocks - bfree;
    return used + bavail === 0 ? null : (100 * used) / (used + bavail);
  } catch {
    return null;
  }
}

/** When a certificate ends: of a file that holds a chain, its first. Throws where the file cannot be read as one. */
export async function certificateEnd(file: string): Promise<Date> {
  const { validTo } = new X509Certificate(await readFile(file));
  return new Date(validTo);
}
