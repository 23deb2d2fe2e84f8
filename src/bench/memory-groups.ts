import { readFile } from 'node:fs/promises';
import { familyOf, loadOf, namesOf, processTable, type ProcessTable } from '../terminals/process-table.js';

/** The first process of each group; null: there is none. Terminals are found below the service. */
export type Heads = Readonly<Record<'service' | 'PostgreSQL' | 'Redis' | 'nginx', number | null>>;

export interface Group {
  name: string;
  processes: number;
  /** what it takes, a page that n processes share counted as an nth */
  mb: number;
  /** of it, memory that its processes share by intention */
  sharedMb: number;
}

const inMb = (bytes: number): number => bytes / 1024 / 1024;

async function sharedKb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss_Shmem:\s*(\d+)/m.exec(text)?.[1] ?? 0);
}

async function groupOf(name: string, pid: number, table: ProcessTable): Promise<Group> {
  const { rssBytes, processes } = await loadOf(pid, table);
  const shared = await Promise.all(familyOf(pid, table).map(sharedKb));
  return { name, processes, mb: inMb(rssBytes), sharedMb: shared.reduce((sum, kb) => sum + kb, 0) / 1024 };
}

/** Children of the service under which Wine runs. */
const terminalsOf = (service: number, table: ProcessTable): number[] =>
  [...table]
    .filter(([, { parent }]) => parent === service)
    .map(([pid]) => pid)
    .filter((pid) => namesOf(pid, table).some((name) => name.startsWith('wineserver')));

/** What each group takes at this moment. */
export async function measured(heads: Heads): Promise<Group[]> {
  const table = processTable();
  const terminals = heads.service === null ? [] : terminalsOf(heads.service, table);
  const members = new Set(terminals.flatMap((pid) => familyOf(pid, table)));
  const rest = new Map([...table].filter(([pid]) => !members.has(pid)));
  const found = Object.entries(heads).flatMap(([name, pid]) =>
    pid === null ? [] : [groupOf(name, pid, rest)],
  );
  const slots = terminals.map((pid, at) => groupOf(`terminal ${at + 1}`, pid, table));
  return Promise.all([...found, ...slots]);
}
