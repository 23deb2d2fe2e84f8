import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readEnvironment } from '../app/config.js';
import { isServed } from '../app/control.js';
import { controlSocket, stateFolders } from '../app/state.js';
import { Fault } from '../lib/fault.js';
import { findWall, noWall } from '../terminals/containment.js';
import { slotCount, wineFolderOf } from '../terminals/installed.js';
import { cleanMemory } from '../terminals/memory.js';
import { Downloads, readManifest } from '../terminals/provision/downloads.js';
import { forget, provision } from '../terminals/provision/provision.js';
import { keepServers } from '../terminals/servers-file.js';
import { findWine, type WineWorld } from '../terminals/wine-tree.js';
import { print, root } from './installation.js';

interface Options {
  offline?: string;
  manifest: string;
  servers?: string;
  anew: boolean;
}

const say = (line: string): boolean => print(`provision: ${line}`);

/** Wine behind a wall. Throws a Fault with what is missing. */
function worldOf(
  { containment, wine: launcher }: ReturnType<typeof readEnvironment>,
  stateFolder: string,
): WineWorld {
  const { wall, finding } = containment === 'none' ? noWall : findWall('/usr/bin/bwrap', stateFolder);
  if (wall === null) throw new Fault(500, 'no_wall', `${finding.says}. ${finding.fix ?? ''}`);
  const wine = findWine(launcher);
  if (wine === null) throw new Fault(500, 'no_wine', 'Wine is not installed. Run wine/provision.sh as root.');
  return { wine, wall, secretFolder: stateFolder };
}

async function refuseBesideRunning(socket: string): Promise<void> {
  if (!(await isServed(socket))) return;
  throw new Fault(
    409,
    'running',
    'RawJournal runs in these prefixes. Stop it first; it starts again afterwards.',
  );
}

async function run({ offline, manifest, servers, anew }: Options): Promise<void> {
  const config = readEnvironment(root);
  const folders = await stateFolders(config.stateDir);
  await refuseBesideRunning(controlSocket(folders));
  const stateFolder = realpathSync(folders.root);
  if (servers !== undefined) keepServers(stateFolder, readFileSync(servers));
  if (anew) await forget(stateFolder, slotCount);
  const folder = offline ?? join(wineFolderOf(stateFolder), 'downloads');
  await provision({
    world: worldOf(config, stateFolder),
    downloads: new Downloads(
      readManifest(readFileSync(manifest, 'utf8')),
      folder,
      offline !== undefined,
      say,
    ),
    ...{ slots: slotCount, memory: cleanMemory(stateFolder), random: randomBytes, say },
  });
}

/** What wine/provision.sh ends with; the system is its business. */
export const provisionCommand = (): Command =>
  new Command('provision')
    .description(
      'make the prefixes in which terminals run; wine/provision.sh readies the machine and calls this',
    )
    .option('--offline <dir>', 'take every download from this folder')
    .option('--manifest <file>', 'the list of downloads', join(root, 'wine', 'downloads.txt'))
    .option('--servers <file>', 'the servers.dat of a MetaTrader that knows your brokers')
    .option('--anew', 'make every prefix anew', false)
    .action(run);
