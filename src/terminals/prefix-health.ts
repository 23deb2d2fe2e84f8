import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { fileVersion } from './file-version.js';
import { inPrefix, metaTrader, python } from './installed.js';
import { buildSteps, renewSteps } from './provision/steps.js';
import { readStamps, type Stamps } from './stamps.js';

/** What lies in a prefix, found without starting anything in it. */
export interface PrefixHealth {
  readonly isThere: boolean;
  /** of terminal64.exe and python.exe, as Windows names them, those that are not there */
  readonly missing: readonly string[];
  /** the version that terminal64.exe bears, and that of its Python package; null: unknown */
  readonly terminal: string | null;
  readonly package: string | null;
  /** what was never done to it, and what was done from something else than to the template */
  readonly undone: readonly string[];
  readonly outdated: readonly string[];
}

const packages = 'C:\\Python\\Lib\\site-packages';

/** A wheel leaves its name and version beside its package. */
function packageIn(prefix: string): string | null {
  const folder = inPrefix(prefix, packages);
  try {
    if (!realpathSync(folder).startsWith(`${realpathSync(prefix)}${sep}`)) return null;
    const found = readdirSync(folder).map((name) => /^metatrader5-([\d.]+)\.dist-info$/i.exec(name)?.[1]);
    return found.find((version) => version !== undefined) ?? null;
  } catch {
    return null; // there is no Python
  }
}

/** `template`: what was done to the template, for a slot's prefix to be compared with. */
export function prefixHealth(prefix: string, template: Stamps | null): PrefixHealth {
  const stamps = readStamps(prefix);
  const isOutdated = (name: string): boolean => template !== null && stamps[name] !== template[name];
  return {
    isThere: existsSync(prefix),
    missing: [metaTrader, python].filter((path) => !existsSync(inPrefix(prefix, path))),
    terminal: fileVersion(prefix, inPrefix(prefix, metaTrader)),
    package: packageIn(prefix),
    undone: buildSteps.map(({ name }) => name).filter((name) => !(name in stamps)),
    outdated: renewSteps.map(({ name }) => name).filter((name) => name in stamps && isOutdated(name)),
  };
}
