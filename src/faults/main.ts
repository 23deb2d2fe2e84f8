import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../testing/database.js';
import { lacking } from '../testing/needs.js';
import { faults as standard } from './all.js';
import { head, isKept, rowText, tried } from './table.js';
import { wineFaults } from './wine-faults.js';

/** `npm run faults [-- --only NAME --times N --scale N --fresh]`: what was promised of each fault, and what is seen. */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    only: { type: 'string' },
    times: { type: 'string', default: '20' },
    scale: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
  },
});
const faults = [...standard, ...wineFaults];
const folder = join(projectRoot, 'var', 'faults');
const wanted = faults.filter(({ name }) => values.only === undefined || name === values.only);
if (wanted.length === 0) {
  process.stderr.write(
    `There is no fault "${values.only ?? ''}": ${faults.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exitCode = 1;
}
if (values.fresh) await rm(folder, { recursive: true, force: true });
process.stdout.write(`${head}\n`);
for (const fault of wanted) {
  const reason = fault.needs === null ? null : lacking(fault.needs);
  if (reason !== null) {
    process.stdout.write(`${fault.name.padEnd(16)} skipped: ${reason}\n`);
    continue;
  }
  const row = await tried(fault, {
    times: Number(values.times),
    scale: Number(values.scale),
    patience: 1,
    folder,
  });
  process.stdout.write(`${rowText(row)}\n`);
  if (!isKept(row)) process.exitCode = 1;
}
