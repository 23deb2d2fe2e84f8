import t from 'tap';
import { needs } from '../testing/needs.js';
import { faults } from './all.js';
import { isKept, rowText, tried } from './table.js';

// Real programs, twice each; minutes on a machine that does something else beside.
t.setTimeout(2_400_000);
// Mostly they wait, each with an installation of its own.
t.jobs = 3;

for (const fault of faults) {
  void t.test(
    `${fault.name}: ${fault.promise}`,
    { buffered: true, ...(fault.needs === null ? {} : needs(fault.needs)) },
    async (t) => {
      const row = await tried(fault, { times: 2, scale: 10, patience: 10, folder: null });
      t.ok(isKept(row), rowText(row));
    },
  );
}
