import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../lib/fault.js';

const start = promisify(execFile);

/** Runs a program to its end and answers what it printed. Throws a Fault with its own words where it fails. */
export async function runTool(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await start(program, args, { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Fault(500, 'release_failed', `${program} ${args[0] ?? ''} failed: ${said || String(cause)}`, {
      cause,
    });
  }
}
