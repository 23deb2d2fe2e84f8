import assert from 'node:assert/strict';
import { join } from 'node:path';
import { lacking } from '../testing/needs.js';
import { offlineFolder } from '../testing/wine-stand-ins.js';
import { healthy, install, installAll, told } from './acts.js';
import { baseOf, shelf } from './base.js';
import type { Bench, Case } from './cases.js';
import { debsOf, downloadWhole, withDebs } from './debs.js';
import type { Machine } from './machine.js';

const packages = ['wine64', 'xvfb', 'unzip', 'fonts-liberation'];

const within = 'with-wine';
const at = `/srv/offline/${within}`;

/** The system's own Wine in the place of WineHQ's, and programs that stand in for MetaTrader and Python. */
async function layWine({ distribution, downloads }: Bench): Promise<void> {
  const kept = join(shelf, `wine-${distribution.name}`);
  const debs = await debsOf(await baseOf(distribution), kept, downloadWhole(packages));
  const standIns = join(shelf, 'stand-ins');
  const list = await offlineFolder(standIns);
  const further = { folder: standIns, list };
  await withDebs(downloads, { folder: join(downloads.folder, within), debs, further });
}

interface Check {
  name: string;
  level: string;
  says: string;
}

/** Four that start one after the other: until none is on its way any more. */
async function checksOf(machine: Machine): Promise<Check[]> {
  let checks: Check[] = [];
  for (let look = 0; look < 90; look++) {
    const { text } = await machine.run(['rawjournal', 'status', '--json']);
    checks = (JSON.parse(text) as { checks: Check[] }).checks;
    if (!checks.some(({ says }) => /starting|waiting to start/.test(says))) break;
    await machine.run(['sleep', '2']);
  }
  return checks;
}

/** Wine from a folder of its own, over an installation without it where its Wine is asked for by name. */
async function installed(bench: Bench, environment: Record<string, string>): Promise<string> {
  const args = ['--yes', '--release', bench.downloads.now];
  if ('WINE' in environment) assert.equal((await install(bench, args)).code, 0);
  const startedMs = performance.now();
  const said = await installAll(bench, [...args, '--offline', at], environment);
  const log = await bench.machine.run(['tail', '-n', '40', '/var/log/rawjournal-install.log']);
  assert.equal(said.code, 0, `${told(said)}\n${log.text}`);
  await healthy(bench.machine, bench.downloads.now);
  const again = await installAll(bench, [...args, '--offline', at], environment);
  assert.deepEqual(again.text.match(/^ {2}doing .*$/gm), ['  doing  looking whether all is well']);
  return `${((performance.now() - startedMs) / 1_000).toFixed(0)} s`;
}

/** What is there of it after all was taken away. */
async function leftOf(bench: Bench): Promise<string[]> {
  const gone = await install(bench, ['--uninstall', '--purge', '--yes'], {
    RAWJOURNAL_PURGE_CONFIRMED: '192.0.2.10',
  });
  assert.equal(gone.code, 0, told(gone));
  return [...(await bench.machine.changes())]
    .filter(([path, state]) => state !== 'removed' && /wine|rawjournal|xvfb/i.test(path))
    .map(([path]) => path);
}

export const withTerminals: Case = {
  name: 'Wine and four terminals are installed, and named as they are',
  work: async (given) => {
    const { wine } = given.distribution;
    if (wine === null) return 'not run: WineHQ cannot be reached, and the Wine of this system is too old';
    const missing = lacking('wine');
    if (missing !== null) return `not run: ${missing}`;
    await layWine(given);
    const machine = await given.another();
    const bench = { ...given, machine };
    const isSuitable = wine === 'wine-10.0';
    // An older one is taken where it is asked for by name.
    const seconds = await installed(bench, isSuitable ? {} : { WINE: '/usr/lib/wine/wine64' });
    const checks = await checksOf(machine);
    const words = checks.map(({ name, level, says }) => `${name} ${level}: ${says}`);
    const found = (name: string): string => words.find((line) => line.startsWith(`${name} `)) ?? '';
    assert.match(found('wine'), isSuitable ? /green: wine-10\.0/ : /amber: wine-8\.0.*does not run/);
    for (const slot of [1, 2, 3, 4]) assert.match(found(`terminal ${slot}`), / green: /, words.join('\n'));
    assert.deepEqual(await leftOf(bench), []);
    await machine.stop();
    return `${seconds}; ${found('terminals')}; ${found('wine')}`;
  },
};
