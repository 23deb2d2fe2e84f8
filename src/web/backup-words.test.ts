import { test } from 'tap';
import type { BackupFacts, BackupRecord } from '../data/backup-records.js';
import { hourMs } from '../lib/clock.js';
import { backupLines } from './backup-words.js';

const now = new Date('2026-03-02T09:00:00Z');
const ago = (hours: number): string => new Date(now.getTime() - hours * hourMs).toISOString();

const record = (hours: number, more: Partial<BackupRecord> = {}): BackupRecord => ({
  file: `rawjournal-${hours}.tar.age`,
  madeAt: ago(hours),
  bytes: 1_000,
  sha256: 'ab',
  version: '1.0.0',
  verifiedAt: ago(hours),
  problem: null,
  rows: 10,
  pictures: 0,
  keys: [],
  remote: null,
  ...more,
});
const copied = (hours: number, checkedHours: number | null, problem: string | null = null): BackupRecord =>
  record(hours, {
    remote: { copiedAt: ago(hours), checkedAt: checkedHours === null ? null : ago(checkedHours), problem },
  });
const facts = (records: BackupRecord[], more: Partial<BackupFacts> = {}): BackupFacts => ({
  isSetUp: true,
  hasRemote: true,
  records,
  lastRun: null,
  ...more,
});

const cases: [string, BackupFacts, [string, string, RegExp][]][] = [
  ['nothing is set up', facts([], { isSetUp: false }), [['backup', 'amber', /none is made: everything/]]],
  [
    'set up, and no night has passed',
    facts([], { hasRemote: false }),
    [
      ['backup', 'amber', /none is verified yet; everything/],
      ['backup copy', 'amber', /none elsewhere/],
    ],
  ],
  [
    'the first one failed',
    facts([], { lastRun: { at: ago(1), problem: 'pg_dump is missing' } }),
    [
      ['backup', 'amber', /none is verified yet: pg_dump is missing; /],
      ['backup copy', 'amber', /none was made yet/],
    ],
  ],
  [
    'all is well',
    facts([copied(7, null), copied(31, 20)]),
    [
      ['backup', 'green', /^verified 7 h ago; up to 24 h of notes and manual trades could be lost$/],
      ['backup copy', 'green', /^of the backup of 7 h ago, not read back yet$/],
    ],
  ],
  [
    'a night was missed',
    facts([copied(27, 27)]),
    [
      ['backup', 'amber', /up to 27 h of notes and manual trades/],
      ['backup copy', 'amber', /of the backup of/],
    ],
  ],
  [
    'the last one is not verified',
    facts([record(2, { verifiedAt: null, problem: 'x' }), copied(25, 20)], {
      lastRun: { at: ago(2), problem: 'deals differ' },
    }),
    [
      ['backup', 'amber', /^verified .*up to 25 h of.*The last run failed: deals differ$/],
      ['backup copy', 'green', /25 h|1 d/],
    ],
  ],
  [
    'the copy is another file',
    facts([copied(3, 1, 'it is not the same file any more')]),
    [
      ['backup', 'green', /verified 3 h ago/],
      ['backup copy', 'red', /of no use: it is not the same file any more/],
    ],
  ],
  [
    'no copy was read back for more than a week',
    facts([copied(3, null), copied(9 * 24, null)]),
    [
      ['backup', 'green', /verified 3 h ago/],
      ['backup copy', 'amber', /not read back yet/],
    ],
  ],
];

for (const [name, of, expected] of cases)
  void test(`backups: ${name}`, (t) => {
    const checks = backupLines(of, now);
    t.same(
      checks.map((check) => [check.name, check.level]),
      expected.map(([check, level]) => [check, level]),
    );
    for (const [at, [, , words]] of expected.entries()) t.match(checks[at]?.says, words);
    t.ok(checks.every(({ level, fix }) => (level === 'green') === (fix === null)));
    t.end();
  });
