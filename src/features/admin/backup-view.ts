import type { BackupFacts, BackupRecord } from '../../data/backup-records.js';
import { backupLines } from '../../web/backup-words.js';
import { count, when } from '../../web/words.js';

const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Whether it can be relied on, in a word and a tone. */
const stateOf = ({ verifiedAt }: BackupRecord) =>
  verifiedAt === null ? { text: 'not verified', tone: 'warn' } : { text: 'verified', tone: 'good' };

function copyOf({ remote }: BackupRecord, timeZone: string): string | null {
  if (remote === null) return null;
  if (remote.problem !== null) return remote.problem;
  return remote.checkedAt === null
    ? 'copied'
    : `read back ${when(new Date(remote.checkedAt), timeZone) ?? ''}`;
}

const row = (record: BackupRecord, timeZone: string) => ({
  file: record.file,
  made: when(new Date(record.madeAt), timeZone),
  size: size(record.bytes),
  holds: `${count(record.rows, 'row')}, ${count(record.pictures, 'picture')}`,
  state: stateOf(record),
  problem: record.problem,
  copy: copyOf(record, timeZone),
});

const kinds = { green: 'good', amber: 'warn', red: 'bad' } as const;

/** Finished strings: what is to be said of the backups, and a row of each that is here. */
export const backupsView = (facts: BackupFacts, now: Date, timeZone: string) => ({
  lines: backupLines(facts, now).map(({ name, level, says, fix }) => ({
    kind: kinds[level],
    title: name === 'backup' ? `The last backup: ${says}.` : `A copy elsewhere: ${says}.`,
    text: fix,
  })),
  backups: facts.records.map((record) => row(record, timeZone)),
});
