import type { BackupFacts, BackupRecord } from '../data/backup-records.js';
import { lastVerifiedBackup } from '../data/backup-records.js';
import { hourMs, secondMs } from '../lib/clock.js';
import { span } from './figures.js';

export interface BackupLine {
  name: string;
  level: 'green' | 'amber' | 'red';
  says: string;
  /** what to do about it; null where nothing is to be done */
  fix: string | null;
}

/** A night and two hours: one that is older was missed. */
const lateMs = 26 * hourMs;
/** A copy is read back once a week; a day late is late. */
const uncheckedMs = 8 * 24 * hourMs;

const readme = 'see Backups in the README';
const ago = (at: Date, now: Date): string =>
  `${span(Math.max(0, now.getTime() - at.getTime()) / secondMs)} ago`;

/** The longest stretch whose notes may be lost: the night between two backups, or what has passed by now. */
const lossWords = (at: Date, now: Date): string => {
  const hours = Math.max(24, Math.ceil((now.getTime() - at.getTime()) / hourMs));
  return `up to ${hours} h of notes and manual trades could be lost`;
};

function backupCheck(facts: BackupFacts, now: Date): BackupLine {
  const name = 'backup';
  const last = lastVerifiedBackup(facts);
  const failed = facts.lastRun?.problem ?? null;
  if (last === 'not set up')
    return {
      name,
      level: 'amber',
      says: 'none is made: everything that is written here could be lost',
      fix: `Set BACKUP_RECIPIENTS, and run rawjournal backup every night (${readme}).`,
    };
  if (last === null)
    return {
      name,
      level: 'amber',
      says: `none is verified yet${failed === null ? '' : `: ${failed}`}; everything that is written here could be lost`,
      fix: 'Run: rawjournal backup',
    };
  const says = `verified ${ago(last, now)}; ${lossWords(last, now)}`;
  if (failed !== null)
    return {
      name,
      level: 'amber',
      says: `${says}. The last run failed: ${failed}`,
      fix: 'Mend that, then run: rawjournal backup',
    };
  if (now.getTime() - last.getTime() > lateMs)
    return {
      name,
      level: 'amber',
      says,
      fix: 'Run rawjournal backup, and see why it did not run last night.',
    };
  return { name, level: 'green', says, fix: null };
}

const newestCopy = ({ records }: BackupFacts): BackupRecord | undefined =>
  records.find(({ remote }) => remote !== null);

/** When any copy was last read back, or the oldest was made: a new one every night must not put the reading off. */
function lastRead({ records }: BackupFacts, otherwise: string): number {
  const copies = records.flatMap(({ remote }) => (remote === null ? [] : [remote]));
  const read = copies.flatMap(({ checkedAt }) => (checkedAt === null ? [] : [Date.parse(checkedAt)]));
  return Math.max(...read, Date.parse(copies.at(-1)?.copiedAt ?? otherwise));
}

function copyCheck(facts: BackupFacts, now: Date): BackupLine {
  const name = 'backup copy';
  const amber = (says: string, fix: string): BackupLine => ({ name, level: 'amber', says, fix });
  if (!facts.hasRemote)
    return amber(
      'none elsewhere: what takes this disk takes its backups too',
      `Set BACKUP_REMOTE (${readme}).`,
    );
  const record = newestCopy(facts);
  if (record?.remote == null) return amber('none was made yet', 'Run: rawjournal backup');
  const { copiedAt, checkedAt, problem } = record.remote;
  if (problem !== null)
    return {
      name,
      level: 'red',
      says: `${record.file} elsewhere is of no use: ${problem}`,
      fix: 'Look at the storage it lies on. Nothing is copied over it: the next backup makes a new one.',
    };
  const madeAt = new Date(record.madeAt);
  const read = checkedAt === null ? 'not read back yet' : `read back ${ago(new Date(checkedAt), now)}`;
  const says = `of the backup of ${ago(madeAt, now)}, ${read}`;
  if (now.getTime() - madeAt.getTime() > lateMs) return amber(says, 'Run: rawjournal backup');
  if (now.getTime() - lastRead(facts, copiedAt) > uncheckedMs)
    return amber(says, 'Run once a week: rawjournal backup check');
  return { name, level: 'green', says, fix: null };
}

/** What is to be said of the backups. All of it is advice, but a copy that is not what was copied. */
export const backupLines = (facts: BackupFacts, now: Date): BackupLine[] =>
  facts.isSetUp || facts.records.length > 0
    ? [backupCheck(facts, now), copyCheck(facts, now)]
    : [backupCheck(facts, now)];
