import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../testing/database.js';
import { lacking } from '../../testing/needs.js';
import { seeded } from '../../testing/simulated-sync.js';
import { storm, type Storm } from './storm.js';
import type { Strike } from './strikes.js';
import { isKept, tableOf } from './table.js';

/**
 * `npm run storm [-- --kills N --part N --users N --seed N --fresh]`: kills the program, PostgreSQL and Redis while people work,
 * in parts of a new installation each. What was seen is kept: a run goes on where another one ended.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    kills: { type: 'string', default: '100' },
    part: { type: 'string', default: '25' },
    users: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
  },
});
const [kills, part, users] = [Number(values.kills), Number(values.part), Number(values.users)];
const folder = join(projectRoot, 'var', 'faults');
const file = join(folder, `storm-${users}.json`);

/** Pauses before a start: that of the program's unit, and what the units of distributions have. */
const restartSec = 5;
const serversMs = { least: 100, most: 3_000 };

const told = ({ kind, pagesMs, terminalsMs }: Strike): void => {
  const [pages, terminals] = [pagesMs, terminalsMs].map((ms) => (ms === null ? '-' : (ms / 1000).toFixed(1)));
  process.stdout.write(`storm: ${kind}: pages ${pages ?? ''} s, terminals ${terminals ?? ''} s\n`);
};

const kept = async (): Promise<Storm[]> => {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? [] : (JSON.parse(text) as Storm[]);
};

const countOf = (storms: readonly Storm[]): number =>
  storms.reduce((sum, { strikes }) => sum + strikes.length, 0);

async function weather(): Promise<void> {
  if (values.fresh) await rm(file, { force: true });
  await mkdir(folder, { recursive: true });
  const storms = await kept();
  for (let done = countOf(storms); done < kills; done = countOf(storms)) {
    // Another seed for each part, or every part would strike at the same moments.
    const random = seeded(Number(values.seed) + done * 7_919);
    const restartMs = {
      service: () => restartSec * 1000,
      servers: () => serversMs.least + random() * (serversMs.most - serversMs.least),
    };
    const order = { kills: Math.min(part, kills - done), random, amid: 0.4, onStrike: told };
    storms.push(await storm({ users, patience: 1, restartMs }, order));
    await writeFile(file, JSON.stringify(storms));
  }
  process.stdout.write(`${tableOf(storms, 1)}\n`);
  if (!isKept(storms, 1)) process.exitCode = 1;
}

const reason = lacking('redis-server');
if (reason === null) await weather();
else {
  process.stderr.write(`No storm: ${reason}.\n`);
  process.exitCode = 1;
}
