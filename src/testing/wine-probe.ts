import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchWine } from '../terminals/launch-wine.js';
import { treeCommand, windowsPath, type WineTree } from '../terminals/wine-tree.js';
import { windowsNode } from './needs.js';
import { errandOf, prefixOf, slotFolder, wineSettings, wineWorld } from './wine.js';

/** What a program inside made of each path: its first bytes, its number of entries, or an error's code. */
export type Sight = Record<string, string>;

/** Runs under Node for Windows; the paths stand in a file beside it. */
const windowsProbe = `
  const fs = require('node:fs');
  const sight = {};
  const look = (path) => fs.statSync(path).isDirectory()
    ? fs.readdirSync(path).length + ' entries'
    : fs.readFileSync(path, 'latin1').slice(0, 20);
  for (const path of JSON.parse(fs.readFileSync(__dirname + '/paths.json', 'utf8'))) {
    try { sight[path] = look('Z:' + path); } catch (error) { sight[path] = error.code; }
  }
  console.log('SIGHT ' + JSON.stringify(sight));`;

/** What a Windows program sees that is started as a slot's program is. */
export async function windowsSight(root: string, slot: number, paths: readonly string[]): Promise<Sight> {
  const folder = slotFolder(root, slot);
  const probe = join(folder, 'probe');
  mkdirSync(probe, { recursive: true });
  writeFileSync(join(probe, 'probe.cjs'), windowsProbe);
  writeFileSync(join(probe, 'paths.json'), JSON.stringify(paths));
  const command = [windowsNode, join(probe, 'probe.cjs')].map(windowsPath);
  const program = () => ({ command, reads: [windowsNode, probe], terminal: null });
  await launchWine(wineSettings(root, { program }))(errandOf(root, slot, 9)).exited;
  const said = readFileSync(join(folder, 'terminal.log'), 'utf8');
  const [, json] = /SIGHT (.*)/.exec(said) ?? [];
  if (json === undefined) throw new Error(`The probe said: ${said.slice(-500)}`);
  return JSON.parse(json) as Sight;
}

/** What a shell of Linux says in the place of a slot's script. */
export function linuxSays(root: string, slot: number, script: string): string {
  const tree: WineTree = {
    folder: slotFolder(root, slot),
    prefix: prefixOf(root, slot),
    reads: [],
    environment: {},
    script: 'slot.sh',
    args: [],
  };
  const { program, args, environment } = treeCommand(wineWorld(root), tree);
  const before = args.slice(0, args.indexOf('--') + 1);
  const { stdout, stderr } = spawnSync(program, [...before, '/bin/sh', '-c', script], {
    encoding: 'utf8',
    env: environment,
  });
  return stdout + stderr;
}

/** A way out that a terminal may have left in its own prefix. */
export function plantLink(root: string, slot: number, target: string): string {
  const path = join(prefixOf(root, slot), 'drive_c', `to-${randomBytes(4).toString('hex')}`);
  symlinkSync(target, path);
  return path;
}
