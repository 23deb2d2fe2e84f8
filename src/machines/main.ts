import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../testing/database.js';
import { baseOf } from './base.js';
import { cases, type Bench } from './cases.js';
import { distributions, type Distribution } from './distributions.js';
import { Machine } from './machine.js';
import { makeDownloads, type Downloads } from './releases.js';

/**
 * `npm run test:installer [-- --on NAME --only WORDS]`: install.sh on systems as they come from their makers, one case
 * after the other on the same machine. Root, debootstrap and the archives of the distributions are needed once.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { on: { type: 'string' }, only: { type: 'string' } },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const shelf = join(projectRoot, 'var', 'machines');
const hand: Bench['hand'] = { kept: null };

async function tryOn(distribution: Distribution, downloads: Downloads): Promise<number> {
  if (distribution.lacks !== null) {
    print(`${distribution.name.padEnd(9)} not run: its archive lacks ${distribution.lacks}`);
    return 0;
  }
  const base = await baseOf(distribution).catch((error: unknown) => {
    print(`${distribution.name.padEnd(9)} not run: ${String(error).slice(0, 300)}`);
    return null;
  });
  if (base === null) return 0;
  const another = (wishes = {}): Promise<Machine> => Machine.start(base, downloads.folder, wishes);
  const machine = await another();
  const bench: Bench = { machine, downloads, another, hand, distribution: distribution.name };
  let failed = 0;
  for (const { name, work } of cases.filter(
    (one) => values.only === undefined || values.only.split(',').some((words) => one.name.includes(words)),
  )) {
    const startedMs = performance.now();
    const seconds = (): string => `${((performance.now() - startedMs) / 1_000).toFixed(0)} s`;
    try {
      const remark = await work(bench);
      print(
        `${distribution.name.padEnd(9)} ok      ${name} (${seconds()})${remark === undefined ? '' : `: ${remark}`}`,
      );
    } catch (error) {
      failed += 1;
      print(
        `${distribution.name.padEnd(9)} FAILED  ${name} (${seconds()})\n${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  await machine.stop();
  return failed;
}

await mkdir(shelf, { recursive: true });
const downloads = await makeDownloads(shelf);
let failed = 0;
for (const distribution of distributions.filter(({ name }) => values.on === undefined || name === values.on))
  failed += await tryOn(distribution, downloads);
print(`${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
