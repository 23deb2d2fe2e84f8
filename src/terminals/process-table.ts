import { readdirSync, readFileSync } from 'node:fs';

/** All processes of this machine by number: whose child each is, and its resident memory in bytes. */
export type ProcessTable = ReadonlyMap<number, { readonly parent: number; readonly rssBytes: number }>;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process ended, or there is no /proc
  }
};

const field = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);

function numbers(): number[] {
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
    numbers().map((pid) => {
      const status = read(`/proc/${pid}/status`);
      return [pid, { parent: field(status, 'PPid'), rssBytes: field(status, 'VmRSS') * 1024 }];
    }),
  );
}

export interface Load {
  readonly rssBytes: number;
  readonly processes: number;
}

/** A process with all its descendants. Pages they share are counted in each of them. */
export function loadOf(pid: number, table: ProcessTable): Load {
  const family = new Set([pid]);
  // Children may have lower numbers than their parents, so one pass does not find all.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [child, { parent }] of table) if (family.has(parent)) family.add(child);
  }
  const members = [...family].flatMap((member) => table.get(member) ?? []);
  return { rssBytes: members.reduce((sum, { rssBytes }) => sum + rssBytes, 0), processes: members.length };
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
