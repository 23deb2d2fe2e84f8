import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { needs, windowsNode } from '../testing/needs.js';
import { plainEnvironment } from '../testing/program.js';
import { seeded } from '../testing/simulated-sync.js';
import { killRound, parentRound, prefixRound, type Round } from '../testing/wine-rounds.js';
import {
  errandOf,
  gone,
  makePrefixes,
  memoryOf,
  prefixOf,
  sharedTemplate,
  slotFolder,
  stateFolder,
  tree,
  until,
  wineSettings,
  wineWorld,
} from '../testing/wine.js';
import { noWall } from './containment.js';
import type { Child } from './launch.js';
import { launchWine, type WineSettings } from './launch-wine.js';
import { endLeftover, pidsOf } from './leftover.js';
import { copyPrefix, makePrefix } from './prefix.js';
import { startIni } from './start-ini.js';
import { windowsPath } from './wine-tree.js';

t.setTimeout(290_000);

/** Somewhere else at each run, and at the same places again where a run failed. */
const seed = Date.now() % 1_000_000;
const random = seeded(seed);

const worst = (rounds: readonly Round[]): string =>
  rounds
    .map(({ what, size, goneMs }) => `${Math.round(goneMs)} ms for ${size} processes (${what})`)
    .join(', ');

/** Files with their sizes, links with where they lead. */
const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const what = entry.isFile() ? statSync(path).size : entry.isSymbolicLink() ? readlinkSync(path) : '';
      return `${relative(folder, path)} ${what}`;
    })
    .sort();

/** A process of its own copies a prefix and is killed on the way. */
async function killedCopy(from: string, to: string, afterMs: number): Promise<void> {
  const program = `
    const { copyPrefix } = await import(process.argv[1]);
    await copyPrefix(process.argv[2], process.argv[3]);`;
  const module = new URL('./prefix.js', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, module, from, to];
  const child = spawn(process.execPath, args, { env: plainEnvironment(), stdio: 'inherit' });
  const exited = once(child, 'exit');
  await until('a beginning', () => existsSync(`${to}.making`) || existsSync(to), 10_000);
  await sleep(afterMs);
  child.kill('SIGKILL');
  await exited;
}

const account = { server: 'Broker-Live', login: '5100121', password: 'CANARY of an account' };

/** In the place of MetaTrader: notes how it was started and what stands in its file, and then ends or stays. */
function standIn(prefix: string, end: 'stays' | 'fails'): string {
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs');
    const [, , ...args] = process.argv;
    const file = args.find((one) => one.startsWith('/config:')).slice('/config:'.length);
    writeFileSync('C:/seen.json', JSON.stringify([args, readFileSync(file, 'latin1')]));
    ${end === 'stays' ? 'setInterval(() => undefined, 1_000)' : 'process.exitCode = 1'};`;
  const drive = join(prefix, 'drive_c');
  writeFileSync(join(drive, 'metatrader.cjs'), script);
  writeFileSync(join(drive, 'terminal.cmd'), `@"${windowsPath(windowsNode)}" C:\\metatrader.cjs %*\r\n`);
  rmSync(join(drive, 'seen.json'), { force: true });
  return 'C:\\terminal.cmd';
}

/** A program that stays, beside such a MetaTrader. */
function besideMetaTrader(root: string, end: 'stays' | 'fails', more: Partial<WineSettings> = {}): Child {
  const stay = join(prefixOf(root, 1), 'drive_c', 'stay.cjs');
  writeFileSync(stay, 'setInterval(() => undefined, 1_000)');
  const terminal = standIn(prefixOf(root, 1), end);
  const program = () => ({
    ...{ command: [windowsPath(windowsNode), 'C:\\stay.cjs'], reads: [windowsNode], terminal },
  });
  return launchWine(wineSettings(root, { program, ...more }))(errandOf(root, 1, 9));
}

await t.test('trees of Wine, killed', needs('wine'), async (t) => {
  const root = await stateFolder(t);
  await makePrefixes(root, 2);
  t.comment(`seed ${seed}`);

  await t.test('a child killed at any moment leaves nothing after a second', async (t) => {
    const rounds: Round[] = [];
    while (rounds.length < 10) rounds.push(await killRound(root, random));
    t.comment(worst(rounds));
    t.ok(
      rounds.some(({ size }) => size > 8),
      'some of them were grown',
    );
  });

  await t.test('a parent killed at any moment leaves nothing after a second', async (t) => {
    const rounds = [
      await parentRound(root, 2, null),
      await parentRound(root, 2, Math.floor(random() * 3_000)),
    ];
    t.comment(worst(rounds));
    t.ok((rounds[0]?.size ?? 0) > 20);
  });

  await t.test('a prefix whose making is killed is made anew, and whole', async (t) => {
    const rounds = [await prefixRound(root, random), await prefixRound(root, random)];
    t.comment(worst(rounds));
    t.notOk(existsSync(join(root, 'killed')));
    const world = wineWorld(root);
    await makePrefix(world, join(root, 'killed'));
    t.notOk(existsSync(join(root, 'killed.making')));
    t.match(readFileSync(join(root, 'killed', 'system.reg'), 'utf8'), /"ProductName"="Microsoft Windows 10"/);
    const { mtimeMs } = statSync(join(root, 'killed', 'system.reg'));
    await makePrefix(world, join(root, 'killed'));
    t.equal(statSync(join(root, 'killed', 'system.reg')).mtimeMs, mtimeMs, 'and stays as it is');
  });

  await t.test('a copy that is killed is begun anew, and whole', async (t) => {
    const [from, to] = [sharedTemplate(), join(root, 'copy')];
    for (let span = 800; existsSync(to) || !existsSync(`${to}.making`); span /= 2) {
      rmSync(to, { recursive: true, force: true }); // the copy was quicker than the kill
      await killedCopy(from, to, Math.floor(random() * span));
    }
    t.notOk(existsSync(to));
    await copyPrefix(from, to);
    t.same(listing(to), listing(from));
    t.notOk(existsSync(`${to}.making`));
  });

  await t.test('MetaTrader starts with the first login, from a file that goes when it ends', async (t) => {
    const seen = join(prefixOf(root, 1), 'drive_c', 'seen.json');
    const ini = join(memoryOf(root), 'slot-1', 'start.ini');
    const child = besideMetaTrader(root, 'stays');
    await sleep(2_000);
    t.notOk(existsSync(seen), 'not before');
    child.loginBegins?.(account);
    await until('its start', () => existsSync(seen), 30_000);
    const path = windowsPath(ini);
    t.same(JSON.parse(readFileSync(seen, 'utf8')), [['/portable', `/config:${path}`], startIni(account)]);
    child.loginEnds?.();
    t.notOk(existsSync(ini));
    child.loginBegins?.({ ...account, login: '2' });
    t.notOk(existsSync(ini), 'MetaTrader runs, and is told of the next account otherwise');
    child.kill('SIGKILL');
    await child.exited;
    t.same(pidsOf(slotFolder(root, 1)), []);
  });

  await t.test('the file goes although a login lasts, and with a child that is killed', async (t) => {
    const ini = join(memoryOf(root), 'slot-1', 'start.ini');
    const child = besideMetaTrader(root, 'stays', { iniMs: 500 });
    child.loginBegins?.(account);
    t.ok(existsSync(ini));
    await until('its end', () => !existsSync(ini), 1_000);
    child.kill('SIGKILL');
    await child.exited;
    const next = besideMetaTrader(root, 'stays');
    next.loginBegins?.(account);
    next.kill('SIGKILL');
    await next.exited;
    t.notOk(existsSync(ini));
  });

  await t.test('a MetaTrader that fails ends its slot', async (t) => {
    const child = besideMetaTrader(root, 'fails');
    child.loginBegins?.(account);
    t.not((await child.exited).code, 0);
  });

  await t.test('without a wall a tree is ended all the same, by its mark', async (t) => {
    const { wall } = noWall;
    if (wall === null) throw new Error('There is always no wall.');
    const world = { ...wineWorld(root), wall };
    const child = besideMetaTrader(root, 'stays', { world });
    await until('a grown tree', () => pidsOf(slotFolder(root, 1)).length > 8, 30_000);
    const grown = tree(root, 1, child.pid);
    t.ok(grown.size > 8);
    child.kill('SIGKILL');
    await gone('the script', [grown], 1_000);
    await child.exited;
  });

  await t.test('what a killed parent left without a wall is ended by the next start', async (t) => {
    const { wall } = noWall;
    if (wall === null) throw new Error('There is always no wall.');
    const prefix = join(root, 'unwalled');
    const making = `${prefix}.making`;
    const program = `
      const { makePrefix } = await import(process.argv[1]);
      await makePrefix(JSON.parse(process.argv[2]), process.argv[3]);`;
    const module = new URL('./prefix.js', import.meta.url).href;
    const world = JSON.stringify({ ...wineWorld(root), wall });
    const args = ['--input-type=module', '-e', program, module, world, prefix];
    const parent = spawn(process.execPath, args, { env: plainEnvironment(), stdio: 'ignore' });
    await until('a beginning', () => pidsOf(making).length > 3, 10_000);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    t.ok(pidsOf(making).length > 0);
    t.ok((await endLeftover(making)) > 0);
    t.same(pidsOf(making), []);
  });
});
