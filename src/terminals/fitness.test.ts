import t from 'tap';
import { credentials, failure, haste, trial } from '../testing/trial.js';
import { enums } from './enums.js';
import { fitnessOf } from './fitness.js';
import type { Hello } from './listener.js';

const hello: Hello = {
  ...{ type: 'hello', slot: 1, pid: 1, protocol: 1, bridge: 'a bridge', python: '3.12.1', numpy: null },
  ...{ package: '5.0.6231', terminal: null, enums },
};

const fewer = Object.fromEntries(Object.entries(enums).filter(([name]) => name !== 'DEAL_TAX'));

await t.test('a package as new as its terminal, or newer, is fit, and so is who has none', async (t) => {
  const terminals = [null, 'MetaTrader 5 build 6231', 'MetaTrader 5 build 5000'];
  for (const terminal of terminals) t.equal(fitnessOf({ ...hello, terminal }).flaw, null);
  t.equal(fitnessOf({ ...hello, package: null, terminal: 'Simulator 9999' }).flaw, null);
});

await t.test('a package older than its terminal is a skew, and so is another protocol', async (t) => {
  const old = fitnessOf({ ...hello, package: '5.0.5735', terminal: 'MetaTrader 5 build 5833' });
  t.match(old, { flaw: 'version-skew', why: /5735.*5833/ });
  t.match(fitnessOf({ ...hello, protocol: 2 }), { flaw: 'version-skew', why: /protocol 2/ });
});

await t.test('another number is a flaw, a missing name is told, a name of its own is nothing', async (t) => {
  const wrong = fitnessOf({ ...hello, enums: { ...enums, DEAL_ENTRY_OUT: 2 } });
  t.match(wrong, { flaw: 'enumerations', why: 'its DEAL_ENTRY_OUT is 2, not 1' });
  t.same(fitnessOf({ ...hello, enums: fewer }), { flaw: null, why: '', missing: ['DEAL_TAX'] });
  t.same(fitnessOf({ ...hello, enums: { ...enums, ORDER_FILLING_FOK: 0 } }).missing, []);
});

await t.test('a child of another protocol or build waits for an upgrade, and ends as no crash', async (t) => {
  const skew = { package: '5.0.5735', terminal: 'MetaTrader 5 build 5833' };
  const here = await trial(t, [{ introduces: skew }, { introduces: { protocol: 7 } }, {}]);
  for (const n of [1, 2]) await here.until(n, 'version-skew');
  await here.until(3, 'ready');
  const [one, two] = [1, 2].map((n) => here.slot(n).view());
  t.match(one, {
    restarts: 0,
    lastExit: { why: 'its package is of build 5735, its terminal of build 5833' },
  });
  t.match(two, { restarts: 0, lastExit: { why: 'it speaks protocol 7, not 1' } });
  t.ok(
    (one?.until?.getTime() ?? 0) > Date.now() + (29 * 60_000) / haste,
    'it is tried again in half an hour',
  );
  t.equal(here.lines.filter((line) => line.startsWith('error')).length, 2, 'one alarm each');
  t.equal(here.terminals.refused(), 0, 'they are no strangers');
  here.scripts[0] = {};
  here.terminals.restart(1);
  await here.until(1, 'ready');
});

await t.test('a skew that shows at the login only takes the terminal out of service too', async (t) => {
  const error = { kind: 'version-skew', code: null, text: 'older than its terminal' };
  const here = await trial(t, [{ calls: { login: { error } } }]);
  await here.until(1, 'ready');
  t.match(await failure(here.slot(1).call('login', credentials)), { kind: 'version-skew' });
  await here.until(1, 'version-skew');
  t.match(here.slot(1).view(), { restarts: 0, child: null, account: null });
});

await t.test('a child that means other things by its numbers is never worked with', async (t) => {
  const wrong = { enums: { ...enums, DEAL_ENTRY_OUT: 2 } };
  const here = await trial(t, [{ introduces: wrong }]);
  await here.until(1, 'quarantined', 30_000);
  t.match(here.slot(1).view(), { restarts: 4, lastExit: { why: 'its DEAL_ENTRY_OUT is 2, not 1' } });
});

await t.test('a child whose package lacks a name is worked with, and the log says so', async (t) => {
  const here = await trial(t, [{ introduces: { enums: fewer } }]);
  await here.until(1, 'ready');
  t.same(here.lines, ['warn The package of terminal 1 lacks: DEAL_TAX.']);
});
