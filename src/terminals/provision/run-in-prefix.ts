import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RandomBytes } from '../../lib/secret.js';
import { startChild, type Exit } from '../launch.js';
import { endLeftover } from '../leftover.js';
import { memoryFolder, putSecret } from '../memory.js';
import { emptyScratch, treeCommand, type WineWorld } from '../wine-tree.js';
import { xauthority } from '../xauthority.js';

/** A prefix to run something in, with the folder that takes its words. */
export interface Place {
  readonly world: WineWorld;
  readonly folder: string;
  readonly prefix: string;
  /** a folder in memory, of this installation alone */
  readonly memory: string;
  readonly random: RandomBytes;
}

export interface Errand {
  /** a Windows program and its arguments */
  readonly command: readonly string[];
  readonly mostMs: number;
  /** looked at twice a second: once it is so, the program is ended */
  readonly isEnough?: () => Promise<boolean>;
}

const pollMs = 500;

/**
 * Runs a Windows program in its sandbox, with a display. Resolves when nothing of it is left: with 'enough' where it
 * was ended because of `isEnough`, with 'late' where it took too long, else with its exit.
 */
export async function runInPrefix(place: Place, errand: Errand): Promise<Exit | 'enough' | 'late'> {
  const { world, folder, prefix, random } = place;
  const secrets = memoryFolder(place.memory, 'provision');
  const authority = join(secrets, 'xauthority');
  putSecret(authority, xauthority(random(16)));
  emptyScratch(world.wall, folder);
  const environment = { XAUTHORITY: authority, START_INI: '', TERMINAL: '' };
  const tree = {
    folder,
    prefix,
    reads: [secrets],
    environment,
    script: 'slot.sh',
    args: errand.command,
  } as const;
  const child = startChild(folder, treeCommand(world, tree));
  try {
    return await outcome(child.exited, errand);
  } finally {
    child.kill('SIGKILL');
    await child.exited;
    await endLeftover(folder);
    rmSync(secrets, { recursive: true, force: true });
  }
}

async function outcome(
  exited: Promise<Exit>,
  { mostMs, isEnough }: Errand,
): Promise<Exit | 'enough' | 'late'> {
  const untilMs = performance.now() + mostMs;
  while (performance.now() < untilMs) {
    if ((await isEnough?.()) === true) return 'enough';
    const ended = await Promise.race([exited, sleep(pollMs, null)]);
    if (ended !== null) return (await isEnough?.()) === true ? 'enough' : ended;
  }
  return 'late';
}
