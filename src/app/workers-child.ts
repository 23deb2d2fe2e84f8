import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { findWall } from '../terminals/containment.js';
import { trialCommand, type ChildWall, type Command } from './child-wall.js';
import { residentBytes } from './resident-memory.js';

export interface ChildLimits {
  timeMs: number;
  /** of resident memory */
  bytes: number;
}

const watchMs = 250;
const lastWordsBytes = 2_000;

/** Calls `kill` with the reason when a child takes too long or too much. Time in which it has to wait is not its own. */
export function watch(pid: number, limits: ChildLimits, kill: (why: 'time' | 'memory') => void) {
  let [left, waits]: [number, boolean] = [limits.timeMs, false];
  const timer = setInterval(() => {
    if (!waits) left -= watchMs;
    if (left <= 0) kill('time');
    void residentBytes(pid).then((bytes) => {
      if (bytes > limits.bytes) kill('memory');
    });
  }, watchMs);
  return {
    during: async (work: Promise<void> | void): Promise<void> => {
      waits = true;
      await work;
      waits = false;
    },
    end: () => clearInterval(timer),
  };
}

/** The last that a child wrote beside its answer: why it broke off. */
function lastWords(errors: Readable): () => string {
  let words = '';
  errors.setEncoding('utf8');
  errors.on('data', (more: string) => (words = (words + more).slice(-lastWordsBytes)));
  return () => words;
}

/** Starts a child whose standard input is an open file. `exited` tells how it ended; it never rejects. */
export function startChild({ program, args }: Command, fd: number) {
  const child = spawn(program, args, { cwd: '/', env: {}, stdio: [fd, 'pipe', 'pipe'], detached: true });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? code ?? 'nothing'}`));
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The child was started without its pipes.');
  return { child, exited, output: stdout, words: lastWords(stderr) };
}

const stands = (wall: ChildWall, secretFolder: string): boolean => {
  try {
    const { program, args } = trialCommand(wall, secretFolder);
    return spawnSync(program, args, { env: {}, timeout: 10_000, stdio: 'ignore' }).status === 0;
  } catch {
    return false; // the program itself lies where the secrets are
  }
};

/** The best wall that can be set up, without a network where possible; null: node's own confinement is all there is. */
export function findChildWall(secretFolder: string): ChildWall | null {
  const { wall } = findWall('/usr/bin/bwrap', secretFolder);
  if (wall?.kind !== 'bwrap') return null;
  const walls = [true, false].map((isOffline) => ({ path: wall.path, features: wall.features, isOffline }));
  return walls.find((one) => stands(one, secretFolder)) ?? null;
}
