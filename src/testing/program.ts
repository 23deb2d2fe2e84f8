import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { projectRoot } from './database.js';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  pid: number;
  /** everything it has printed so far */
  said: () => string;
  /** sends a signal and waits for the end */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** The environment without the test runner's own: it instruments every Node it sees. */
export const plainEnvironment = (env: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const all: NodeJS.ProcessEnv = { ...process.env, ...env };
  delete all['NODE_OPTIONS'];
  return all;
};

/** As the unit and `npm start` start it: with less memory for what is short-lived. */
export const frugal = { flags: ['--max-semi-space-size=8'], env: { MALLOC_ARENA_MAX: '2' } } as const;

function begin(script: string, args: string[], env: Record<string, string>, input = '') {
  const child = spawn(process.execPath, [...frugal.flags, resolve(projectRoot, 'dist', script), ...args], {
    env: plainEnvironment({ ...frugal.env, ...env }),
    cwd: projectRoot,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (output.stdout += String(part)));
  child.stderr.on('data', (part: Buffer) => (output.stderr += String(part)));
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
  return { child, output, ended };
}

/** Runs a compiled program, named from `dist` or by its whole path, to its end. */
export const runProgram = (
  script: string,
  args: string[],
  env: Record<string, string>,
  input?: string,
): Promise<Ended> => begin(script, args, env, input).ended;

/** Starts a compiled program and resolves when `ready` matches its output. Throws its last words if it ends first. */
export async function startProgram(
  script: string,
  env: Record<string, string>,
  ready: RegExp,
): Promise<Program> {
  const { child, output, ended } = begin(script, [], env);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (ready.test(output.stdout)) resolve();
    });
    void ended.then(({ stdout, stderr }) => {
      reject(new Error(`${script} ended: ${stdout}${stderr}`));
    });
  });
  const end = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { pid: child.pid ?? 0, said: () => output.stdout + output.stderr, end };
}

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended while we looked
  }
};

/** Command lines of all living processes that name this text. */
export const processesNaming = (text: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map(commandLine)
    .filter((line) => line.includes(text));
