import t from 'tap';
import type { PrefixHealth } from '../terminals/prefix-health.js';
import { memoryRow, rowsWithoutWine, wineRows } from './machine-rows.js';
import type { WineFacts } from './machine.js';
import type { Row } from './row.js';

const healthy: PrefixHealth = {
  isThere: true,
  missing: [],
  terminal: '5.0.0.6231',
  package: '5.0.6231',
  undone: [],
  outdated: [],
};

const good: WineFacts = {
  launcher: '/opt/wine-stable/bin/wine',
  version: 'wine-10.0',
  hasDisplay: true,
  wall: { name: 'containment', level: 'green', says: 'bubblewrap 0.8', fix: null },
  template: healthy,
  prefixes: [healthy, healthy, healthy, healthy],
  serversKeptAt: null,
};

const up = { openAt: [], isUp: true };
const named = (rows: readonly Row[], name: string): Row | undefined => rows.find((row) => row.name === name);

void t.test('a machine on which everything is as it should be passes, with its versions', async (t) => {
  const rows = wineRows(good, [up]);
  t.same(
    rows.filter(({ result }) => result !== 'pass'),
    [],
  );
  t.match(named(rows, 'Wine'), { says: 'wine-10.0 (/opt/wine-stable/bin/wine)', todo: null });
  t.match(named(rows, 'prefix 3'), { says: 'terminal 5.0.0.6231, package 5.0.6231' });
  t.match(named(rows, 'tool server is off'), { id: 'D11', says: /closed on every address/ });
});

const prefix = (more: Partial<PrefixHealth>): Partial<WineFacts> => ({ prefixes: [{ ...healthy, ...more }] });

const failures: readonly [string, Partial<WineFacts>, string, RegExp][] = [
  ['no Wine', { launcher: null, version: null }, 'Wine', /^not installed/],
  ['a Wine that is too old', { version: 'wine-8.0 (Debian 8.0~repack-4)' }, 'Wine', /takes 10\.0 to 10\.2/],
  ['a Wine that is taken for a debugger', { version: 'wine-10.4' }, 'Wine', /^wine-10\.4/],
  ['a Wine that says nothing', { version: null }, 'Wine', /does not say/],
  ['no display', { hasDisplay: false }, 'Xvfb', /not installed/],
  [
    'no sandbox',
    { wall: { name: 'containment', level: 'red', says: 'no sandbox can be set up', fix: 'Run: x' } },
    'sandbox',
    /no sandbox/,
  ],
  ['no template', { template: { ...healthy, isThere: false } }, 'template', /there is none/],
  ['a half template', { template: { ...healthy, undone: ['warm-up'] } }, 'template', /not done: warm-up/],
  [
    'a prefix without MetaTrader',
    prefix({ missing: ['C:\\terminal64.exe'] }),
    'prefix 1',
    /no C:\\terminal64/,
  ],
  ['a terminal newer than its package', prefix({ package: '5.0.5735' }), 'prefix 1', /5735: a package older/],
  [
    'a prefix older than the template',
    prefix({ outdated: ['python'] }),
    'prefix 1',
    /older than the template/,
  ],
];

void t.test('each thing that is missing fails, and says what to do', async (t) => {
  for (const [what, facts, name, says] of failures) {
    const rows = wineRows({ ...good, ...facts }, [up]);
    t.match(named(rows, name), { result: 'fail', says, todo: /./ }, what);
    t.equal(rows.filter(({ result }) => result === 'fail').length, 1, `${what}, and nothing else`);
  }
});

void t.test('a package that is too old is not mended by putting it there once more', async (t) => {
  const rows = wineRows({ ...good, ...prefix({ package: '5.0.5735' }) }, [up]);
  t.match(named(rows, 'prefix 1'), { todo: /^Upgrade RawJournal/ });
});

void t.test(
  'a tool server that is open at any look fails; closed without terminals proves nothing',
  async (t) => {
    const row = (...looks: Parameters<typeof wineRows>[1]): Row | undefined =>
      named(wineRows(good, looks), 'tool server is off');
    t.match(row(up, { openAt: ['0.0.0.0'], isUp: true }), {
      result: 'fail',
      says: /22346 is open at 0\.0\.0\.0/,
    });
    t.match(row({ openAt: ['[::]'], isUp: false }), { result: 'fail' });
    t.match(row({ openAt: [], isUp: false }), { result: 'not run', says: /no MetaTrader runs/ });
    t.match(row({ openAt: [], isUp: false }, up), { result: 'pass' });
    t.match(row({ openAt: null, isUp: true }), { result: 'not run' });
  },
);

void t.test(
  'what is not there yet is not run: prefixes before the first start, Wine under a trial',
  async (t) => {
    const rows = wineRows({ ...good, prefixes: [{ ...healthy, isThere: false, missing: ['x'] }] }, [up]);
    t.match(named(rows, 'prefix 1'), { result: 'not run', todo: /copied from the template/ });
    for (const row of rowsWithoutWine('terminals are simulated'))
      t.match(row, { result: 'not run', says: 'terminals are simulated', todo: /TERMINALS=wine/ });
    t.equal(rowsWithoutWine('').filter(({ id }) => id === 'D11').length, 1);
  },
);

void t.test('memory: four terminals need 4 GB, and swap is told', async (t) => {
  const gb = 1024 ** 3;
  t.match(memoryRow({ totalBytes: 7.8 * gb, availableBytes: 6 * gb, swapBytes: 0 }), {
    result: 'pass',
    says: '7.8 GB, 6.0 GB free for use, no swap',
  });
  t.match(memoryRow({ totalBytes: 2 * gb, availableBytes: gb, swapBytes: gb }), {
    result: 'fail',
    says: /1\.0 GB of swap/,
  });
  t.match(memoryRow(null), { result: 'not run' });
});
