import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findWall, noWall } from '../terminals/containment.js';
import type { Finding } from '../terminals/ground.js';
import { slotCount, slotFolderOf, templateOf } from '../terminals/installed.js';
import { prefixHealth, type PrefixHealth } from '../terminals/prefix-health.js';
import { serversKeptAt } from '../terminals/servers-file.js';
import { readStamps } from '../terminals/stamps.js';
import { wineVersion } from '../terminals/wine-version.js';
import { findWine } from '../terminals/wine-tree.js';

/** What terminals under Wine find on this machine. */
export interface WineFacts {
  /** null: there is none */
  launcher: string | null;
  /** as Wine says it; null: it does not */
  version: string | null;
  hasDisplay: boolean;
  wall: Finding;
  template: PrefixHealth;
  /** of slot 1, 2, … */
  prefixes: PrefixHealth[];
  /** when a servers.dat was given, ISO 8601 UTC; null: none was */
  serversKeptAt: string | null;
}

export interface MemoryFacts {
  totalBytes: number;
  availableBytes: number;
  swapBytes: number;
}

/** MetaTrader's own tool server, which can trade: it must be off everywhere. */
export const toolServerPort = 22_346;
/** as the kernel names its process */
export const metaTraderName = 'terminal64.exe';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // this system has none
  }
};

/** Null where the kernel does not say. */
export function memoryFacts(): MemoryFacts | null {
  const text = read('/proc/meminfo');
  const bytes = (name: string): number | null => {
    const value = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value) * 1024;
  };
  const [total, available] = [bytes('MemTotal'), bytes('MemAvailable')];
  if (total === null || available === null) return null;
  return { totalBytes: total, availableBytes: available, swapBytes: bytes('SwapTotal') ?? 0 };
}

/** Such as `Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x64, Node v20.20.0`. */
export function machineLine(): string {
  const distribution = /^PRETTY_NAME="?([^"\n]+)/m.exec(read('/etc/os-release'))?.[1] ?? process.platform;
  const kernel = read('/proc/sys/kernel/osrelease').trim();
  return `${distribution}, Linux ${kernel}, ${process.arch}, Node ${process.version}`;
}

interface Settings {
  containment: 'bwrap' | 'none';
  /** null: wherever it is found */
  launcher: string | null;
}

/** Starts nothing but a sandbox in which nothing happens. `stateFolder`: without symbolic links. */
export function wineFacts(stateFolder: string, { containment, launcher }: Settings): WineFacts {
  const wine = findWine(launcher);
  const wall = containment === 'none' ? noWall : findWall('/usr/bin/bwrap', stateFolder);
  const template = templateOf(stateFolder);
  const stamps = readStamps(template);
  return {
    launcher: wine?.launcher ?? null,
    version: wine === null ? null : wineVersion(wine.launcher),
    hasDisplay: existsSync('/usr/bin/Xvfb'),
    wall: wall.finding,
    template: prefixHealth(template, null),
    prefixes: Array.from({ length: slotCount }, (_, at) =>
      prefixHealth(join(slotFolderOf(stateFolder, at + 1), 'prefix'), stamps),
    ),
    serversKeptAt: serversKeptAt(stateFolder)?.toISOString() ?? null,
  };
}
