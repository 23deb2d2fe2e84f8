import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { birthMark } from './process-table.js';

const noteSchema = z.object({ pid: z.int().positive(), mark: z.string() });

const notePath = (folder: string): string => join(folder, 'child.json');

/** Notes in the slot's folder which child lives, so that a later run finds it. */
export function noteChild(folder: string, pid: number): void {
  const mark = birthMark(pid);
  if (mark !== null) writeFileSync(notePath(folder), JSON.stringify({ pid, mark }), { mode: 0o600 });
}

export const forgetChild = (folder: string): void => rmSync(notePath(folder), { force: true });

function readNote(folder: string): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.safeParse(JSON.parse(readFileSync(notePath(folder), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Ends the child that an earlier run left in this folder, frozen perhaps, and waits until it is gone. Answers its pid,
 * or null when there was none: a process that only has its number by now is let be. Call it with the state folder
 * claimed, or it ends the children of a run that is still going.
 */
export async function endLeftover(folder: string): Promise<number | null> {
  const note = readNote(folder);
  const isAlive = (): boolean => note !== null && birthMark(note.pid) === note.mark;
  if (note === null || !isAlive()) {
    forgetChild(folder);
    return null;
  }
  process.kill(note.pid, 'SIGKILL');
  for (let tries = 0; tries < 200 && isAlive(); tries += 1) await sleep(10);
  if (isAlive()) throw new Error(`Process ${note.pid} of an earlier run does not end.`);
  forgetChild(folder);
  return note.pid;
}
