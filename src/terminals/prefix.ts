import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync, mkdirSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './launch.js';
import { endLeftover } from './leftover.js';
import { emptyScratch, treeCommand, type WineWorld } from './wine-tree.js';

/** Written to the disk, so that a prefix that is there after a power cut is whole. */
export async function synced(folder: string): Promise<void> {
  const [code] = (await once(spawn('sync', ['-f', folder], { stdio: 'ignore' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${folder} could not be written to the disk.`);
}

/**
 * Fills a folder beside `prefix` and moves it there when it is whole. May be killed at any moment: what it leaves is
 * ended and removed by the next try. A prefix that is there stays as it is.
 */
async function complete(
  prefix: string,
  fill: (folder: string, unborn: string) => Promise<void>,
): Promise<void> {
  if (existsSync(prefix)) return;
  const folder = `${prefix}.making`;
  const unborn = join(folder, 'prefix');
  await endLeftover(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await fill(folder, unborn);
  await synced(unborn);
  await rename(unborn, prefix);
  await rm(folder, { recursive: true, force: true });
}

/** A new prefix, as Wine makes it: some seconds. */
export const makePrefix = (world: WineWorld, prefix: string): Promise<void> =>
  complete(prefix, async (folder, unborn) => {
    mkdirSync(unborn, { mode: 0o700 });
    emptyScratch(world.wall, folder);
    const tree = {
      folder,
      prefix: unborn,
      reads: [],
      environment: {},
      script: 'prefix.sh',
      args: [],
    } as const;
    const { code } = await startChild(folder, treeCommand(world, tree)).exited;
    await endLeftover(folder);
    if (code !== 0) throw new Error(`Wine made no prefix; its words are in ${folder}/terminal.log`);
  });

/** A copy: hard links would share the registry, which Wine writes in place. */
export const copyPrefix = (template: string, prefix: string): Promise<void> =>
  complete(prefix, (_folder, unborn) =>
    cp(template, unborn, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    }),
  );
