import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { randomBytes } from 'node:crypto';
import { replaceFile } from './key-files.js';

const instant = z.iso.datetime();

/**
 * What is known of one backup. It lies beside its file and not in the database: it outlives the database, goes with
 * the folder, and a database that was restored does not speak of backups that are no more.
 */
const recordShape = z.object({
  /** of the encrypted file in the same folder */
  file: z.string(),
  madeAt: instant,
  bytes: z.number(),
  sha256: z.string(),
  version: z.string(),
  /** when it was restored and compared; null: it was not, or something differed */
  verifiedAt: instant.nullable(),
  /** why it is not verified; null where it is */
  problem: z.string().nullable(),
  rows: z.number(),
  pictures: z.number(),
  /** ids of the keys without which sealed passwords stay closed */
  keys: z.array(z.string()),
  remote: z
    .object({
      copiedAt: instant,
      checkedAt: instant.nullable(),
      /** what a check found; null: the same bytes */
      problem: z.string().nullable(),
    })
    .nullable(),
});
export type BackupRecord = z.infer<typeof recordShape>;

/** How the last run ended that left no backup, or a bad one; null once one was well. */
const lastRun = z.object({ at: instant, problem: z.string().nullable() });
export type LastRun = z.infer<typeof lastRun>;

export const backupEnding = '.tar.age';
const recordOf = (file: string): string => `${file}.json`;
const lastRunFile = 'last-run.json';

const write = (folder: string, name: string, value: unknown): Promise<void> =>
  replaceFile(folder, name, {
    content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
    suffix: randomBytes(6).toString('hex'),
    mode: 0o640,
  });

async function read<T>(shape: z.ZodType<T>, path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return null; // somebody else's, or of another time
  }
}

export const writeRecord = (folder: string, record: BackupRecord): Promise<void> =>
  write(folder, recordOf(record.file), record);

const readRecord = (folder: string, file: string): Promise<BackupRecord | null> =>
  read(recordShape, join(folder, recordOf(file)));

/** Every backup in the folder whose file is there, the newest first; none where there is no such folder. */
export async function readRecords(folder: string): Promise<BackupRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const files = new Set(names.filter((name) => name.endsWith(backupEnding)));
  const found = await Promise.all([...files].map((file) => readRecord(folder, file)));
  return found.filter((record) => record !== null).sort((one, other) => (one.madeAt < other.madeAt ? 1 : -1));
}

export async function removeBackup(folder: string, file: string): Promise<void> {
  await rm(join(folder, file), { force: true });
  await rm(join(folder, recordOf(file)), { force: true });
}

/** Also where no backup has made the folder yet. */
export async function noteRun(folder: string, run: LastRun): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  await write(folder, lastRunFile, run);
}
const readLastRun = (folder: string): Promise<LastRun | null> => read(lastRun, join(folder, lastRunFile));

/** What an installation knows of its backups. */
export const backupFacts = z.object({
  /** false: nobody has said for whom they are encrypted, and none is made */
  isSetUp: z.boolean(),
  /** false: nowhere is said where copies go */
  hasRemote: z.boolean(),
  records: z.array(recordShape),
  lastRun: lastRun.nullable(),
});
export type BackupFacts = z.infer<typeof backupFacts>;

export interface BackupPlaces {
  folder: string;
  /** the file of age's recipients; null: none is made */
  recipients: string | null;
  remote: string | null;
}

export const readBackups = async ({ folder, recipients, remote }: BackupPlaces): Promise<BackupFacts> => ({
  isSetUp: recipients !== null,
  hasRemote: remote !== null,
  records: await readRecords(folder),
  lastRun: await readLastRun(folder),
});

/** When the last backup was made that was verified; null: none was. */
export const lastVerifiedBackup = ({ isSetUp, records }: BackupFacts): Date | null | 'not set up' => {
  const found = records.find(({ verifiedAt }) => verifiedAt !== null);
  if (found !== undefined) return new Date(found.madeAt);
  return isSetUp ? null : 'not set up';
};
