import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readEnvironment, type Config } from '../app/config.js';
import { stateFolders, type StateFolders } from '../app/state.js';
import { createOnce } from '../data/key-files.js';
import { loadKeyring } from '../data/keyring.js';
import { Fault } from '../lib/fault.js';
import { keyFromPaper, keyOnPaper, sheetLines } from '../lib/key-sheet.js';
import type { Kek } from '../lib/seal.js';
import { custodyOf } from './handover.js';
import { print, root } from './installation.js';

const random = (size: number): Buffer => randomBytes(size);

/** What commands on keys need that ask no database. */
async function place(): Promise<{ config: Config; folders: StateFolders }> {
  const config = readEnvironment(root);
  return { config, folders: await stateFolders(config.stateDir, config.keys?.home) };
}

function printSheet(key: Kek, { publicUrl }: Config): void {
  const lines = [
    `RawJournal recovery sheet: key ${key.id} of ${publicUrl}`,
    '',
    ...keyOnPaper(key).map((line) => `    ${line}`),
    '',
    'Print or write it down, and keep it where no backup is. With it a backup brings back the MT5 passwords too,',
    'on any machine: rawjournal keys recover. Whoever has both can read those passwords.',
  ];
  print(lines.join('\n'));
}

/** The first key, where there is none; and what is to be kept of the one that is active, every time. */
export async function createKey(): Promise<void> {
  const { config, folders } = await place();
  const custody = await custodyOf(config);
  const { active } = await loadKeyring(folders.keys, random);
  await custody?.name();
  printSheet(active, config);
}

async function typedLines(): Promise<string[]> {
  const lines: string[] = [];
  if (process.stdin.isTTY) print(`Type the ${sheetLines} lines of the recovery sheet:`);
  const reading = createInterface({ input: process.stdin });
  for await (const line of reading) {
    if (line.trim() !== '') lines.push(line);
    if (lines.length === sheetLines) break;
  }
  reading.close();
  return lines;
}

async function typedKey(): Promise<Kek> {
  const read = keyFromPaper(await typedLines());
  if ('key' in read) return read;
  const which =
    read.wrong.length === 1 ? `Line ${read.wrong[0] ?? ''} is` : `Lines ${read.wrong.join(', ')} are`;
  throw new Fault(
    422,
    'not_typed',
    `${which} not as on a recovery sheet. Nothing was changed; run this again.`,
  );
}

/** Whether it was put there; false: it is there already. */
async function keep(folder: string, { id, key }: Kek): Promise<boolean> {
  const name = `kek_${id}`;
  const suffix = random(8).toString('hex');
  if (await createOnce(folder, name, { content: key, suffix, mode: 0o400 })) return true;
  if ((await readFile(join(folder, name))).equals(key)) return false;
  throw new Fault(409, 'another_key', `${join(folder, name)} is another key. Nothing was changed.`);
}

/** Puts a key back that was kept on paper. Beside another active one it opens what it sealed, and seals nothing new. */
export async function recoverKey(): Promise<void> {
  const { config, folders } = await place();
  const custody = await custodyOf(config);
  const key = await typedKey();
  const isNew = await keep(folders.keys, key).finally(() => key.key.fill(0));
  const { active } = await loadKeyring(folders.keys, random);
  await custody?.name();
  await custody?.handOver();
  print(
    `The key ${key.id} is ${isNew ? 'back' : 'here already'}${active.id === key.id ? ', and active' : ''}.`,
  );
  if (active.id !== key.id)
    print(`What is new is sealed by the key ${active.id}: rawjournal keys rotate wraps all anew.`);
  print('See what opens: rawjournal keys verify');
}
