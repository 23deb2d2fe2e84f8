import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../testing/database.js';

export interface Child {
  pid: number;
  stop(): Promise<void>;
}

/** Starts a compiled program and resolves when it has printed `ready`. Throws with its last words if it ends first. */
export function startChild(script: string, env: Record<string, string>, ready: RegExp): Promise<Child> {
  const child: ChildProcess = spawn(process.execPath, [join(projectRoot, 'dist', script)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (part: Buffer): void => {
      said = (said + String(part)).slice(-4_000);
      if (!ready.test(said) || child.pid === undefined) return;
      const stop = async (): Promise<void> => {
        child.kill('SIGTERM');
        await ended;
      };
      resolve({ pid: child.pid, stop });
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    void ended.then(() => {
      reject(new Error(`${script} ended: ${said}`));
    });
  });
}

/** Resident memory of a process in MB, as Linux counts it. */
export const residentMb = (pid: number): number => {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(line) / 1024;
};

/** Linux counts processor time in these. */
const tickMs = 10;

/** Of every process: whose child it is, and how long it has worked. */
const family = (): Map<number, { parent: number; ms: number }> =>
  new Map(
    readdirSync('/proc').flatMap((name) => {
      try {
        // Behind the name, which may hold anything: state, parent …, and the 12th and 13th are its own time.
        const [, parent, ...more] =
          readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return [
          [Number(name), { parent: Number(parent), ms: (Number(more[9]) + Number(more[10])) * tickMs }],
        ];
      } catch {
        return []; // no process, or it has just ended
      }
    }),
  );

/** Processor time of a process and of all that it has started, in ms. Unlike a clock it knows no busy neighbours. */
export function processorMs(pid: number): number {
  const all = family();
  const isOf = (one: number): boolean => one === pid || (all.has(one) && isOf(all.get(one)?.parent ?? 0));
  return [...all].reduce((sum, [one, { ms }]) => sum + (isOf(one) ? ms : 0), 0);
}
