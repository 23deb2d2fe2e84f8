import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { findWall } from '../terminals/containment.js';
import type { Errand } from '../terminals/launch.js';
import { launchWine, type Program, type WineSettings } from '../terminals/launch-wine.js';
import { pidsOf } from '../terminals/leftover.js';
import { memoryFolder } from '../terminals/memory.js';
import { copyPrefix } from '../terminals/prefix.js';
import { birthMark, familyOf, processTable } from '../terminals/process-table.js';
import type { Mischief } from '../terminals/simulator/mischief.js';
import type { Settings } from '../terminals/simulator/settings.js';
import { openTerminals, type Terminals } from '../terminals/supervisor.js';
import { scaled, standardTiming } from '../terminals/timing.js';
import { findWine, windowsPath, type WineWorld } from '../terminals/wine-tree.js';
import { projectRoot } from './database.js';
import { programPath, windowsNode } from './needs.js';
import { plainEnvironment } from './program.js';
import { realClock } from './trial.js';

/** Supervision under Wine runs that much faster than in life: Wine itself does not. */
export const wineHaste = 5;

/** A state folder with a canary where keys lie, and its removal. */
export async function newStateFolder(): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = realpathSync(await mkdtemp(join(tmpdir(), 'rawjournal-wine-')));
  for (const name of ['credentials', 'terminals']) mkdirSync(join(root, name), { mode: 0o700 });
  writeFileSync(join(root, 'credentials', 'kek_1'), 'CANARY-of-the-key-file', { mode: 0o600 });
  const remove = async (): Promise<void> => {
    for (const path of [root, memoryOf(root)])
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
  };
  return { root, remove };
}

/** The same, gone with the test. */
export async function stateFolder(t: Test): Promise<string> {
  const { root, remove } = await newStateFolder();
  t.teardown(remove);
  return root;
}

/** Wine behind a real wall. Throws where there is none. */
export function wineWorld(root: string): WineWorld {
  const { wall, finding } = findWall(programPath('bwrap') ?? 'bwrap', root);
  const wine = findWine(null);
  if (wall === null || wine === null) throw new Error(wine === null ? 'There is no Wine.' : finding.says);
  return { wine, wall, secretFolder: root };
}

export const slotFolder = (root: string, slot: number): string => join(root, 'terminals', `slot-${slot}`);
export const prefixOf = (root: string, slot: number): string => join(slotFolder(root, slot), 'prefix');

const makeTemplate = `
  const { makePrefix } = await import(process.argv[1]);
  await makePrefix(JSON.parse(process.argv[2]), process.argv[3]);`;

/** A prefix to copy from, made once by this Wine and kept; one at a time, since test files run side by side. */
export function sharedTemplate(): string {
  const folder = join(projectRoot, 'var', 'test', 'wine');
  mkdirSync(folder, { recursive: true });
  const world = wineWorld(realpathSync(folder));
  const template = join(world.secretFolder, `template-${statSync(world.wine.launcher).mtimeMs}`);
  const module = new URL('../terminals/prefix.js', import.meta.url).href;
  const node = [process.execPath, '--input-type=module', '-e', makeTemplate, module];
  const args = [join(folder, 'lock'), ...node, JSON.stringify(world), template];
  const { status, stderr } = spawnSync('flock', args, { encoding: 'utf8', env: plainEnvironment() });
  if (status !== 0) throw new Error(`There is no template: ${stderr}`);
  return template;
}

/** Prefixes for slots 1 to `count`. */
export async function makePrefixes(root: string, count: number): Promise<void> {
  const template = sharedTemplate();
  for (let slot = 1; slot <= count; slot += 1) {
    mkdirSync(slotFolder(root, slot), { recursive: true, mode: 0o700 });
    await copyPrefix(template, prefixOf(root, slot));
  }
}

const [dist, modules] = [join(projectRoot, 'dist'), join(projectRoot, 'node_modules')];
const simulator = join(dist, 'terminals', 'simulator', 'main.js');

/** The simulator as a Windows program. It sees the folder of its mischief too. */
export const simulatorProgram =
  (settings: (errand: Errand) => Settings) =>
  (errand: Errand): Program => {
    const chosen = settings(errand);
    const { mischief } = chosen;
    const told: Settings = { ...chosen, mischief: mischief === null ? null : windowsPath(mischief) };
    const settingsFile = join(errand.folder, 'settings.json');
    writeFileSync(settingsFile, JSON.stringify(told), { mode: 0o600 });
    const command = [...[windowsNode, simulator].map(windowsPath), '--settings', windowsPath(settingsFile)];
    const own = [settingsFile, ...(mischief === null ? [] : [dirname(mischief)])];
    return {
      command,
      reads: [windowsNode, dist, modules, join(projectRoot, 'package.json'), ...own],
      terminal: null,
    };
  };

function hastySettings({ folder }: Errand): Settings {
  const nowMs = Date.now();
  mkdirSync(join(folder, 'mischief'), { recursive: true });
  return {
    ...{ epochMs: nowMs, anchorMs: nowMs, anchorRealMs: nowMs, speed: 1, timeScale: wineHaste },
    ...{ recordings: null, mischief: join(folder, 'mischief', 'now.json') },
  };
}

/** The launch of production, with simulators in place of MetaTrader where a test does not say otherwise. */
export const wineSettings = (root: string, more: Partial<WineSettings> = {}): WineSettings => ({
  world: wineWorld(root),
  prefixOf: (slot) => prefixOf(root, slot),
  program: simulatorProgram(hastySettings),
  memory: memoryOf(root),
  random: randomBytes,
  ...more,
});

/** What a slot's child is given by a test that supervises it itself. */
export function errandOf(root: string, slot: number, port: number): Errand {
  const folder = slotFolder(root, slot);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'a token', { mode: 0o600 });
  return { slot, port, tokenFile, folder };
}

/** Simulators inside of real Wine, started by the path that MetaTrader takes, not running yet. */
export const wineTerminals = (root: string, count: number, log: (line: string) => void): Terminals =>
  openTerminals({
    ...{ count, launch: launchWine(wineSettings(root)), folder: join(root, 'terminals') },
    ...{ clock: realClock, random: randomBytes, timing: scaled(standardTiming, wineHaste) },
    log: (line, level) => log(`${level} ${line}`),
  });

export const memoryOf = (root: string): string => memoryFolder('/dev/shm', basename(root));

export function misbehave(root: string, slot: number, how: Mischief): void {
  writeFileSync(join(slotFolder(root, slot), 'mischief', 'now.json'), JSON.stringify(how));
}

/** Waits until it is so and answers the ms it took. */
export async function until(what: string, isSo: () => boolean, mostMs: number): Promise<number> {
  const startMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startMs > mostMs) throw new Error(`${what}: not within ${mostMs} ms`);
    await sleep(5);
  }
  return performance.now() - startMs;
}

function statusText(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // it is gone
  }
}

const named = (pid: number): string => {
  const found = ['Name', 'State'].map(
    (name) => new RegExp(`^${name}:\\s*(.*)`, 'm').exec(statusText(pid))?.[1],
  );
  return `${pid} ${found.join(' ')}`;
};

/** Waits until nothing of these trees is left, and answers the ms it took; throws with the names of what is. */
export async function gone(
  what: string,
  trees: readonly { left: () => number[] }[],
  mostMs: number,
): Promise<number> {
  const left = (): number[] => trees.flatMap((one) => one.left());
  const startMs = performance.now();
  while (left().length > 0) {
    if (performance.now() - startMs > mostMs)
      throw new Error(`${what}, ${mostMs} ms ago, and left are: ${left().map(named).join(', ')}`);
    await sleep(5);
  }
  return performance.now() - startMs;
}

/** One that ends has given its memory back, however long the kernel then takes to bury it. */
const isLiving = (pid: number, mark: string | null): boolean =>
  mark !== null && birthMark(pid) === mark && /^VmSize/m.test(statusText(pid));

/** Everything that runs under a child or bears its slot's mark, found in two ways; and which of it still lives. */
export function tree(root: string, slot: number, pid: number): { size: number; left: () => number[] } {
  const members = new Set([...familyOf(pid, processTable()), ...pidsOf(slotFolder(root, slot))]);
  const marks = [...members].map((member) => [member, birthMark(member)] as const);
  const left = (): number[] =>
    marks.filter(([member, mark]) => isLiving(member, mark)).map(([member]) => member);
  return { size: members.size, left };
}

/** The same, with what was born since. */
export function growing(root: string, slot: number, pid: number): ReturnType<typeof tree> {
  const { size, left } = tree(root, slot, pid);
  return { size, left: () => [...new Set([...left(), ...pidsOf(slotFolder(root, slot))])] };
}
