import assert from 'node:assert/strict';
import { join } from 'node:path';
import { lacking } from '../testing/needs.js';
import { offlineFolder } from '../testing/wine-stand-ins.js';
import { healthy, installAll, told } from './acts.js';
import { baseOf, shelf } from './base.js';
import type { Case } from './cases.js';
import { debsOf, downloadWhole, withDebs } from './debs.js';
import type { Distribution } from './distributions.js';
import type { Machine } from './machine.js';
import type { Downloads } from './releases.js';

const packages = ['wine64', 'xvfb', 'unzip', 'fonts-liberation'];

/** The system's own Wine in the place of WineHQ's, and programs that stand in for MetaTrader and Python. */
async function downloadsWithWine(distribution: Distribution, downloads: Downloads): Promise<Downloads> {
  const { name } = distribution;
  const folder = join(shelf, `wine-${name}`);
  const debs = await debsOf(await baseOf(distribution), folder, downloadWhole(packages));
  const standIns = join(shelf, 'stand-ins');
  const list = await offlineFolder(standIns);
  return withDebs(downloads, {
    folder: join(shelf, `offline-wine-${name}`),
    debs,
    further: { folder: standIns, list },
  });
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

const slots = [1, 2, 3, 4];

export const withTerminals: Case = {
  name: 'Wine and four terminals are installed, and named as they are',
  work: async ({ distribution, downloads, another }) => {
    const { wine } = distribution;
    if (wine === null) return 'not run: WineHQ cannot be reached, and the Wine of this system is too old';
    const missing = lacking('wine');
    if (missing !== null) return `not run: ${missing}`;
    const own = await downloadsWithWine(distribution, downloads);
    const machine = await another({}, own.folder);
    const bench = { machine, downloads: own };
    // An older Wine is taken where it is asked for by name.
    const asked = wine === 'wine-10.0' ? {} : { WINE: '/usr/lib/wine/wine64' };
    const args = ['--yes', '--release', own.now];
    const startedMs = performance.now();
    const said = await installAll(bench, args, asked);
    const log = await machine.run(['tail', '-n', '40', '/var/log/rawjournal-install.log']);
    assert.equal(said.code, 0, `${told(said)}\n${log.text}`);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    await healthy(machine, own.now);
    const checks = await checksOf(machine);
    const found = (name: string): string => {
      const one = checks.find((check) => check.name === name);
      return `${one?.level ?? 'none'}: ${one?.says ?? ''}`;
    };
    const words = checks.map((check) => `${check.name} ${check.level}: ${check.says}`).join('\n');
    assert.match(
      found('wine'),
      wine === 'wine-10.0' ? /^green: wine-10\.0/ : /^amber: wine-8\.0.*does not run/,
    );
    for (const slot of slots) assert.match(found(`terminal ${slot}`), /^green/, words);
    const again = await installAll(bench, args, asked);
    assert.deepEqual(again.text.match(/^ {2}doing .*$/gm), ['  doing  looking whether all is well']);
    const gone = await installAll(bench, ['--uninstall', '--purge', '--yes'], {
      RAWJOURNAL_PURGE_CONFIRMED: '192.0.2.10',
    });
    assert.equal(gone.code, 0, told(gone));
    const left = [...(await machine.changes())]
      .filter(([path, state]) => state !== 'removed' && /wine|rawjournal|xvfb|winehq/i.test(path))
      .map(([path]) => path);
    assert.deepEqual(left, []);
    await machine.stop();
    return `${seconds} s; ${found('terminals')}; ${found('wine')}`;
  },
};
