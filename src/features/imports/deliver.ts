import { randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { listAccounts } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import { addImport, importOf, type ImportRow } from '../../data/imports.js';
import { timeZoneOf } from '../../data/users.js';
import { notFound } from '../../lib/fault.js';
import { consoleOccasion } from '../../web/occasion.js';
import { destination, importJson, type ImportJson } from './import-json.js';
import { giveUpLeft, readImport, type ImportDeps } from './read.js';
import { claimReading, mostBytes, nameOf, refuse } from './receive.js';
import { saveImport } from './save.js';
import { dropFile, dropOldFiles, receiveFile } from './uploads.js';

/** Importing a file of this machine for somebody, as the command line does: what their page does in the same steps. */

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(
      422,
      'no_file',
      isMissing
        ? `There is no file ${path}.`
        : `The running program may not read ${path}. Copy it to where its user can, such as /tmp.`,
    );
  }
}

/** Throws a Fault for what is no file, or too large a one. */
async function bytesOf(file: FileHandle, path: string): Promise<number> {
  const found = await file.stat();
  if (!found.isFile()) throw refuse(422, 'no_file', `${path} is no file.`);
  if (found.size > mostBytes)
    throw refuse(413, 'too_large', 'This file is larger than 256 MB. Export a shorter period.');
  return found.size;
}

/** Takes a copy of the file and begins to read it; the id of its import. Throws a Fault. */
export async function deliverFile(deps: ImportDeps, userId: string, path: string): Promise<string> {
  const file = await opened(path);
  try {
    const fileBytes = await bytesOf(file, path);
    await claimReading(deps, userId, 'importByUser');
    return await begun(deps, userId, { file, path, fileBytes });
  } finally {
    await file.close();
  }
}

async function begun(
  deps: ImportDeps,
  userId: string,
  { file, path, fileBytes }: { file: FileHandle; path: string; fileBytes: number },
): Promise<string> {
  const { kit, uploads, reading } = deps;
  const at = kit.clock.now();
  await dropOldFiles(uploads, { reading, nowMs: at.getTime() });
  const id = randomUUID();
  reading.set(id, userId);
  try {
    await receiveFile(uploads, id, file.createReadStream({ autoClose: false }));
    const batch = { id, userId, accountId: null, kind: 'report', state: 'running', at } as const;
    const timeZone = await kit.db.withTenant('app', userId, async (tx) => {
      await addImport(tx, { ...batch, fileName: nameOf(basename(path)), fileBytes });
      return timeZoneOf(tx, userId);
    });
    const job = { userId, importId: id, clockRule: '', timeZone, asked: null, answer: null };
    kit.afterwards.start(() => readImport(deps, job));
    return id;
  } catch (error) {
    reading.delete(id);
    await dropFile(uploads, id);
    throw error;
  }
}

/** The account of that name or id. Throws a Fault where there is none, or several. */
async function accountNamed(tx: Tx, userId: string, name: string): Promise<string> {
  const own = await listAccounts(tx, userId);
  const wanted = name.toLowerCase();
  const found = own.filter(({ id, label }) => id === wanted || label.toLowerCase() === wanted);
  const [one] = found;
  if (one === undefined)
    throw refuse(
      404,
      'not_found',
      `They have no account “${name}”. ${own.length === 0 ? 'They have none yet: leave --account out, and one is made.' : `Theirs are: ${own.map(({ label }) => label).join(', ')}.`}`,
    );
  if (found.length > 1)
    throw refuse(
      409,
      'several',
      `They have ${found.length} accounts “${name}”. Say --account with an id: ${found.map(({ id }) => id).join(', ')}.`,
    );
  return one.id;
}

interface Meant {
  userId: string;
  importId: string;
  /** the name or id of an account; null: the one that the file names, or a new one */
  account: string | null;
}

async function rowOf(tx: Tx, deps: ImportDeps, { userId, importId }: Meant): Promise<ImportRow> {
  const row = await importOf(tx, userId, importId);
  if (row === undefined || row.kind === 'manual') throw notFound();
  return giveUpLeft(tx, row, deps);
}

/** How an import stands, its counts as they are for the account meant. Throws a Fault. */
export const delivered = (deps: ImportDeps, meant: Meant): Promise<ImportJson> =>
  deps.kit.db.withTenant('app', meant.userId, async (tx) => {
    const accountId = meant.account === null ? null : await accountNamed(tx, meant.userId, meant.account);
    const row = await rowOf(tx, deps, meant);
    return importJson(tx, accountId === null ? row : { ...row, account_id: accountId });
  });

/** Saves what was read. Throws a Fault. */
export async function saveDelivered(deps: ImportDeps, meant: Meant): Promise<ImportJson> {
  const { userId, importId, account } = meant;
  const saved = await deps.kit.db.withTenant('app', userId, async (tx) => {
    const row = await rowOf(tx, deps, meant);
    const body = account === null ? {} : { accountId: await accountNamed(tx, userId, account) };
    const to = await destination(tx, row, body);
    const { clock, plans } = deps.kit;
    await saveImport(tx, { userId, importId }, { to, occasion: consoleOccasion(clock.now()), plans });
    return importJson(tx, await rowOf(tx, deps, meant));
  });
  await dropFile(deps.uploads, importId);
  return saved;
}
