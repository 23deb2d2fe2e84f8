import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { cleanMemory } from '../terminals/memory.js';
import { copyPrefix } from '../terminals/prefix.js';
import { runInPrefix } from '../terminals/provision/run-in-prefix.js';
import { projectRoot } from './database.js';
import { windowsNode } from './needs.js';
import { sharedTemplate, wineWorld } from './wine.js';

/**
 * Windows programs that stand where MetaTrader's installer, MetaTrader and Python are to be, since none of them can be
 * had for tests: one program, which is what its file is called. They are Node's single executables.
 */
const script = `
const { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const [folder, name] = [dirname(process.execPath), basename(process.execPath).toLowerCase()];
const installed = 'C:\\\\Program Files\\\\MetaTrader 5';
const programs = {
  'mt5setup.exe': () => {
    if (!process.argv.includes('/auto')) process.exit(3);
    mkdirSync(installed, { recursive: true });
    copyFileSync(process.execPath, join(installed, 'terminal64.exe'));
  },
  'terminal64.exe': () => {
    if (!process.argv.includes('/portable')) process.exit(3);
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const line = (text) => 'AB\\t0\\t12:00:00.000\\tCompiler\\t' + text + '\\r\\n';
    const say = (text) => appendFileSync(join(folder, 'logs', '20260105.log'), Buffer.from(line(text), 'utf16le'));
    say('start');
    setTimeout(() => say('full recompilation has been finished'), 700);
    setInterval(() => undefined, 1_000);
  },
  'python.exe': () => {
    if (process.argv.includes('--port')) return bridge();
    const packages = ['MetaTrader5', 'numpy'].map((one) => join(folder, 'Lib', 'site-packages', one, '__init__.py'));
    process.exitCode = packages.every((path) => existsSync(path)) && process.argv.includes('-c') ? 0 : 1;
  },
};
const valueOf = (option) => process.argv[process.argv.indexOf(option) + 1];
// Says hello and beats, and has no account to read.
const bridge = () => {
  const socket = require('node:net').connect(Number(valueOf('--port')), '127.0.0.1');
  const say = (message) => socket.write(JSON.stringify(message) + '\\n');
  const versions = { protocol: 1, bridge: 'stand-in 1', python: null, numpy: null, package: null, terminal: null };
  const token = readFileSync(valueOf('--token-file'), 'utf8').trim();
  let seq = 0;
  const beat = () => say({ type: 'heartbeat', seq: ++seq, state: 'idle', rssBytes: 0 });
  socket.on('connect', () => {
    say({ type: 'hello', token, slot: Number(valueOf('--slot')), pid: process.pid, ...versions, enums: {} });
    setInterval(beat, 5_000);
  });
  socket.on('data', (part) => (String(part).includes('"shutdown"') ? process.exit(0) : beat()));
  socket.on('error', () => process.exit(1));
  socket.on('close', () => process.exit(0));
};
programs[name]();
`;

/** Where Node looks for an embedded script: a constant of its documentation. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const kept = join(projectRoot, 'var', 'test', 'wine', 'stand-ins');

/** Made once and kept: Node for Windows writes the blob by itself, inside of Wine. */
async function makeProgram(to: string): Promise<void> {
  const folder = join(kept, 'making');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const root = realpathSync(folder);
  const prefix = join(root, 'prefix');
  await copyPrefix(sharedTemplate(), prefix);
  const drive = join(prefix, 'drive_c');
  copyFileSync(windowsNode, join(drive, 'node.exe'));
  writeFileSync(join(drive, 'script.cjs'), script);
  const sea = { main: 'C:\\script.cjs', output: 'C:\\blob', disableExperimentalSEAWarning: true };
  writeFileSync(join(drive, 'sea.json'), JSON.stringify(sea));
  const place = {
    world: wineWorld(root),
    folder: root,
    prefix,
    memory: cleanMemory(root),
    random: randomBytes,
  };
  const command = ['C:\\node.exe', '--experimental-sea-config', 'C:\\sea.json'];
  const ended = await runInPrefix(place, { command, mostMs: 60_000 });
  if (typeof ended === 'string' || ended.code !== 0) throw new Error(`No blob: see ${root}/terminal.log`);
  const program = join(root, 'program.exe');
  copyFileSync(windowsNode, program);
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  run(process.execPath, [postject, program, 'NODE_SEA_BLOB', join(drive, 'blob'), '--sentinel-fuse', fuse]);
  renameSync(program, to);
  rmSync(folder, { recursive: true, force: true });
}

function run(program: string, args: readonly string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}

/** Stores without packing: the files are large and gone soon. */
const zip = (archive: string, folder: string): void =>
  run(
    'python3',
    [
      '-c',
      'import os,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w")\nfor at,_,names in os.walk("."):\n [z.write(os.path.join(at,n)) for n in names]\nz.close()',
      archive,
    ],
    folder,
  );

function archive(to: string, files: Readonly<Record<string, string | Buffer>>, program?: string): void {
  const folder = `${to}.files`;
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  if (program !== undefined) copyFileSync(program, join(folder, 'python.exe'));
  zip(to, folder);
  rmSync(folder, { recursive: true, force: true });
}

const sum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Fills a folder with all that provisioning fetches, and its list. Answers the path of the list. */
export async function offlineFolder(folder: string): Promise<string> {
  mkdirSync(kept, { recursive: true });
  const program = join(kept, `program-${createHash('sha256').update(script).digest('hex').slice(0, 8)}.exe`);
  if (!existsSync(program)) await makeProgram(program);
  mkdirSync(folder, { recursive: true });
  copyFileSync(program, join(folder, 'mt5setup.exe'));
  archive(
    join(folder, 'python.zip'),
    { 'python312._pth': 'python312.zip\r\n.\r\n# import site\r\n' },
    program,
  );
  newPackage(folder, '5.0.6231');
  archive(join(folder, 'numpy.whl'), { 'numpy/__init__.py': '__version__ = "1.26.4"\n' });
  return writeList(folder);
}

/** Another version of the package, as its maker would publish it. */
export const newPackage = (folder: string, version: string): void =>
  archive(join(folder, 'metatrader5.whl'), { 'MetaTrader5/__init__.py': `__version__ = "${version}"\n` });

const names = ['python.zip', 'numpy.whl', 'metatrader5.whl', 'mt5setup.exe'];

export function writeList(folder: string): string {
  const path = join(folder, 'downloads.txt');
  const lines = names.map((name) => `${name} ${sum(join(folder, name))} https://example.org/${name}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
