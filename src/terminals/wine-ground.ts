import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../lib/fault.js';
import type { RandomBytes } from '../lib/secret.js';
import { findWall, noWall } from './containment.js';
import type { Finding } from './ground.js';
import { inPrefix, metaTrader, python, templateOf } from './installed.js';
import type { Launch } from './launch.js';
import { launchWine, type Program, type WineSettings } from './launch-wine.js';
import { cleanMemory } from './memory.js';
import { copyTemplate } from './provision/provision.js';
import { teachServers } from './servers-file.js';
import { isSuitable, wineVersion } from './wine-version.js';
import { findWine, scriptsFolder, windowsPath, type Wine } from './wine-tree.js';

export interface WineOptions {
  readonly containment: 'bwrap' | 'none';
  /** null: wherever it is found */
  readonly launcher: string | null;
  readonly stateFolder: string;
  /** where the slots have their folders, below the state folder */
  readonly folder: string;
  readonly slots: number;
  readonly random: RandomBytes;
}

/** The bridge under the prefix's own Python, beside the prefix's own MetaTrader. */
const bridge: Program = {
  command: [
    ...[python, '-u', '-X', 'utf8', windowsPath(join(scriptsFolder, 'bridge.py'))],
    ...['--terminal', metaTrader],
  ],
  reads: [],
  terminal: metaTrader,
};

const red = (name: string, says: string, fix: string): Finding => ({ name, level: 'red', says, fix });
const green = (name: string, says: string): Finding => ({ name, level: 'green', says, fix: null });

function wineFinding(wine: Wine | null): Finding {
  if (wine === null) return red('wine', 'Wine is not installed', 'Run wine/provision.sh as root.');
  if (!existsSync('/usr/bin/Xvfb')) return red('wine', 'Xvfb is not installed', 'Run: apt install xvfb');
  const version = wineVersion(wine.launcher) ?? 'a Wine without a version';
  if (isSuitable(version)) return green('wine', `${version} (${wine.launcher})`);
  const says = `${version} (${wine.launcher}), under which MetaTrader does not run`;
  return {
    name: 'wine',
    level: 'amber',
    says,
    fix: 'Run wine/provision.sh as root, and start RawJournal anew.',
  };
}

/** What readies prefixes holds the state folder's lock, and ends whatever runs in them. */
function provisioningFinding(stateFolder: string): Finding[] {
  const { status } = spawnSync('flock', ['--nonblock', '--shared', stateFolder, 'true']);
  if (status !== 1) return [];
  return [red('prefixes', 'wine/provision.sh is at work in them', 'Start RawJournal anew when it is done.')];
}

function templateFinding(template: string): Finding {
  const missing = [metaTrader, python].find((path) => !existsSync(inPrefix(template, path)));
  if (missing === undefined) return green('metatrader', template);
  const fix = 'Run wine/provision.sh, and start RawJournal anew.';
  return red('metatrader', `there is no ${missing} in ${template}`, fix);
}

/** Everything that terminals under Wine need of this machine. */
export class WineGround {
  private settings: WineSettings | null = null;

  constructor(private readonly options: WineOptions) {}

  /** Looks at the machine and makes a prefix for each slot that has none. Nothing red: launch() may be called. */
  async prepare(): Promise<readonly Finding[]> {
    const { containment, launcher, random } = this.options;
    const secretFolder = realpathSync(this.options.stateFolder);
    const { wall, finding } = containment === 'none' ? noWall : findWall('/usr/bin/bwrap', secretFolder);
    const wine = findWine(launcher);
    const template = templateOf(secretFolder);
    const findings = [
      ...[finding, wineFinding(wine), templateFinding(template)],
      ...provisioningFinding(secretFolder),
    ];
    if (wall === null || wine === null || findings.some(({ level }) => level === 'red')) return findings;
    try {
      await this.makePrefixes(template);
      this.settings = {
        ...{ world: { wine, wall, secretFolder }, prefixOf: (slot) => this.prefixOf(slot), random },
        ...{ program: () => bridge, memory: cleanMemory(secretFolder) },
        teach: (prefix) => teachServers(secretFolder, prefix),
      };
      return findings;
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      const fix = 'Mend that and start RawJournal anew.';
      return [...findings, red(error instanceof Fault ? 'memory' : 'prefixes', says, fix)];
    }
  }

  readonly launch: Launch = (errand) => {
    if (this.settings === null) throw new Error('Nothing is prepared.');
    return launchWine(this.settings)(errand);
  };

  private prefixOf(slot: number): string {
    return join(this.options.folder, `slot-${slot}`, 'prefix');
  }

  private async makePrefixes(template: string): Promise<void> {
    for (let slot = 1; slot <= this.options.slots; slot += 1) {
      mkdirSync(join(this.options.folder, `slot-${slot}`), { recursive: true, mode: 0o700 });
      await copyTemplate(template, this.prefixOf(slot));
    }
  }
}
