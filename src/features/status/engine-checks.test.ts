import t from 'tap';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';
import type { SlotView } from '../../terminals/slot.js';
import { engineChecks } from './engine-checks.js';
import { engineFacts } from './engine-facts.js';
import { asText, exitCode, overall, type Check } from './status.js';

const nowMs = Date.parse('2026-03-02T09:00:00Z');

const look = (
  views: readonly Partial<SlotView>[],
  { isSimulated = false, queue = {}, findings = [] as Check[] } = {},
): Check[] => {
  const sync = scriptedSync({ isSimulated });
  const view = { ...sync.view(), capacity: 21, accounts: 7, ...queue };
  const engine = { sync: { ...sync, view: () => view }, terminals: scriptedTerminals(...views) };
  return engineChecks(engineFacts([], engine), { isSimulated, findings }, nowMs);
};
const named = (checks: Check[], name: string): Check | undefined => checks.find((one) => one.name === name);
const ready = { state: 'ready' } as const;

void t.test('four terminals at work are green, one line each', (t) => {
  const checks = look([ready, { state: 'syncing' }, { state: 'logging in' }, { role: 'market' }]);
  t.equal(overall(checks), 'green');
  t.same(
    checks.map(({ name }) => name),
    ['queue', 'capacity', 'terminals', 'terminal 1', 'terminal 2', 'terminal 3', 'terminal 4'],
  );
  t.equal(named(checks, 'terminals')?.says, '4 of 4 ready');
  t.equal(
    named(checks, 'capacity')?.says,
    'fits 21 accounts in 15 s at assumed switch times; 7 are read now',
  );
  t.end();
});

void t.test('simulated brokers are advice: this is a trial', (t) => {
  const checks = look([ready], { isSimulated: true });
  t.match(named(checks, 'terminals'), {
    level: 'amber',
    says: '1 of 1 ready, simulated',
    fix: 'This is a trial',
  });
  t.equal(exitCode(overall(checks)), 0);
  t.end();
});

void t.test('the wall is a line of its own, and without one nothing else is said', (t) => {
  const wall = { name: 'containment', level: 'green', says: 'bubblewrap 0.8', fix: null } as const;
  t.match(named(look([ready], { findings: [wall] }), 'containment'), wall);
  t.equal(overall(look([ready], { findings: [wall] })), 'green');
  const missing = { ...wall, level: 'red', says: 'bubblewrap is not installed', fix: 'Run: apt' } as const;
  const checks = look([{ state: 'stopped' }], { findings: [missing] });
  t.match(checks, [missing, { name: 'terminals', level: 'red', says: /none is started/ }]);
  t.equal(checks.length, 2);
  t.end();
});

void t.test('one quarantined terminal is red although the others read', (t) => {
  const checks = look([ready, { state: 'quarantined' }]);
  t.equal(named(checks, 'terminals')?.level, 'green');
  t.match(named(checks, 'terminal 2'), { level: 'red', fix: 'rawjournal terminal restart 2' });
  t.equal(exitCode(overall(checks)), 1);
  t.end();
});

void t.test('none that reads accounts is red, though prices come; a first start is not', (t) => {
  const market = { role: 'market' } as const;
  const away = look([{ state: 'backoff' }, { state: 'offline' }, market]);
  t.match(named(away, 'terminals'), {
    level: 'red',
    says: 'none that reads accounts is ready (1 of 3 ready)',
  });
  t.match(named(look([{ state: 'starting' }, market]), 'terminals'), { level: 'amber', fix: /^Wait/ });
  t.end();
});

void t.test('late readings and too many accounts are amber, and say what to expect', (t) => {
  const queue = { accounts: 30, waiting: 9, oldestDueMs: 95_000, ageMs: 22_400 };
  const checks = look([ready], { queue });
  t.match(named(checks, 'queue'), {
    level: 'amber',
    says: '30 accounts read now, 9 waiting, the oldest due for 1 min',
    fix: /below/,
  });
  t.match(named(checks, 'capacity'), { level: 'amber', fix: 'Expect numbers up to 22 s old' });
  t.equal(named(look([ready], { queue: { waiting: 1, oldestDueMs: 900 } }), 'queue')?.level, 'green');
  t.end();
});

void t.test('an installation without terminals says so, as advice', (t) => {
  const facts = engineFacts([], { sync: scriptedSync(), terminals: null });
  t.same([facts.queue, facts.terminals], [null, null]);
  const [only, ...more] = engineChecks(facts, { isSimulated: false, findings: [] }, nowMs);
  t.match(only, { name: 'terminals', level: 'amber', fix: /TERMINALS=none/ });
  t.same(more, []);
  t.end();
});

void t.test('whoever is no user is not counted, and what is not seen is not zero', (t) => {
  const sync = scriptedSync();
  const presenceOf = (userId: string) => (userId === 'b' ? 'grace' : userId === 'c' ? 'offline' : 'online');
  const engine = { sync: { ...sync, presenceOf }, terminals: null };
  t.same(engineFacts(['a', 'b', 'c'], engine).users, { registered: 3, online: 1, grace: 1 });
  t.same(engineFacts(['a'], null).users, { registered: 1, online: null, grace: null });
  t.same(engineFacts(null, engine).users, { registered: null, online: null, grace: null });
  t.end();
});

void t.test('the page of text puts a fix below every line that is not green', (t) => {
  const checks = look([{ state: 'quarantined' }, ready]);
  const seen = engineFacts(null, null);
  const status = {
    version: '1.2.3',
    at: '2026-03-02T09:00:00.000Z',
    level: overall(checks),
    process: null,
    measures: null,
  };
  const lines = asText({ ...status, ...seen, checks }).split('\n');
  const fixes = lines.filter((line) => line.startsWith(`${' '.repeat(19)}→ `)).length;
  t.equal(fixes, checks.filter(({ level }) => level !== 'green').length);
  t.equal(lines.filter((line) => line.startsWith('RED   terminal 1 ')).length, 1);
  t.end();
});
