import t from 'tap';
import { brokerRow, brokerVerdicts } from './brokers.js';
import { byHandRows } from './by-hand.js';
import { lentRows, rowsOfDeadLoan, rowsWithoutLoan } from './lent-rows.js';
import type { AccountFacts, LentFacts } from './lent.js';
import { asText, exitCode, failed, named, notRun, passed, type Row } from './row.js';

const account: AccountFacts = {
  ...{
    id: '1a2b3c4d-0000-4000-8000-000000000000',
    server: 'Broker-Demo',
    login: { is: 'in', tookMs: 4_000 },
  },
  pull: {
    ...{ tookMs: 1_500, deals: 120, isComplete: true, balance: '100.00 USD', isNamed: false },
    ...{ difference: '0.00 USD', isEqual: true, lost: '0.00 USD', isWhole: true },
    ...{ deposits: 1, swaps: 2, commissions: 3 },
  },
  clock: { symbol: 'EURUSD', offsetS: 10_800, rule: 'ny+7', state: 'measured', isFitting: true },
};

const good: LentFacts = {
  ...{ startMs: 9_000, cold: { is: 'in', tookMs: 12_000 }, accounts: [account] },
  market: { server: 'Prices-Demo', is: 'in', tookMs: 12_000 },
  same: { tookMs: [1_400, 1_500, 1_300, 1_600, 1_400], failure: null },
  other: { tookMs: [5_000, 4_000, 6_000, 5_000, 5_000], failure: null },
  toolServer: { openAt: [], isUp: true },
};

const row = (facts: LentFacts, name: string): Row | undefined =>
  lentRows(facts).find((one) => one.name === name);
const withAccount = (more: Partial<AccountFacts>): LentFacts => ({
  ...good,
  accounts: [{ ...account, ...more }],
});
const pull = (more: Partial<NonNullable<AccountFacts['pull']>>): LentFacts =>
  withAccount({ pull: { ...(account.pull as NonNullable<AccountFacts['pull']>), ...more } });
const clock = (more: Partial<NonNullable<AccountFacts['clock']>>): LentFacts =>
  withAccount({ clock: { ...(account.clock as NonNullable<AccountFacts['clock']>), ...more } });

void t.test('a terminal and an account as they should be pass every check', async (t) => {
  t.same(
    lentRows(good).map(({ id, result }) => [id, result]),
    ['D1', null, 'D3', 'D5', 'D5', 'D6', 'D9'].map((id) => [id, 'pass']),
  );
  t.match(row(good, 'terminal answers'), { says: 'started in 9.0 s, first login in 12.0 s' });
  t.match(row(good, 'investor proof'), { says: /^each of 11 logins of 1 account was proved/ });
  t.match(row(good, 'switch in a server'), { says: /^median 1\.4 s of 5 \(1\.4 s, 1\.5 s/ });
  t.match(row(good, 'history to the cent'), {
    says: /^1a2b3c4d: 120 deals in 1\.5 s, 1 deposits, 2 with swap, 3 with commission; P1 and P2 hold/,
  });
  t.match(row(good, 'server clock'), { says: 'Broker-Demo: UTC+3:00 by EURUSD, as ny+7 says' });
});

const outside = (kind: 'auth' | 'timeout' | 'server-unknown') =>
  ({ is: 'out', kind, why: `${kind}: no` }) as const;

const judgements: readonly [string, LentFacts, string, Row['result'], RegExp][] = [
  ['too slow', { ...good, startMs: 55_000 }, 'terminal answers', 'fail', /55\.0 s/],
  ['silent', { ...good, cold: outside('timeout') }, 'terminal answers', 'fail', /timeout/],
  ['refused is an answer', { ...good, cold: outside('auth') }, 'terminal answers', 'pass', /auth/],
  ['nobody to log in', { ...good, cold: null, market: null }, 'terminal answers', 'not run', /9\.0 s/],
  ['no market account', { ...good, market: null }, 'market account', 'not run', /none is set/],
  [
    'a refused one',
    { ...good, market: { server: 'P', ...outside('auth') } },
    'market account',
    'fail',
    /auth/,
  ],
  ['nobody proved', withAccount({ login: outside('auth') }), 'investor proof', 'not run', /no account/],
  [
    'an account out',
    withAccount({ login: outside('auth') }),
    'account 1a2b3c4d',
    'fail',
    /^Broker-Demo: auth/,
  ],
  ['too few accounts', { ...good, same: null }, 'switch in a server', 'not run', /two accounts at one/],
  ['too few servers', { ...good, other: null }, 'switch across servers', 'not run', /two servers/],
  [
    'a switch that broke off',
    { ...good, other: { tookMs: [5_000], failure: 'gone' } },
    'switch across servers',
    'fail',
    /of 1 .*then: gone/,
  ],
  ['P2 broken', pull({ isWhole: false, lost: '1.00 USD' }), 'history to the cent', 'fail', /P2.*1\.00 USD/],
  ['half loaded', pull({ isComplete: false }), 'history to the cent', 'fail', /had not loaded/],
  [
    'P1 open',
    pull({ isEqual: false, difference: '-14.50 USD' }),
    'history to the cent',
    'fail',
    /-14\.50 USD/,
  ],
  ['P1 named', pull({ isEqual: false, isNamed: true }), 'history to the cent', 'pass', /names/],
  ['weekend', clock({ symbol: null, offsetS: null }), 'server clock', 'not run', /no price moved/],
  ['no rule yet', clock({ isFitting: false, state: 'assumed' }), 'server clock', 'not run', /no rule/],
  ['a clock that is wrong', clock({ isFitting: false }), 'server clock', 'fail', /rule kept is ny\+7/],
  ['contradicted', clock({ state: 'contradicted' }), 'server clock', 'fail', /UTC\+3:00/],
  ['west of Greenwich', clock({ offsetS: -12_600 }), 'server clock', 'pass', /UTC−3:30/],
];

void t.test('each thing that a borrowed terminal shows is judged', async (t) => {
  for (const [what, facts, name, result, says] of judgements) {
    const found = row(facts, name);
    t.match(found, { result, says }, what);
    t.equal(found?.todo === null, result === 'pass', `${what}: whatever did not pass says what to do`);
  }
});

void t.test('a terminal that does not answer fails once; one that is not there fails nothing', async (t) => {
  const dead = rowsOfDeadLoan('Terminal 4 is quarantined.');
  t.same(
    dead.map(({ result }) => result),
    ['fail', ...Array.from({ length: 6 }, () => 'not run')],
  );
  t.ok(
    rowsWithoutLoan('why', 'do').every(
      ({ result, says, todo }) => result === 'not run' && says === 'why' && todo,
    ),
  );
});

void t.test('a master password that was refused answers what else is to be done by hand', async (t) => {
  const refused = withAccount({
    login: { is: 'out', kind: 'refused-master', why: 'its password can trade' },
  });
  t.match(row(refused, 'master password'), { id: 'D4', result: 'pass' });
  const ids = (rows: readonly Row[]) => byHandRows(rows).map(({ id }) => id);
  t.same(ids(lentRows(good)), ['D4', 'D7', 'D8', 'D10', 'D13', 'D14', 'D15']);
  t.same(ids(lentRows(refused)), ['D7', 'D8', 'D10', 'D13', 'D14', 'D15']);
});

void t.test('a broker is known by the first of its servers that is; later ones are not asked', async (t) => {
  const asked: string[] = [];
  const check = (server: string) => {
    asked.push(server);
    const is = server === 'B' ? 'known' : 'unknown';
    return Promise.resolve({ server, is, why: 'so' } as const);
  };
  const verdicts = await brokerVerdicts(['A', 'B', 'C'], check);
  t.same(asked, ['A', 'B']);
  t.match(brokerRow('X', verdicts), { result: 'pass', name: 'knows X', says: 'B: so' });
  t.match(brokerRow('X', await brokerVerdicts(['A'], check)), { result: 'fail', todo: /servers add FILE/ });
  t.match(brokerRow('X', [{ server: 'A', is: 'unclear', why: 'busy' }]), { result: 'not run' });
});

void t.test(
  'the screen says once what neighbours need, and no line carries a control character',
  async (t) => {
    const rows = [
      passed(named('one'), 'fine\u001b[2J\nmore'),
      notRun(named('two', 'D7'), 'by hand', 'Do this.'),
      notRun(named('three'), 'by hand', 'Do this.'),
      failed(named('four', 'D11'), 'open', 'Close it.'),
    ];
    const report = { version: '1.2.3', at: '2026-07-08T12:00:00.000Z', machine: 'Debian', rows };
    t.equal(exitCode(report), 1);
    t.equal(exitCode({ ...report, rows: rows.slice(0, 3) }), 0);
    const lines = asText(report).split('\n');
    t.match(lines[2], /^pass {10}one +fine \[2J more$/);
    t.equal(lines.filter((line) => line.includes('→ Do this.')).length, 1);
    t.match(lines[3], /^not run {2}D7 {3}two +by hand$/);
    t.match(lines.at(-3), /^FAIL {5}D11 {2}four +open$/);
    t.equal(lines.at(-1), '1 passed, 1 failed, 2 not run.');
  },
);
