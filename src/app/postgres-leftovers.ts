import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../lib/fault.js';
import { port, type Folders, type Log } from './postgres-folder.js';

/** What is asked of a server that must go, and how long it is given: fast shutdown, immediate shutdown, end. */
export const escalation = [
  { signal: 'SIGINT', patienceMs: 10_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;

/**
 * Ends every server process that still lives in the data folder and forgets the lock files of servers long gone.
 * Two servers on one folder destroy it, so a process that will not go is a Fault. Call it with the claim held.
 */
export async function vacate(folders: Folders, log: Log): Promise<void> {
  let found = await residents(folders.data);
  for (const { signal, patienceMs } of escalation) {
    if (found.length === 0) break;
    const { pid: head } = await readLock(join(folders.data, 'postmaster.pid'));
    for (const pid of targets(signal, found, head)) {
      log(`A database process of an earlier run (${pid}) is sent ${signal}.`, 'warn');
      sendTo(pid, signal);
    }
    const deadline = performance.now() + patienceMs;
    while (found.length > 0 && performance.now() < deadline) {
      await sleep(20);
      found = await residents(folders.data);
    }
  }
  if (found.length > 0) {
    throw new Fault(
      500,
      'database_not_vacated',
      `An earlier database process (${found.join(', ')}) still uses ${folders.data} and does not end.`,
    );
  }
  await forgetLocks(folders);
}

/** Without their postmaster backends end by themselves, and SIGINT means something else to each of them. */
function targets(signal: NodeJS.Signals, found: number[], head: number): number[] {
  if (signal === 'SIGKILL') return found;
  if (found.includes(head)) return [head];
  return signal === 'SIGINT' ? [] : found;
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Every process of a server stands in its data folder, whatever became of its parent or of postmaster.pid. */
async function residents(data: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  if (!pids.includes(process.pid)) throw new Error('/proc does not show the processes of this machine');
  const here = await Promise.all(pids.map((pid) => livesIn(pid, data)));
  return pids.filter((_, index) => here[index]);
}

async function livesIn(pid: number, data: string): Promise<boolean> {
  if ((await linkOf(pid, 'cwd')) !== data) return false;
  return /\/postgres( \(deleted\))?$/.test(await linkOf(pid, 'exe'));
}

/** A zombie has no links any more; neither has a process that is gone. */
const linkOf = (pid: number, link: 'cwd' | 'exe'): Promise<string> =>
  readlink(`/proc/${pid}/${link}`).catch((error: unknown) => (error as NodeJS.ErrnoException).code ?? '');

/**
 * PostgreSQL takes any living process with the number in its lock file for the server, and an empty lock file (a
 * crash, a full disk) for one that starts just now. It would then never start again.
 */
async function forgetLocks(folders: Folders): Promise<void> {
  for (const lock of [join(folders.data, 'postmaster.pid'), join(folders.socket, `.s.PGSQL.${port}.lock`)]) {
    const { pid, data } = await readLock(lock);
    const isHidden = (await linkOf(pid, 'cwd')) === 'EACCES';
    if (!isHidden && !(await livesIn(pid, data))) await rm(lock, { force: true });
  }
}

/** Lines of a lock file: 1 is the server's process, 2 its data folder; in postmaster.pid 8 is how far its start is. */
export async function readLock(file: string): Promise<{ pid: number; data: string; status: string }> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return { pid: Number(lines[0]), data: lines[1] ?? '', status: lines[7]?.trim() ?? '' };
}
