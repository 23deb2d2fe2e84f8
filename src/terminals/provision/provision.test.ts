import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { projectRoot } from '../../testing/database.js';
import { needs } from '../../testing/needs.js';
import { plainEnvironment } from '../../testing/program.js';
import { seeded } from '../../testing/simulated-sync.js';
import { newPackage, offlineFolder, writeList } from '../../testing/wine-stand-ins.js';
import { stateFolder } from '../../testing/wine.js';
import { findWine } from '../wine-tree.js';
import { WineGround } from '../wine-ground.js';
import {
  inPrefix,
  metaTraderFolder,
  slotCount,
  slotFolderOf,
  templateOf,
  wineFolderOf,
} from '../installed.js';
import { pidsOf } from '../leftover.js';
import { readStamps } from '../stamps.js';
import { keepServers, teachServers } from '../servers-file.js';

t.setTimeout(600_000);

const seed = Date.now() % 1_000_000;
const random = seeded(seed);
const script = join(projectRoot, 'wine', 'provision.sh');

/** Everything below a folder with its kind, size and the moment it was written. */
const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, stat: lstatSync(path) }))
    .map(
      ({ path, stat }) =>
        `${relative(folder, path)} ${stat.mode} ${stat.isFile() ? `${stat.size} ${stat.mtimeMs}` : ''}`,
    )
    .sort();

const environment = (root: string): NodeJS.ProcessEnv =>
  plainEnvironment({ STATE_DIR: root, WINE: findWine(null)?.launcher ?? '' });

const argsFor = (offline: string): string[] => [
  ...['--prefixes-only', '--offline', offline, '--manifest', join(offline, 'downloads.txt')],
];

const provisioned = (
  root: string,
  offline: string,
  more: string[] = [],
): { lines: string[]; said: string; code: number | null } => {
  const { stdout, stderr, status } = spawnSync(script, [...argsFor(offline), ...more], {
    encoding: 'utf8',
    env: environment(root),
  });
  const lines = stdout.split('\n').filter((line) => /^provision: (template|terminal \d): /.test(line));
  return {
    lines: lines.map((line) => line.slice('provision: '.length)),
    said: `${stdout}${stderr}`,
    code: status,
  };
};

const steps = ['prefix', 'python', 'metatrader', 'warm-up', 'settings'].map((step) => `template: ${step}`);
const copies = Array.from({ length: slotCount }, (_, at) => `terminal ${at + 1}: prefix`);
const prefixes = (root: string): string[] => [
  templateOf(root),
  ...copies.map((_, at) => join(slotFolderOf(root, at + 1), 'prefix')),
];

/** Runs it until it names a step, and ends it in the midst of that. Answers the steps that it named. */
async function killedAt(root: string, offline: string, step: string): Promise<void> {
  const child = spawn(script, argsFor(offline), { env: environment(root), detached: true });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== `provision: ${step}`) continue;
    await sleep(random() * 1_500);
    break;
  }
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

await t.test('prefixes, provisioned', needs('wine'), async (t) => {
  const root = await stateFolder(t);
  const offline = join(root, 'offline');
  await offlineFolder(offline);
  t.comment(`seed ${seed}`);

  await t.test('a template step by step, and a prefix for each terminal', async (t) => {
    const first = provisioned(root, offline);
    t.equal(first.code, 0, first.said);
    t.same(first.lines, [...steps, ...copies]);
    for (const prefix of prefixes(root)) {
      const assistant = readFileSync(
        inPrefix(prefix, `${metaTraderFolder}\\Config\\assistant.ini`),
        'utf16le',
      );
      t.equal(assistant, '\ufeff[MCP.MetaTrader]\r\nEnable=0\r\n');
      t.ok(existsSync(inPrefix(prefix, `${metaTraderFolder}\\terminal64.exe`)));
      t.match(
        readFileSync(inPrefix(prefix, 'C:\\Python\\python312._pth'), 'utf8'),
        /^Lib\\site-packages\r$/m,
      );
      t.notOk(existsSync(inPrefix(prefix, 'C:\\mt5setup.exe')));
    }
    t.same(pidsOf(join(root, 'wine', 'template.making')), []);
  });

  await t.test('a second run changes nothing', async (t) => {
    const before = prefixes(root).map(listing);
    const second = provisioned(root, offline);
    t.equal(second.code, 0, second.said);
    t.same(second.lines, []);
    t.same(prefixes(root).map(listing), before);
  });

  await t.test('terminals can stand on it', async (t) => {
    const options = { launcher: null, stateFolder: root, folder: join(root, 'terminals'), slots: slotCount };
    const ground = new WineGround({ ...options, containment: 'bwrap', random: randomBytes });
    const findings = await ground.prepare();
    t.same(
      findings.filter(({ level }) => level === 'red'),
      [],
    );
  });

  await t.test('a newer package goes into every prefix, and what the terminals keep stays', async (t) => {
    const history = inPrefix(prefixes(root)[1] ?? '', `${metaTraderFolder}\\Bases\\history.dat`);
    mkdirSync(join(history, '..'), { recursive: true });
    writeFileSync(history, 'years of it');
    newPackage(offline, '5.0.9999');
    writeList(offline);
    const { lines, said } = provisioned(root, offline);
    t.same(lines, ['template: python', ...copies.map((line) => line.replace('prefix', 'python'))], said);
    for (const prefix of prefixes(root))
      t.match(
        readFileSync(inPrefix(prefix, 'C:\\Python\\Lib\\site-packages\\MetaTrader5\\__init__.py'), 'utf8'),
        '5.0.9999',
      );
    t.equal(readFileSync(history, 'utf8'), 'years of it');
  });

  await t.test('a prefix whose folders lead out of it is not written to', async (t) => {
    const config = inPrefix(prefixes(root)[1] ?? '', `${metaTraderFolder}\\Config`);
    rmSync(config, { recursive: true });
    symlinkSync(join(root, 'credentials'), config);
    keepServers(root, Buffer.from('a list'));
    t.throws(() => teachServers(root, prefixes(root)[1] ?? ''), /leads out of/);
    t.same(readdirSync(join(root, 'credentials')), ['kek_1']);
    rmSync(config);
  });

  await t.test('a list of servers is taught once, and what a terminal learns by itself stays', async (t) => {
    const prefix = prefixes(root)[2] ?? '';
    const list = inPrefix(prefix, `${metaTraderFolder}\\Config\\servers.dat`);
    const given = join(root, 'given.dat');
    writeFileSync(given, 'brokers');
    t.equal(provisioned(root, offline, ['--servers', given]).code, 0);
    teachServers(root, prefix);
    t.equal(readFileSync(list, 'utf8'), 'brokers');
    writeFileSync(list, 'brokers, and one more');
    teachServers(root, prefix);
    t.equal(readFileSync(list, 'utf8'), 'brokers, and one more');
    t.throws(() => keepServers(root, Buffer.alloc(0)), /no servers.dat/);
  });
});

await t.test('provisioning that is killed', needs('wine'), async (t) => {
  const root = await stateFolder(t);
  const offline = join(root, 'offline');
  await offlineFolder(offline);

  await t.test(
    'a file that is another than the list says, or is missing, stops it before it is used',
    async (t) => {
      writeFileSync(join(offline, 'numpy.whl'), 'something else');
      const { code, said, lines } = provisioned(root, offline);
      t.equal(code, 1);
      t.match(said, /numpy\.whl is not what it should be/);
      t.same(lines, ['template: prefix'], 'Python was not touched');
      rmSync(join(offline, 'numpy.whl'));
      t.match(provisioned(root, offline).said, /There is no .*numpy\.whl\. It comes from https:/);
      await offlineFolder(offline);
      rmSync(wineFolderOf(root), { recursive: true });
    },
  );

  await t.test('at every step goes on where it was, and ends up whole', async (t) => {
    for (const step of [...steps, copies[0] ?? '', copies[slotCount - 1] ?? '']) {
      await killedAt(root, offline, step);
      const done = Object.keys(readStamps(templateOf(root)));
      t.ok(!existsSync(templateOf(root)) || done.length === steps.length, `half a template after ${step}`);
    }
    const last = provisioned(root, offline);
    t.equal(last.code, 0, last.said);
    t.same(provisioned(root, offline).lines, []);
    for (const prefix of prefixes(root)) {
      t.ok(existsSync(inPrefix(prefix, `${metaTraderFolder}\\Config\\assistant.ini`)), prefix);
      t.notOk(existsSync(`${prefix}.making`));
    }
    t.same(
      prefixes(root).flatMap((prefix) => pidsOf(join(prefix, '..'))),
      [],
      'and nothing runs',
    );
  });
});
