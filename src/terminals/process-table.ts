import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** All processes of this machine by number: whose child each is, and its resident memory in bytes. */
export type ProcessTable = ReadonlyMap<number, { readonly parent: number; readonly rssBytes: number }>;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process ended, or there is no /proc
  }
};

const kilobytes = (text: string, name: string): number | null => {
  const value = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value);
};

/** Of all users; none where there is no /proc. */
export function livingPids(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((number) => number > 0);
  } catch {
    return [];
  }
}

/** Reads /proc once; empty where there is none. */
export function processTable(): ProcessTable {
  return new Map(
    livingPids().map((pid) => {
      const status = read(`/proc/${pid}/status`);
      const [parent, rss] = [kilobytes(status, 'PPid'), kilobytes(status, 'VmRSS')];
      return [pid, { parent: parent ?? 0, rssBytes: (rss ?? 0) * 1024 }];
    }),
  );
}

/** A process and all its descendants, as far as the table knows them. */
export function familyOf(pid: number, table: ProcessTable): number[] {
  const family = new Set([pid]);
  // Children may have lower numbers than their parents, so one pass does not find all.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [child, { parent }] of table) if (family.has(parent)) family.add(child);
  }
  return [...family].filter((member) => table.has(member));
}

/** What a process takes, a page that n processes share counted as an nth; null: nobody may ask. */
async function shareOf(pid: number): Promise<number | null> {
  const pss = kilobytes(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''), 'Pss');
  return pss === null ? null : pss * 1024;
}

export interface Load {
  /** proportional shares of memory, so that what the family shares is counted once */
  readonly rssBytes: number;
  readonly processes: number;
}

/** A process with all its descendants. A member that keeps its share to itself counts with all it has. */
export async function loadOf(pid: number, table: ProcessTable): Promise<Load> {
  const family = familyOf(pid, table);
  const bytes = await Promise.all(
    family.map(async (member) => (await shareOf(member)) ?? table.get(member)?.rssBytes ?? 0),
  );
  return { rssBytes: bytes.reduce((sum, one) => sum + one, 0), processes: family.length };
}

/** What tells a process from a later one with its number; null: there is none, or it is only unburied. */
export function birthMark(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name in brackets may hold spaces and brackets; state and start time are 3rd and 22nd of all fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  if (started === undefined || state === 'Z' || state === 'X') return null;
  return `${read('/proc/sys/kernel/random/boot_id').trim()} ${started}`;
}

/** One of a family, below its parent. */
export interface Member {
  readonly pid: number;
  /** 0 for the head of the family */
  readonly depth: number;
  /** of its program, without arguments: they may name a file of ours */
  readonly name: string;
  /** null: nobody may ask */
  readonly bytes: number | null;
}

/** As the kernel keeps it, 15 characters at most; Wine gives its processes the names of their programs. */
const nameOf = (pid: number): string => read(`/proc/${pid}/comm`).trim();

/** A process and all its descendants, each behind its parent. */
export async function treeOf(pid: number, table: ProcessTable): Promise<Member[]> {
  const family = familyOf(pid, table);
  const members: Member[] = [];
  const add = async (one: number, depth: number): Promise<void> => {
    members.push({ pid: one, depth, name: nameOf(one) || 'ended', bytes: await shareOf(one) });
    for (const child of family)
      if (child !== pid && table.get(child)?.parent === one) await add(child, depth + 1);
  };
  await add(pid, 0);
  return members;
}

/** The names under which a process and all its descendants run. */
export const namesOf = (pid: number, table: ProcessTable): string[] => familyOf(pid, table).map(nameOf);
