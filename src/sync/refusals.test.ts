import t from 'tap';
import { minuteMs } from '../lib/clock.js';
import { ask, connect, newUser, openPage, renew, standingOf, type Connected } from '../testing/connected.js';
import { testEngine, type TestEngine } from '../testing/engine.js';
import { TerminalError } from '../terminals/call.js';

const place = { server: 'Simulated-NewYork', login: '5100121' };
const logins = (engine: TestEngine): number => engine.calls.filter(({ method }) => method === 'login').length;
const becomes = (engine: TestEngine, account: Connected, state: string): Promise<void> =>
  engine.until(`the account is ${state}`, async () => (await standingOf(engine, account)).state === state);
const dealsOf = async (engine: TestEngine): Promise<unknown> =>
  (await ask(engine, 'select count(*)::int as n from deals'))[0]?.['n'];

await t.test('a wrong password is tried twice ever, and a new one is tried again', async (t) => {
  const engine = await testEngine(t);
  const userId = await newUser(engine);
  openPage(engine, userId);
  const account = await connect(engine, userId, { ...place, password: 'wrong' });
  await becomes(engine, account, 'needs-password');
  t.equal(logins(engine), 2);
  const told = await standingOf(engine, account);
  t.match(told.state_reason, /refused this login or password twice/);
  t.equal(told.rejections, 2);
  t.equal(told.connected_at, null);
  const letters = 'select kind, facts from letters';
  const facts = { accountId: account.accountId };
  t.match(await ask(engine, letters), [{ kind: 'needs-password', facts }], 'and its owner is told by mail');
  engine.sync.ask(userId, account.accountId);
  openPage(engine, userId);
  await engine.sync.changed(userId);
  await engine.restart();
  openPage(engine, userId);
  engine.sync.ask(userId, account.accountId);
  await engine.pass(15 * minuteMs);
  t.equal(logins(engine), 2, 'whoever asks, and after a restart too');
  t.equal(await dealsOf(engine), 0);
  t.equal((await ask(engine, letters)).length, 1, 'once');
  await renew(engine, account, 'inv-5100121');
  await becomes(engine, account, 'live');
  t.equal((await standingOf(engine, account)).rejections, 0);
  t.same(engine.errors, []);
});

await t.test(
  'a password that stops being right is tried twice more, whatever happens in between',
  async (t) => {
    const engine = await testEngine(t, { terminals: 1 });
    const userId = await newUser(engine);
    openPage(engine, userId);
    const account = await connect(engine, userId, place);
    const other = await connect(engine, userId, { server: 'Simulated-Athens', login: '5200202' });
    await becomes(engine, account, 'live');
    await becomes(engine, other, 'live');
    await renew(engine, account, 'wrong');
    const before = engine.calls.length;
    await becomes(engine, account, 'needs-password');
    const tries = engine.calls
      .slice(before)
      .filter((call) => call.method === 'login' && call.login === place.login);
    t.equal(tries.length, 2, 'although the terminal held the account');
    t.match((await standingOf(engine, other)).state, 'live');
    t.same(engine.errors, []);
  },
);

await t.test('a master password is refused, deleted and said; nothing is read with it', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  openPage(engine, userId);
  const account = await connect(engine, userId, { ...place, password: 'main-5100121' });
  await becomes(engine, account, 'refused-master');
  const { sealed_password: sealed, state_reason: reason } = await standingOf(engine, account);
  t.equal(sealed, null);
  t.match(reason, /master password.*deleted/);
  t.equal(await dealsOf(engine), 0);
  engine.sync.ask(userId, account.accountId);
  await engine.pass(3 * minuteMs);
  t.equal(logins(engine), 1);
  await renew(engine, account, 'inv-5100121');
  await becomes(engine, account, 'live');
  t.same(engine.errors, []);
});

await t.test('a master password that only the journal reveals leaves no terminal logged in', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  const slot = engine.terminals.slots[0];
  const [real] = [slot?.call.bind(slot)];
  if (slot === undefined || real === undefined) throw new Error('no slot');
  let isMaster = true;
  slot.call = async (method, params, options) => {
    const answer = await real(method, params, options);
    return method === 'login' && isMaster ? { ...answer, investor: 'no' } : answer;
  };
  openPage(engine, userId);
  const account = await connect(engine, userId, place);
  await becomes(engine, account, 'refused-master');
  t.equal((await standingOf(engine, account)).sealed_password, null);
  await engine.until('the terminal is another one', () => slot.view().restarts === 1 && slot.isFree());
  t.equal(slot.view().account, null);
  t.same(
    engine.calls.map(({ method }) => method),
    ['login'],
    'nothing was read',
  );
  isMaster = false;
  await renew(engine, account, 'inv-5100121');
  await becomes(engine, account, 'live');
  t.same(engine.errors, []);
});

await t.test('a server nobody knows is said, and never taken for a wrong password', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  openPage(engine, userId);
  const account = await connect(engine, userId, { server: 'Simulated-Newyork', login: '5100121' });
  await becomes(engine, account, 'unknown-server');
  t.match(await standingOf(engine, account), { rejections: 0, state_reason: /letter by letter/ });
  t.ok((await standingOf(engine, account)).sealed_password, 'the password is kept');
  await engine.pass(3 * minuteMs);
  t.equal(logins(engine), 2, 'a fresh terminal asked once more');
  t.same(engine.errors, []);
});

await t.test('a server that vanishes makes an account offline, and it comes back by itself', async (t) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  openPage(engine, userId);
  const account = await connect(engine, userId, place);
  const other = await connect(engine, userId, { server: 'Simulated-Cent', login: '5300303' });
  await becomes(engine, account, 'live');
  await becomes(engine, other, 'live');
  let gone = true;
  engine.onCall = ({ method, login }) => {
    if (gone && method === 'login' && login === place.login)
      throw new TerminalError('server-unknown', 'gone');
  };
  await becomes(engine, account, 'offline');
  await engine.sync.changed(userId);
  await engine.pass(5 * minuteMs);
  t.match(await standingOf(engine, account), {
    state: 'offline',
    rejections: 0,
    state_reason: /cannot be reached/,
  });
  t.equal((await standingOf(engine, other)).state, 'live', 'nobody else minds');
  gone = false;
  await becomes(engine, account, 'live');
  t.equal((await standingOf(engine, account)).state_reason, '');
  t.same(engine.errors, []);
});
