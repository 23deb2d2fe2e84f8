import { dayMs, hourMs } from '../lib/clock.js';
import type { AlarmKind, Observation, Verdict } from './alarm.js';
import { goals } from './tally.js';

/** 'not set up': nobody asks for it here · null: it cannot be told at the moment */
type Known<T> = T | 'not set up' | null;

/** When the last backup was made that could be restored; null: none ever was. */
export type LastBackup = Date | null | 'not set up';

/** What alarms are judged by. */
export interface AlarmFacts {
  now: Date;
  /** when the installation began to count its minutes; null: just now */
  began: Date | null;
  terminals: readonly { number: number; state: string }[];
  /** visits of the last fifteen minutes, and the share that read their account; null of none */
  syncs: number;
  syncSuccessPct: number | null;
  diskUsedPct: number | null;
  /** null: there is none yet */
  lastVerifiedBackup: LastBackup | 'unknown';
  certificateEnds: Known<Date> | 'unreadable';
  version: string;
  latestVersion: Known<string>;
}

const backupLateMs = 26 * hourMs;
const certificateDays = 14;
const mostDiskPct = 80;
/** Of fewer visits nothing is said. */
const leastVisits = 10;

const alone = (kind: AlarmKind, verdict: Verdict, says = '', what = ''): Observation => ({
  ...{ kind, verdict, says, what },
  subject: '',
});

const away = new Set(['quarantined', 'version-skew']);
const well = new Set(['ready', 'logging in', 'syncing', 'offline']);

function terminalVerdict(state: string): Verdict {
  if (away.has(state)) return 'bad';
  if (well.has(state)) return 'good';
  return state === 'stopped' ? 'off' : 'unknown';
}

const quarantine = ({ number, state }: AlarmFacts['terminals'][number]): Observation => ({
  kind: 'quarantine',
  subject: String(number),
  verdict: terminalVerdict(state),
  what: '',
  says:
    state === 'version-skew'
      ? `Terminal ${number} does not start: its versions do not fit together.`
      : `Terminal ${number} ${away.has(state) ? 'keeps ending and rests for half an hour' : 'works again'}.`,
});

const wholePct = (pct: number): string => `${Math.floor(pct)} %`;

function sync({ syncs, syncSuccessPct: pct }: AlarmFacts): Observation {
  if (pct === null || syncs < leastVisits) return alone('sync', 'unknown');
  const says = `${wholePct(pct)} of ${syncs} visits of accounts came to something within 15 minutes.`;
  return alone('sync', pct < goals.syncSuccessPct ? 'bad' : 'good', says);
}

function disk({ diskUsedPct: pct }: AlarmFacts): Observation {
  if (pct === null) return alone('disk', 'unknown');
  return alone('disk', pct > mostDiskPct ? 'bad' : 'good', `The disk is ${wholePct(pct)} full.`);
}

function backup({ now, began, lastVerifiedBackup: last }: AlarmFacts): Observation {
  if (last === 'not set up') return alone('backup', 'off');
  if (last === 'unknown') return alone('backup', 'unknown');
  // A first one has as much time as any other.
  const from = last ?? began ?? now;
  const isLate = now.getTime() - from.getTime() > backupLateMs;
  const hours = Math.floor((now.getTime() - from.getTime()) / hourMs);
  const late = last === null ? 'No backup was verified yet.' : `The last verified backup is ${hours} h old.`;
  return alone('backup', isLate ? 'bad' : 'good', isLate ? late : 'There is a verified backup.');
}

function certificate({ now, certificateEnds: ends }: AlarmFacts): Observation {
  if (ends === 'not set up') return alone('certificate', 'off');
  if (ends === null) return alone('certificate', 'unknown');
  if (ends === 'unreadable') return alone('certificate', 'bad', 'The certificate’s file cannot be read.');
  const days = Math.floor((ends.getTime() - now.getTime()) / dayMs);
  const says = days < 0 ? 'The certificate has ended.' : `The certificate ends in ${days} days.`;
  return alone('certificate', days < certificateDays ? 'bad' : 'good', says);
}

/** Whether `a` comes after `b`; null where one of them is no version such as 1.2.3. */
export function isNewer(a: string, b: string): boolean | null {
  const read = (version: string) => /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version)?.slice(1).map(Number);
  const [left, right] = [read(a), read(b)];
  if (left === undefined || right === undefined) return null;
  const at = left.findIndex((part, i) => part !== right[i]);
  return at !== -1 && (left[at] ?? 0) > (right[at] ?? 0);
}

function update({ version, latestVersion: latest }: AlarmFacts): Observation {
  if (latest === 'not set up') return alone('update', 'off');
  const newer = latest === null ? null : isNewer(latest, version);
  if (latest === null || newer === null) return alone('update', 'unknown');
  if (!newer) return alone('update', 'good', `RawJournal ${version} runs.`);
  return alone('update', 'bad', `RawJournal ${latest} is there; ${version} runs.`, latest);
}

/** What the facts mean, alarm by alarm. */
export const observe = (facts: AlarmFacts): Observation[] => [
  ...facts.terminals.map(quarantine),
  ...[sync, disk, backup, certificate, update].map((look) => look(facts)),
];
