import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RandomBytes } from '../../lib/secret.js';
import { slotFolderOf, templateOf, wineFolderOf } from '../installed.js';
import { endLeftover } from '../leftover.js';
import { copyPrefix, synced } from '../prefix.js';
import type { WineWorld } from '../wine-tree.js';
import type { Downloads } from './downloads.js';
import { readStamps, stampsPath, writeStamps } from '../stamps.js';
import { buildSteps, renewSteps, type Step, type Workshop } from './steps.js';

export interface Provisioning {
  readonly world: WineWorld;
  readonly downloads: Downloads;
  readonly slots: number;
  readonly memory: string;
  readonly random: RandomBytes;
  readonly say: (line: string) => void;
}

/** Does the steps that were not done yet, or from something else, and notes each. */
async function go(steps: readonly Step[], what: string, at: Workshop, { say }: Provisioning): Promise<void> {
  for (const step of steps) {
    const stamps = readStamps(at.prefix);
    const from = await step.from(at.downloads);
    if (stamps[step.name] === from) continue;
    say(`${what}: ${step.name}`);
    await step.work(at);
    await synced(at.prefix);
    writeStamps(at.prefix, { ...stamps, [step.name]: from });
  }
}

/** Beside its place, and moved there when it is whole: half a template is never taken for one. */
async function build(template: string, work: Provisioning): Promise<void> {
  const folder = `${template}.making`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = workshop(folder, join(folder, 'prefix'), work);
  await endLeftover(folder);
  await go(buildSteps, 'template', at, work);
  copyFileSync(stampsPath(at.prefix), stampsPath(template));
  await rename(at.prefix, template);
  await rm(folder, { recursive: true, force: true });
}

const workshop = (folder: string, prefix: string, work: Provisioning): Workshop => ({
  ...{ world: work.world, downloads: work.downloads, memory: work.memory, random: work.random },
  ...{ folder, prefix },
});

async function renew(what: string, folder: string, prefix: string, work: Provisioning): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await endLeftover(folder);
  await go(renewSteps, what, workshop(folder, prefix, work), work);
}

/** A copy of the template, with what was done to it. */
export async function copyTemplate(template: string, prefix: string): Promise<void> {
  if (existsSync(prefix)) return;
  if (existsSync(stampsPath(template))) copyFileSync(stampsPath(template), stampsPath(prefix));
  await copyPrefix(template, prefix);
}

/**
 * Makes the template and a prefix for each slot, or what is missing of them. May be killed at any moment and is run
 * again; where nothing is missing it changes nothing. Nothing may run in the prefixes meanwhile. Throws a Fault.
 */
export async function provision(work: Provisioning): Promise<void> {
  const { secretFolder } = work.world;
  const template = templateOf(secretFolder);
  if (!existsSync(template)) await build(template, work);
  else await renew('template', join(wineFolderOf(secretFolder), 'work'), template, work);
  for (let slot = 1; slot <= work.slots; slot += 1) {
    const folder = slotFolderOf(secretFolder, slot);
    const prefix = join(folder, 'prefix');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(prefix)) work.say(`terminal ${slot}: prefix`);
    await copyTemplate(template, prefix);
    await renew(`terminal ${slot}`, folder, prefix, work);
  }
}

/** Forgets every prefix, so that all are made anew from what is fetched anew; brokers' histories are read again. */
export async function forget(stateFolder: string, slots: number): Promise<void> {
  const wine = wineFolderOf(stateFolder);
  const template = templateOf(stateFolder);
  const prefixes = Array.from({ length: slots }, (_, at) =>
    join(slotFolderOf(stateFolder, at + 1), 'prefix'),
  );
  for (const prefix of [...prefixes, template]) {
    rmSync(stampsPath(prefix), { force: true });
    await rm(prefix, { recursive: true, force: true });
  }
  for (const name of ['template.making', 'downloads'])
    await rm(join(wine, name), { recursive: true, force: true });
}
