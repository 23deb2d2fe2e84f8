import { spawn } from 'node:child_process';

/** Runs a program and gives what it printed; throws with the end of it where the program fails. */
export function shell(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (part: Buffer) => (said += String(part)));
    child.stderr.on('data', (part: Buffer) => (said += String(part)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said);
      else
        reject(
          new Error(
            `${program} ${args.slice(0, 4).join(' ')} ended with ${String(code)}: ${said.slice(-2_000)}`,
          ),
        );
    });
  });
}
