import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readRecords, writeRecord, type BackupRecord } from '../data/backup-records.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { output, ProgramFailed, requirePrograms, start } from './programs.js';

/** Where copies go. */
export interface Remote {
  /** as rclone names it: `offsite:bucket/rawjournal`, or a folder */
  name: string;
  /** rclone's configuration, which holds the secrets; null: none is needed */
  config: string | null;
}

export interface RemoteParts {
  remote: Remote;
  folder: string;
  clock: Clock;
}

const options = ({ config }: Remote): string[] => [
  `--config=${config ?? ''}`,
  ...['--contimeout=30s', '--timeout=5m', '--retries=3', '--low-level-retries=5', '--stats=0'],
];

const placeOf = ({ name }: Remote, file: string): string =>
  name.endsWith(':') ? `${name}${file}` : `${name}/${file}`;

const lastLine = ({ said }: ProgramFailed): string => said.trim().split('\n').at(-1) ?? '';

/** Never over what is there: whoever has this machine can add to the copies, and their place decides what may go. */
async function copyOne({ remote, folder, clock }: RemoteParts, record: BackupRecord): Promise<BackupRecord> {
  const args = ['copyto', '--immutable', ...options(remote)];
  await output('rclone', [...args, join(folder, record.file), placeOf(remote, record.file)]);
  const copied = { copiedAt: clock.now().toISOString(), checkedAt: null, problem: null };
  const kept = { ...record, remote: copied };
  await writeRecord(folder, kept);
  return kept;
}

/** Copies every verified backup that has no copy yet, the newest first. Throws a Fault with what rclone says. */
export async function copyBackups(parts: RemoteParts): Promise<BackupRecord[]> {
  await requirePrograms(['rclone']);
  const waiting = (await readRecords(parts.folder)).filter(
    ({ verifiedAt, remote }) => verifiedAt !== null && remote === null,
  );
  const copied: BackupRecord[] = [];
  for (const record of waiting)
    try {
      copied.push(await copyOne(parts, record));
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      throw new Fault(
        502,
        'not_copied',
        `${record.file} was not copied to ${parts.remote.name}: ${lastLine(error)}`,
      );
    }
  return copied;
}

async function hashOfCopy(remote: Remote, file: string): Promise<string> {
  const reading = start('rclone', ['cat', ...options(remote), placeOf(remote, file)]);
  reading.stdin.end();
  const hash = createHash('sha256');
  for await (const chunk of reading.stdout as AsyncIterable<Buffer>) hash.update(chunk);
  await reading.ended;
  return hash.digest('hex');
}

async function findProblem(remote: Remote, { file, sha256 }: BackupRecord): Promise<string | null> {
  try {
    return (await hashOfCopy(remote, file)) === sha256 ? null : 'it is not the same file any more';
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    return `it cannot be read: ${lastLine(error)}`;
  }
}

/**
 * Reads the newest copy back, whole, and compares its hash with the one that was recorded when it was made: no storage
 * is taken at its word. Null where there is no copy.
 */
export async function checkCopy({ remote, folder, clock }: RemoteParts): Promise<BackupRecord | null> {
  await requirePrograms(['rclone']);
  const record = (await readRecords(folder)).find((one) => one.remote !== null);
  if (record?.remote == null) return null;
  const problem = await findProblem(remote, record);
  const checked = { ...record, remote: { ...record.remote, checkedAt: clock.now().toISOString(), problem } };
  await writeRecord(folder, checked);
  return checked;
}
