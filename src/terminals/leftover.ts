import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { birthMark, livingPids } from './process-table.js';

const name = 'RAWJOURNAL_SLOT';

/** Two installations may see the same path, in a container and outside: the folder's number tells them apart. */
function identity(folder: string): string | null {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino} ${folder}`;
}

/**
 * What every process of a slot carries in its environment, and hands on to those that it starts: whoever has left the
 * family is still found. The folder must be there.
 */
export function markOf(folder: string): Record<typeof name, string> {
  const value = identity(folder);
  if (value === null) throw new Error(`There is no ${folder}.`);
  return { [name]: value };
}

/** Without those who ended or are about to, unburied ones too, and those of other users. */
const environment = (pid: number): string => {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return '';
  }
};

/** The living processes of the slot that has this folder. */
export function pidsOf(folder: string): number[] {
  const value = identity(folder);
  return value === null
    ? []
    : livingPids().filter((pid) => environment(pid).includes(`\0${name}=${value}\0`));
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it was faster
  }
}

/**
 * Ends whatever runs in a slot, of an earlier run or of a child that has ended, frozen perhaps, and resolves when
 * nothing is left of it. Answers how many processes there were. Call it with the state folder claimed, or it ends the
 * children of a run that is still going.
 */
export async function endLeftover(folder: string, mostTries = 200): Promise<number> {
  const first = pidsOf(folder);
  let left = first;
  for (let tries = 1; left.length > 0; tries += 1) {
    if (tries > mostTries) throw new Error(`Processes ${left.join(', ')} do not end.`);
    left.forEach(end);
    await sleep(10);
    // A process that is ending has no environment any more, while it still holds its files and its port.
    const ending = left.filter((pid) => birthMark(pid) !== null);
    left = [...new Set([...pidsOf(folder), ...ending])];
  }
  return first.length;
}
