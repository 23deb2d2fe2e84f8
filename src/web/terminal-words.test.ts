import t from 'tap';
import { judged, shortLogin, shortServer, terminalLine, type TerminalFacts } from './terminal-words.js';

const at = Date.parse('2026-03-02T09:00:00Z');
const terminal = (more: Partial<TerminalFacts> = {}): TerminalFacts => ({
  number: 2,
  role: 'accounts',
  state: 'ready',
  since: '2026-03-02T08:48:00.000Z',
  until: null,
  suspect: false,
  account: null,
  restarts: 0,
  lastExit: null,
  rssBytes: null,
  switchMs: { same: { p50: null, p95: null, n: 0 }, other: { p50: null, p95: null, n: 0 } },
  garbage: { messages: 0, overLong: 0, strays: 9 },
  ...more,
});

void t.test('a terminal with nothing to tell is told briefly', (t) => {
  t.equal(terminalLine(terminal(), at), 'accounts · ready for 12 min · 0 restarts');
  t.end();
});

void t.test('a line tells all that is known, and what is unknown not as zero', (t) => {
  const busy = terminal({
    role: 'market',
    state: 'syncing',
    account: { server: 'Example-Live', login: '…482' },
    restarts: 1,
    rssBytes: 72_400_000,
    switchMs: { same: { p50: 1_380, p95: 1_920, n: 7 }, other: { p50: null, p95: null, n: 0 } },
    garbage: { messages: 1, overLong: 1, strays: 9 },
    lastExit: { at: '2026-03-02T08:47:00.000Z', why: 'it fell silent', code: null, signal: 'SIGKILL' },
  });
  t.equal(
    terminalLine(busy, at),
    'prices · reading for 12 min · …482 at Example-Live · 1 restart · 72 MB · same server 1.4 / 1.9 s · ' +
      '2 unusable messages · ended 13 min ago: it fell silent (SIGKILL)',
  );
  t.end();
});

void t.test('every state has its level, and what is not green says what to do', (t) => {
  const levels = {
    ready: 'green',
    syncing: 'green',
    'logging in': 'green',
    starting: 'green',
    draining: 'green',
    stopped: 'amber',
    backoff: 'amber',
    offline: 'amber',
    quarantined: 'red',
    'version-skew': 'red',
  };
  for (const [state, level] of Object.entries(levels)) {
    const found = judged(terminal({ state }), at);
    t.equal(found.level, level, state);
    t.equal(found.fix === null, level === 'green', state);
  }
  t.match(judged(terminal({ suspect: true }), at), { level: 'amber', detail: 'silent for too long' });
  t.end();
});

void t.test('a waiting terminal says how long it waits, and a quarantined one how it is freed', (t) => {
  const until = new Date(at + 1_720_000).toISOString();
  const quarantined = judged(terminal({ state: 'quarantined', until }), at);
  t.equal(quarantined.detail, 'it keeps ending, and is tried again in 28 min');
  t.match(quarantined.fix, 'rawjournal terminal restart 2');
  const waiting = judged(terminal({ state: 'backoff', until: new Date(at - 5).toISOString() }), at);
  t.equal(waiting.detail, 'starts in 0 s', 'never less than nothing');
  t.end();
});

void t.test('logins and servers are shortened, whatever their length', (t) => {
  t.equal(shortLogin('51482'), '…482');
  t.equal(shortLogin('482'), '…82', 'never the whole');
  t.equal(shortServer('Example-Live'), 'Example-Live');
  t.equal(shortServer('A-Rather-Long-Name-Of-A-Server').length, 24);
  t.end();
});
