import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { baseOf, shelf } from './base.js';
import { cases, type Bench } from './cases.js';
import { debsOf, download, withDebs } from './debs.js';
import { distributionOf, distributions, type Distribution } from './distributions.js';
import { Machine } from './machine.js';
import { makeDownloads, type Downloads } from './releases.js';

/**
 * `npm run test:installer [-- --on NAME,NAME --only WORDS,WORDS]`: install.sh on systems as they come from their makers, one case
 * after the other on the same machine. Root, debootstrap and the archives of the distributions are needed once.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { on: { type: 'string' }, only: { type: 'string' } },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const kept: Bench['kept'] = [];

/** The downloads, with what a system borrows of another one. */
async function downloadsFor({ name, borrows }: Distribution, downloads: Downloads): Promise<Downloads> {
  if (borrows === null) return downloads;
  const base = await baseOf(distributionOf(borrows.from));
  const debs = await debsOf(base, join(shelf, `borrowed-${name}`), download(borrows.packages));
  print(`${name.padEnd(9)} with ${borrows.what} of ${borrows.from} in the place of its maker's own`);
  return withDebs(downloads, { folder: join(shelf, `offline-${name}`), debs });
}

/** What is needed of the archives, or null with a word on why it is not to be had. */
async function ready(distribution: Distribution, all: Downloads): Promise<[string, Downloads] | null> {
  try {
    return [await baseOf(distribution), await downloadsFor(distribution, all)];
  } catch (error) {
    print(`${distribution.name.padEnd(9)} not run: ${String(error).slice(0, 300)}`);
    return null;
  }
}

async function tryOn(distribution: Distribution, all: Downloads): Promise<number> {
  const found = await ready(distribution, all);
  if (found === null) return 0;
  const [base, downloads] = found;
  const machines: Machine[] = [];
  const another = async (wishes = {}): Promise<Machine> => {
    const started = await Machine.start(base, downloads.folder, wishes);
    machines.push(started);
    return started;
  };
  const machine = await another();
  const bench: Bench = { machine, downloads, another, kept, distribution };
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
  for (const one of machines) await one.stop();
  return failed;
}

await mkdir(shelf, { recursive: true });
const downloads = await makeDownloads(shelf);
let failed = 0;
for (const distribution of values.on?.split(',').map(distributionOf) ?? distributions)
  failed += await tryOn(distribution, downloads);
print(`${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
