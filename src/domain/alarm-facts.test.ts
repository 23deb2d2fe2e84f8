import t from 'tap';
import { dayMs, hourMs } from '../lib/clock.js';
import { isNewer, observe, type AlarmFacts } from './alarm-facts.js';

const now = new Date('2026-03-02T09:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const usual: AlarmFacts = {
  ...{ now, began: ago(90 * dayMs), terminals: [], syncs: 60, syncSuccessPct: 100, diskUsedPct: 40 },
  ...{
    lastVerifiedBackup: ago(hourMs),
    certificateEnds: ago(-60 * dayMs),
    version: '1.2.3',
    latestVersion: '1.2.3',
  },
};

void t.test('each fact has its verdict', async (t) => {
  const rows: [facts: Partial<AlarmFacts>, kind: string, verdict: string, says?: RegExp][] = [
    [{ syncSuccessPct: 94.99 }, 'sync', 'bad', /^94 % of 60 visits/],
    [{ syncSuccessPct: 95 }, 'sync', 'good'],
    [{ syncSuccessPct: 0, syncs: 9 }, 'sync', 'unknown'],
    [{ syncSuccessPct: null, syncs: 0 }, 'sync', 'unknown'],
    [{ diskUsedPct: 80 }, 'disk', 'good'],
    [{ diskUsedPct: 80.01 }, 'disk', 'bad', /80 % full/],
    [{ diskUsedPct: null }, 'disk', 'unknown'],
    [{ lastVerifiedBackup: ago(26 * hourMs) }, 'backup', 'good'],
    [{ lastVerifiedBackup: ago(26 * hourMs + 1) }, 'backup', 'bad', /26 h old/],
    [{ lastVerifiedBackup: null }, 'backup', 'bad', /No backup was verified yet/],
    [{ lastVerifiedBackup: null, began: ago(25 * hourMs) }, 'backup', 'good'],
    [{ lastVerifiedBackup: null, began: null }, 'backup', 'good'],
    [{ lastVerifiedBackup: 'not set up' }, 'backup', 'off'],
    [{ certificateEnds: ago(-14 * dayMs) }, 'certificate', 'good'],
    [{ certificateEnds: ago(-14 * dayMs + 1) }, 'certificate', 'bad', /ends in 13 days/],
    [{ certificateEnds: ago(1) }, 'certificate', 'bad', /has ended/],
    [{ certificateEnds: 'unreadable' }, 'certificate', 'bad', /cannot be read/],
    [{ certificateEnds: 'not set up' }, 'certificate', 'off'],
    [{ certificateEnds: null }, 'certificate', 'unknown'],
    [{ latestVersion: '1.10.0' }, 'update', 'bad', /1\.10\.0 is there; 1\.2\.3 runs/],
    [{ latestVersion: '1.2.2' }, 'update', 'good'],
    [{ latestVersion: 'newest' }, 'update', 'unknown'],
    [{ latestVersion: null }, 'update', 'unknown'],
    [{ latestVersion: 'not set up' }, 'update', 'off'],
  ];
  for (const [facts, kind, verdict, says] of rows) {
    const seen = observe({ ...usual, ...facts }).find((one) => one.kind === kind);
    t.equal(seen?.verdict, verdict, JSON.stringify(facts));
    if (says !== undefined) t.match(seen?.says, says);
  }
});

void t.test('of terminals only one that serves nobody for long is an alarm, each its own', async (t) => {
  const states = {
    ...{ quarantined: 'bad', 'version-skew': 'bad', ready: 'good', syncing: 'good', 'logging in': 'good' },
    ...{ offline: 'good', stopped: 'off', starting: 'unknown', backoff: 'unknown', draining: 'unknown' },
  };
  const terminals = Object.keys(states).map((state, at) => ({ number: at + 1, state }));
  const seen = observe({ ...usual, terminals }).filter(({ kind }) => kind === 'quarantine');
  t.same(
    seen.map(({ subject, verdict }) => [subject, verdict]),
    Object.values(states).map((verdict, at) => [String(at + 1), verdict]),
  );
});

void t.test('versions are compared number by number', async (t) => {
  for (const [a, b, expected] of [
    ['1.2.3', '1.2.3', false],
    ['1.2.10', '1.2.9', true],
    ['2.0.0', '1.99.99', true],
    ['1.2.3', '1.3.0', false],
    ['1.2', '1.2.3', null],
    ['1.2.3-rc1', '1.2.2', null],
    ['', '1.2.2', null],
  ] as const)
    t.equal(isNewer(a, b), expected, `${a} after ${b}`);
});
