import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { freePort } from './free-port.js';
import { runProgram, startProgram, type Ended, type Program } from './program.js';

/** A state folder and a port of a test's own, as settings. */
export async function place(
  t: Test,
): Promise<{ env: Record<string, string>; url: string; stateDir: string }> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rawjournal-cli-'));
  // The database of a program that was killed takes a moment to leave its folder.
  t.teardown(() => rm(stateDir, { recursive: true, force: true, maxRetries: 20 }));
  const port = String(await freePort());
  // Four terminals are a burden that few of these tests need.
  const env = { STATE_DIR: stateDir, PORT: port, DATABASE_URL: '', REDIS_URL: '', TERMINALS: 'none' };
  return { env, url: `http://127.0.0.1:${port}`, stateDir };
}

export async function started(t: Test, env: Record<string, string>): Promise<Program> {
  const program = await startProgram('main.js', env, /is ready at/);
  t.teardown(() => program.end('SIGKILL'));
  return program;
}

export const cli = (env: Record<string, string>, args: string[], input?: string): Promise<Ended> =>
  runProgram('cli/main.js', args, env, input);
