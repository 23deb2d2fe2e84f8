import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seeded } from '../testing/simulated-sync.js';
import type { Fault, Seen } from './fault.js';

export interface Row {
  fault: string;
  promise: string;
  seen: Seen[];
  /** why it broke off, where it did */
  broken: string | null;
}

export const isKept = ({ seen, broken }: Row): boolean =>
  broken === null &&
  seen.length > 0 &&
  seen.every((one) => one.isKept && one.lost === 0 && one.doubled === 0 && one.disturbed === 0);

const sum = (seen: readonly Seen[], of: (one: Seen) => number): number =>
  seen.reduce((total, one) => total + of(one), 0);

export const rowText = (row: Row): string => {
  const { seen } = row;
  const worst = seen.length === 0 ? '-' : `${(Math.max(...seen.map(({ ms }) => ms)) / 1000).toFixed(1)} s`;
  const counts = [
    sum(seen, (one) => one.lost),
    sum(seen, (one) => one.doubled),
    sum(seen, (one) => one.disturbed),
  ];
  const cells = [row.fault.padEnd(16), String(seen.length).padStart(3), worst.padStart(9)];
  const numbers = counts.map((count) => String(count).padStart(6)).join('');
  const verdict = isKept(row) ? 'ok' : `NOT KEPT ${row.broken ?? ''}`;
  return `${cells.join(' ')} ${numbers}  ${verdict.padEnd(4)} ${row.promise}`;
};

export const head = `${'fault'.padEnd(16)} ${'n'.padStart(3)} ${'worst'.padStart(9)}   lost double others`;

interface Order {
  times: number;
  scale: number;
  patience: number;
  /** where what was seen is kept, so that a run goes on where another one ended; null: nowhere */
  folder: string | null;
}

const kept = async (file: string | null): Promise<Seen[]> => {
  const text = file === null ? null : await readFile(file, 'utf8').catch(() => null);
  return text === null ? [] : (JSON.parse(text) as Seen[]);
};

/** Injects a fault as often as is still missing. */
export async function tried(fault: Fault, { times, scale, patience, folder }: Order): Promise<Row> {
  const file = folder === null ? null : join(folder, `${fault.name}-${scale}.json`);
  const seen = await kept(file);
  const row: Row = { fault: fault.name, promise: fault.promise, seen, broken: null };
  if (folder !== null) await mkdir(folder, { recursive: true });
  let writing = Promise.resolve();
  const onSeen = (one: Seen): void => {
    seen.push(one);
    if (file !== null) writing = writing.then(() => writeFile(file, JSON.stringify(seen)));
  };
  // Another seed for each part, or every part would strike at the same moments.
  const random = seeded(seen.length * 7_919 + fault.name.length);
  try {
    if (seen.length < times) await fault.run({ times: times - seen.length, scale, patience, random, onSeen });
  } catch (error) {
    row.broken = error instanceof Error ? error.message : String(error);
  }
  await writing;
  return row;
}
