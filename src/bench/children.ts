import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
