import t from 'tap';
import { hourMs, minuteMs } from '../lib/clock.js';
import type { Row } from './row.js';
import { rowsWithoutProgram, runningRows } from './running-rows.js';
import type { RunningFacts, SlotFacts } from './running.js';

const fit = { flaw: null, why: '', missing: [] } as const;
const none = { p50: null, p95: null, n: 0 };

const slot: SlotFacts = {
  ...{ number: 1, role: 'accounts', state: 'ready', bridge: 'bridge 1', package: '5.0.6231', fitness: fit },
  ...{
    restarts: 0,
    lastEnd: null,
    rssBytes: 400 * 1024 ** 2,
    ageMs: 2 * hourMs,
    explorers: 1,
    metaTraders: 1,
  },
  switchMs: { same: { p50: 1_400, p95: 1_600, n: 3 }, other: none },
};

const facts = (...slots: Partial<SlotFacts>[]): RunningFacts => ({
  ...{ terminals: 'wine', containment: 'bwrap', launcher: null, ground: [], recycleBytes: 600 * 1024 ** 2 },
  slots: slots.map((more, at) => ({ ...slot, number: at + 1, ...more })),
});

const builds = ['5.0.0.6231', '5.0.0.6231'];
const row = (running: RunningFacts, name: string, versions: (string | null)[] = builds): Row | undefined =>
  runningRows(running, versions).find((one) => one.name === name);

void t.test('terminals at work pass, with their versions and their weight after hours', async (t) => {
  const rows = runningRows(facts({}, {}), builds);
  t.same(
    rows.filter(({ result }) => result !== 'pass'),
    [],
  );
  t.match(row(facts({}), 'versions fit together'), {
    says: 'bridge bridge 1, package 5.0.6231, terminal 5.0.0.6231',
  });
  t.match(row(facts({}), 'terminal 1 by the hour'), {
    id: 'D12',
    says: '400 MB after 2 h, 1 explorer.exe, 0 restarts',
  });
  t.match(row(facts({}), 'switches so far'), { says: 'inside a server: 1.4 s (n=3), across: none' });
});

const failures: readonly [string, Partial<SlotFacts>, string, RegExp][] = [
  [
    'it keeps ending',
    { state: 'quarantined', lastEnd: 'it ended by itself' },
    'terminals',
    /ended by itself/,
  ],
  [
    'skew that its bridge met',
    { fitness: { flaw: 'version-skew', why: 'it speaks protocol 2, not 1', missing: [] } },
    'versions fit together',
    /protocol 2/,
  ],
  [
    'a package older than the terminal in its prefix',
    { package: '5.0.5735' },
    'versions fit together',
    /5735/,
  ],
  [
    'numbers that mean something else',
    { fitness: { flaw: 'enumerations', why: 'its DEAL_TYPE_BUY is 1, not 0', missing: [] } },
    'enumerations',
    /DEAL_TYPE_BUY is 1/,
  ],
  [
    'numbers that are not there',
    { fitness: { ...fit, missing: ['DEAL_TAX'] } },
    'enumerations',
    /lacks DEAL_TAX/,
  ],
  ['too much memory', { rssBytes: 700 * 1024 ** 2 }, 'terminal 1 by the hour', /above 600 MB/],
  ['too many explorers', { explorers: 9 }, 'terminal 1 by the hour', /9 explorer/],
];

void t.test('each thing that is wrong fails, and says what to do', async (t) => {
  for (const [what, more, name, says] of failures) {
    t.match(row(facts(more, {}), name), { result: 'fail', says, todo: /./ }, what);
    t.equal(
      runningRows(facts(more, {}), builds).filter(({ result }) => result === 'fail').length,
      1,
      `${what}, and nothing else`,
    );
  }
});

void t.test('a package that is too old is not mended by putting it there once more', async (t) => {
  t.match(row(facts({ package: '5.0.5735' }), 'versions fit together'), { todo: /^Upgrade RawJournal/ });
});

void t.test('what cannot be known yet is not run', async (t) => {
  t.match(row(facts({ ageMs: 4 * minuteMs }), 'terminal 1 by the hour'), {
    result: 'not run',
    says: /4 min/,
  });
  t.match(row(facts({ rssBytes: null }), 'terminal 1 by the hour'), { result: 'not run' });
  t.match(row(facts({ state: 'stopped' }), 'terminal 1 by the hour'), {
    result: 'not run',
    says: 'it rests',
  });
  t.match(row(facts({ switchMs: { same: none, other: none } }), 'switches so far'), { result: 'not run' });
  t.match(row(facts({ state: 'starting', bridge: null, fitness: null }), 'terminals'), { result: 'not run' });
  t.match(row(facts({ bridge: null, fitness: null }), 'enumerations'), { result: 'not run' });
  for (const one of [...rowsWithoutProgram(), ...runningRows(facts(), [])])
    t.match(one, { result: 'not run', todo: /Start RawJournal/ });
});

void t.test('where nothing could be started the ground says why', async (t) => {
  const red = { name: 'wine', level: 'red', says: 'Wine is not installed', fix: 'Install it.' } as const;
  t.match(row({ ...facts({ state: 'stopped' }), ground: [red] }, 'terminals'), {
    result: 'fail',
    says: 'none is started: Wine is not installed',
    todo: 'Install it.',
  });
});
