import { dayMs } from '../lib/clock.js';

/** How many days, weeks and months keep the last backup of theirs. */
export interface Retention {
  daily: number;
  weekly: number;
  monthly: number;
}

export interface KeptBackup {
  name: string;
  madeAt: Date;
  isVerified: boolean;
}

/** However little is asked for, this many stay. */
export const leastBackups = 3;

const day = ({ madeAt }: KeptBackup): string => madeAt.toISOString().slice(0, 10);
const month = ({ madeAt }: KeptBackup): string => madeAt.toISOString().slice(0, 7);
/** Weeks begin on Mondays; 1970 began on a Thursday. */
const week = ({ madeAt }: KeptBackup): string =>
  String(Math.floor((Math.floor(madeAt.getTime() / dayMs) + 3) / 7));

/** The newest of each of the last `count` stretches that have one. `backups` are the newest first. */
function lastOfEach(
  backups: readonly KeptBackup[],
  stretch: (backup: KeptBackup) => string,
  count: number,
): KeptBackup[] {
  const newest = new Map<string, KeptBackup>();
  for (const backup of backups) if (!newest.has(stretch(backup))) newest.set(stretch(backup), backup);
  return [...newest.values()].slice(0, count);
}

const newestFirst = (one: KeptBackup, other: KeptBackup): number =>
  other.madeAt.getTime() - one.madeAt.getTime() || (one.name < other.name ? -1 : 1);

/**
 * The names of backups that may go: those no day, week or month (UTC) keeps, as long as a newer one is verified, and
 * never so many that fewer than three verified ones are left. One that is not verified keeps no place.
 */
export function prunable(backups: readonly KeptBackup[], { daily, weekly, monthly }: Retention): string[] {
  const sorted = [...backups].sort(newestFirst);
  const verified = sorted.filter(({ isVerified }) => isVerified);
  const [newest] = verified;
  if (newest === undefined) return [];
  const kept = new Set([
    ...lastOfEach(verified, day, daily),
    ...lastOfEach(verified, week, weekly),
    ...lastOfEach(verified, month, monthly),
    ...verified.slice(0, leastBackups),
  ]);
  return sorted
    .filter((backup) => !kept.has(backup) && backup.madeAt.getTime() < newest.madeAt.getTime())
    .map(({ name }) => name);
}
