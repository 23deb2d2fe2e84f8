import { spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { copyFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markOf } from './leftover.js';
import type { Params } from './protocol.js';
import type { Settings } from './simulator/settings.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A living child: the one process whose end ends all that it started. */
export interface Child {
  readonly pid: number;
  /** resolves when nothing that it started is left either */
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** around each login, for a program that finds the account in a file */
  loginBegins?(credentials: Params<'login'>): void;
  loginEnds?(): void;
}

/** What a child needs to find home. */
export interface Errand {
  readonly slot: number;
  /** of 127.0.0.1 */
  readonly port: number;
  /** holds the token of this start, 0600 */
  readonly tokenFile: string;
  /** the slot's own, 0700 */
  readonly folder: string;
}

/** Starts the child of a slot. Throws when it cannot be started. */
export type Launch = (errand: Errand) => Child;

// Nothing of ours is inherited: the environment may hold secrets.
const surroundings = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

const logFile = (folder: string): string => join(folder, 'terminal.log');
export const mostLogBytes = 1024 * 1024;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** beside what every child gets */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A session of its own keeps Ctrl-C away from it; a regular file takes its words, as Windows programs demand. Nothing
 * is ever written to its standard input, but it ends with this process.
 */
export function startChild(folder: string, { program, args, environment }: Command): Child {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const log = openSync(logFile(folder), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    const stdio = ['pipe', log, log] as const;
    const env = { ...surroundings, ...environment, ...markOf(folder) };
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: [...stdio] });
    const { pid } = child;
    child.stdin?.on('error', () => undefined);
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: null, signal: null }));
    });
    if (pid === undefined) throw new Error(`${program} cannot be started.`);
    return { pid, exited, kill: (signal) => void child.kill(signal) };
  } finally {
    closeSync(log);
  }
}

/** Keeps the last full log beside the present one. The child goes on writing at the end of the emptied file. */
export async function trimLog(folder: string): Promise<void> {
  const file = logFile(folder);
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size <= mostLogBytes) return;
  if (size <= 4 * mostLogBytes) await copyFile(file, `${file}.1`);
  await truncate(file);
}

/** A terminal that is a program for node: dials out to `--port` and speaks the protocol. */
export const launchNode =
  (script: string, settings: (slot: number) => unknown): Launch =>
  ({ slot, port, tokenFile, folder }) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const settingsFile = join(folder, 'settings.json');
    writeFileSync(settingsFile, JSON.stringify(settings(slot)), { mode: 0o600 });
    const numbers = ['--port', String(port), '--slot', String(slot)];
    const files = ['--token-file', tokenFile, '--settings', settingsFile];
    const args = [script, ...numbers, ...files];
    return startChild(folder, { program: process.execPath, args, environment: {} });
  };

const simulator = fileURLToPath(new URL('./simulator/main.js', import.meta.url));

/** A terminal that needs no Wine. */
export const launchSimulator = (settings: (slot: number) => Settings): Launch =>
  launchNode(simulator, settings);
