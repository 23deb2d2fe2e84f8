import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../lib/fault.js';
import { inPrefix, metaTraderFolder, wineFolderOf } from './installed.js';
import { putFile } from './own-file.js';
import { readStamps, writeStamps } from './stamps.js';

/** What MetaTrader calls its list of brokers' servers. It is handed on whole, and not looked into. */
const inside = `${metaTraderFolder}\\Config\\servers.dat`;
const most = 16 * 1024 * 1024;

const keptAt = (stateFolder: string): string => join(wineFolderOf(stateFolder), 'servers.dat');

/** Keeps a list for every terminal's next start. Throws a Fault for what cannot be one. */
export function keepServers(stateFolder: string, bytes: Buffer): void {
  if (bytes.length === 0 || bytes.length > most)
    throw new Fault(422, 'invalid', 'That is no servers.dat: it is empty, or larger than 16 MB.');
  mkdirSync(wineFolderOf(stateFolder), { recursive: true, mode: 0o700 });
  const path = keptAt(stateFolder);
  writeFileSync(`${path}.new`, bytes, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** When the list was given; null: none was. */
export const serversKeptAt = (stateFolder: string): Date | null =>
  statSync(keptAt(stateFolder), { throwIfNoEntry: false })?.mtime ?? null;

/**
 * Gives a terminal the list that is kept, once: what it learns by itself afterwards stays. Nothing may run in the
 * prefix meanwhile.
 */
export function teachServers(stateFolder: string, prefix: string): void {
  const path = keptAt(stateFolder);
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stamps = readStamps(prefix);
  if (stamps['servers'] === sha256) return;
  putFile(prefix, inPrefix(prefix, inside), bytes);
  writeStamps(prefix, { ...stamps, servers: sha256 });
}
