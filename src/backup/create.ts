import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backupEnding,
  removeBackup,
  readRecords,
  writeRecord,
  type BackupRecord,
} from '../data/backup-records.js';
import type { RolePasswords } from '../data/database.js';
import {
  factsOf,
  keysInUse,
  leftOutTable,
  migrationNames,
  pictureIds,
  type Facts,
} from '../data/fingerprints.js';
import { isCode, syncFolder } from '../data/key-files.js';
import type { AdminLogin } from '../data/migrate.js';
import { pictureFileNames } from '../data/picture-files.js';
import { withCaretaker, type Caretaker } from '../data/scratch.js';
import { withSnapshot, type Snapshot } from '../data/snapshot.js';
import { prunable, type Retention } from '../domain/retention.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { tarEnd, tarEntry } from '../lib/tar.js';
import {
  dumpName,
  dumpPartBytes,
  headName,
  manifestName,
  pictureName,
  type Head,
  type Manifest,
} from './contents.js';
import { encrypt } from './encryption.js';
import {
  connectionOf,
  findPostgresPrograms,
  ProgramFailed,
  requirePrograms,
  start,
  type PostgresPrograms,
} from './programs.js';
import { examineScratch, restoreInto, type ScratchRestore } from './scratch-restore.js';

export interface BackupParts {
  /** an administrator's, or that of the role of the backup where it may make databases */
  login: AdminLogin;
  passwords: RolePasswords;
  /** where encrypted files and their records go */
  folder: string;
  /** a file of age's recipients */
  recipients: string;
  pictures: string;
  postgresBin: string | null;
  version: string;
  clock: Clock;
}

/** What the archive is made of, and what is found out while it is. */
interface Source {
  head: Head;
  snapshot: Snapshot;
  programs: PostgresPrograms;
  parts: BackupParts;
  /** takes the same dump, before anything is encrypted */
  rehearsal: ScratchRestore;
  seen: { facts: Facts | null; keys: Record<string, number>; pictures: number };
}

/** Buffers of one size out of those of any. */
async function* portions(stream: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < size) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}

async function* dumped({ snapshot, programs, parts, rehearsal }: Source): AsyncGenerator<Buffer> {
  const login = { ...parts.login, user: 'rawjournal_backup', password: parts.passwords.backup };
  const { args, env } = connectionOf(login);
  // The snapshot itself is serializable and deferrable: who takes over another's cannot ask for that.
  const chosen = [
    '--format=custom',
    `--snapshot=${snapshot.id}`,
    `--exclude-table-data=public.${leftOutTable}`,
  ];
  const running = start(programs.dump, [...args, ...chosen], env);
  running.stdin.end();
  try {
    for await (const portion of portions(running.stdout as AsyncIterable<Buffer>, dumpPartBytes)) {
      await rehearsal.take(portion);
      yield portion;
    }
    await running.ended;
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Fault(500, 'not_dumped', `The database could not be dumped: ${error.brief}`, { cause: error });
  } finally {
    running.kill();
  }
}

const unreadable = (path: string, cause: unknown): Fault =>
  new Fault(
    500,
    'not_read',
    `The screenshots cannot be read (${path}), and without them it is no backup. ` +
      'Let the user who makes it read their folder, and name it in BACKUP_SCREENSHOTS.',
    { cause },
  );

/** Null for one that was deleted since then: it is in no need of a backup. */
async function pictureFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw unreadable(path, error);
  }
}

/** The files of pictures that the snapshot knows. */
async function* pictureEntries({
  snapshot,
  parts,
}: Source): AsyncGenerator<{ name: string; content: Buffer }> {
  const ids = await pictureIds(snapshot.tx);
  // A folder that is not there is none whose pictures were all deleted.
  if (ids.length > 0)
    await access(parts.pictures).catch((cause: unknown) => {
      throw unreadable(parts.pictures, cause);
    });
  for (const id of ids)
    for (const file of pictureFileNames(id)) {
      const content = await pictureFile(join(parts.pictures, file));
      if (content !== null) yield { name: pictureName(file), content };
    }
}

/** The plain archive, as a stream that nobody keeps. */
async function* archive(source: Source): AsyncGenerator<Buffer> {
  const { head, snapshot, seen } = source;
  const entries: Record<string, string> = {};
  const atS = Math.floor(Date.parse(head.madeAt) / 1000);
  const packed = (name: string, content: Buffer): Buffer[] => {
    entries[name] = createHash('sha256').update(content).digest('hex');
    return tarEntry({ name, content }, atS);
  };
  yield* packed(headName, Buffer.from(JSON.stringify(head)));
  let part = 0;
  for await (const content of dumped(source)) yield* packed(dumpName((part += 1)), content);
  for await (const { name, content } of pictureEntries(source)) {
    seen.pictures += 1;
    yield* packed(name, content);
  }
  seen.facts = await factsOf(snapshot.tx);
  seen.keys = await keysInUse(snapshot.tx);
  const manifest: Manifest = { entries, keys: seen.keys, facts: seen.facts };
  yield* tarEntry({ name: manifestName, content: Buffer.from(JSON.stringify(manifest)) }, atS);
  yield tarEnd;
}

const rowsOf = ({ tables }: Facts): number =>
  Object.values(tables)
    .flatMap((tenants) => Object.values(tenants))
    .reduce((sum, { rows }) => sum + rows, 0);

const fileName = (at: Date): string =>
  `rawjournal-${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z${backupEnding}`;

/** What a run that was killed left in the folder: nobody else writes there while the caretaker is ours. */
async function sweepDrafts(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.part') || name.startsWith('.'));
  for (const name of names) await rm(join(folder, name), { force: true });
}

async function write(parts: BackupParts, care: Caretaker, snapshot: Snapshot): Promise<BackupRecord> {
  const { folder, passwords, clock } = parts;
  const madeAt = clock.now();
  const server = Math.floor(care.serverVersion / 10_000);
  const programs = await findPostgresPrograms(parts.postgresBin, server);
  const migrations = await migrationNames(snapshot.tx);
  const head: Head = {
    ...{ format: 1, madeAt: madeAt.toISOString(), version: parts.version },
    ...{ migrations, server, dump: programs.major },
  };
  const scratch = await care.makeScratch();
  const rehearsal = restoreInto(scratch, programs);
  const seen: Source['seen'] = { facts: null, keys: {}, pictures: 0 };
  const file = fileName(madeAt);
  try {
    const source = archive({ head, snapshot, programs, parts, rehearsal, seen });
    const written = await encrypt(source, parts.recipients, join(folder, `${file}.part`));
    const failed = await rehearsal.finish();
    const facts = seen.facts ?? { tables: {}, accounts: {}, figures: {} };
    const wrong = failed === null ? await examineScratch(scratch, passwords, facts) : [failed];
    await rename(join(folder, `${file}.part`), join(folder, file));
    await syncFolder(folder);
    const problem = wrong.length === 0 ? null : `It was not restored as it is: ${wrong.join('; ')}`;
    const record: BackupRecord = {
      ...{ file, madeAt: head.madeAt, ...written, version: parts.version, problem },
      verifiedAt: problem === null ? clock.now().toISOString() : null,
      ...{ rows: rowsOf(facts), pictures: seen.pictures, keys: Object.keys(seen.keys), remote: null },
    };
    await writeRecord(folder, record);
    return record;
  } catch (error) {
    rehearsal.abort();
    await rm(join(folder, `${file}.part`), { force: true });
    throw error;
  } finally {
    await care.dropScratch(scratch);
  }
}

const notEncrypted = (recipients: string, { brief }: ProgramFailed): Fault =>
  new Fault(500, 'not_encrypted', `age cannot encrypt for ${recipients}: ${brief}`);

/**
 * Makes one backup: dump, pictures and a manifest as one stream, encrypted into `folder`, while the same dump is
 * restored into a scratch database and compared with the moment it was taken at. A backup that does not compare is
 * kept and its record says why. Throws a Fault where none came about.
 */
export async function createBackup(parts: BackupParts): Promise<BackupRecord> {
  await requirePrograms(['age']);
  await mkdir(parts.folder, { recursive: true, mode: 0o750 });
  return withCaretaker(parts.login, async (care) => {
    await sweepDrafts(parts.folder);
    try {
      return await withSnapshot(parts.login.address, parts.passwords.backup, (snapshot) =>
        write(parts, care, snapshot),
      );
    } catch (error) {
      throw error instanceof ProgramFailed ? notEncrypted(parts.recipients, error) : error;
    }
  });
}

/** Removes what no day, week or month keeps. Resolves to the names of the files. */
export async function pruneBackups(folder: string, retention: Retention): Promise<string[]> {
  const records = await readRecords(folder);
  const gone = prunable(
    records.map(({ file, madeAt, verifiedAt }) => ({
      ...{ name: file, madeAt: new Date(madeAt), isVerified: verifiedAt !== null },
    })),
    retention,
  );
  for (const file of gone) await removeBackup(folder, file);
  return gone;
}
