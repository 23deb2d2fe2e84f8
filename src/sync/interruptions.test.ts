import t, { type Test } from 'tap';
import { removeAccount, setState } from '../data/accounts.js';
import { minuteMs } from '../lib/clock.js';
import { ask, connect, newUser, openPage, renew, standingOf, type Connected } from '../testing/connected.js';
import { testEngine, type Sent, type TestEngine } from '../testing/engine.js';

const place = { server: 'Simulated-NewYork', login: '5100121' };
const becomes = (engine: TestEngine, account: Connected, state: string): Promise<void> =>
  engine.until(`the account is ${state}`, async () => (await standingOf(engine, account)).state === state);
const dealsOf = async (engine: TestEngine, { accountId }: Connected): Promise<unknown> =>
  (await ask(engine, 'select count(*)::int as n from deals where account_id = $1', [accountId]))[0]?.['n'];

/** Does something once, when a call of this method is about to be sent. */
function during(engine: TestEngine, method: Sent['method'], act: () => Promise<void>): void {
  let isDone = false;
  engine.onCall = async (sent) => {
    if (sent.method !== method || isDone) return;
    isDone = true;
    await act();
  };
}

const scene = async (t: Test) => {
  const engine = await testEngine(t, { terminals: 1 });
  const userId = await newUser(engine);
  openPage(engine, userId);
  return { engine, userId };
};

const pause = async (engine: TestEngine, { userId, accountId }: Connected): Promise<void> => {
  await engine.db.withTenant('app', userId, (tx) =>
    setState(tx, userId, accountId, { state: 'paused', reason: '' }),
  );
  await engine.sync.changed(userId);
};

await t.test(
  'an account removed in the middle of its visit leaves nothing behind, and no login',
  async (t) => {
    const { engine, userId } = await scene(t);
    let account: Connected | null = null;
    during(engine, 'history', async () => {
      const id = account?.accountId ?? '';
      await engine.db.withTenant('app', userId, (tx) => removeAccount(tx, userId, id));
      await engine.sync.changed(userId);
    });
    account = await connect(engine, userId, place);
    const [slot] = engine.terminals.slots;
    await engine.until('its terminal is another one', () => slot?.view().restarts === 1 && slot.isFree());
    t.equal(slot?.view().account, null);
    t.equal(await dealsOf(engine, account), 0);
    t.equal(engine.sync.view().accounts, 0);
    t.same(engine.errors, []);
    const again = await connect(engine, userId, place);
    await becomes(engine, again, 'live');
  },
);

await t.test('whoever waits for an account that is removed meanwhile is told', async (t) => {
  const { engine, userId } = await scene(t);
  const account = await connect(engine, userId, place);
  await becomes(engine, account, 'live');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // Its only terminal is busy, so that it has to wait.
  during(engine, 'snapshot', () => held);
  const ending = engine.sync.read(userId, account.accountId);
  await engine.db.withTenant('app', userId, (tx) => removeAccount(tx, userId, account.accountId));
  await engine.sync.changed(userId);
  t.equal(await ending, 'gone');
  release();
});

await t.test('an account removed between two visits is logged out', async (t) => {
  const { engine, userId } = await scene(t);
  const account = await connect(engine, userId, place);
  await becomes(engine, account, 'live');
  await engine.until('nothing is read', () => engine.sync.view().reading === 0);
  await engine.db.withTenant('app', userId, (tx) => removeAccount(tx, userId, account.accountId));
  await engine.sync.changed(userId);
  const [slot] = engine.terminals.slots;
  await engine.until('its terminal is another one', () => slot?.view().restarts === 1 && slot.isFree());
  t.equal(slot?.view().account, null);
  t.same(engine.errors, []);
});

await t.test(
  'an account paused in the middle of its visit stays paused, and is not read again',
  async (t) => {
    const { engine, userId } = await scene(t);
    let account: Connected | null = null;
    during(engine, 'history', async () => {
      if (account !== null) await pause(engine, account);
    });
    account = await connect(engine, userId, place);
    await engine.until('it is read', async () => (await dealsOf(engine, account)) !== 0);
    t.equal((await standingOf(engine, account)).state, 'paused');
    const calls = engine.calls.length;
    await engine.pass(3 * minuteMs);
    t.equal(engine.calls.length, calls);
    engine.sync.ask(userId, account.accountId);
    await engine.until('by hand it is read once', () => engine.calls.length > calls);
    await engine.pass(2 * minuteMs);
    const { state } = await standingOf(engine, account);
    t.equal(state, 'paused');
    t.equal(engine.calls.slice(calls).filter(({ method }) => method === 'snapshot').length, 1);
    t.same(engine.errors, []);
  },
);

await t.test('a broker that cannot be reached does not end a pause', async (t) => {
  const { engine, userId } = await scene(t);
  const account = await connect(engine, userId, place);
  await becomes(engine, account, 'live');
  await engine.misbehave({ offline: true });
  during(engine, 'snapshot', () => pause(engine, account));
  await engine.until('it is paused', async () => (await standingOf(engine, account)).state !== 'live');
  await engine.until('nothing is read', () => engine.sync.view().reading === 0);
  t.equal((await standingOf(engine, account)).state, 'paused');
  t.same(engine.errors, []);
});

await t.test('a new password is not blamed for the refusals of the one before', async (t) => {
  const { engine, userId } = await scene(t);
  const account = await connect(engine, userId, { ...place, password: 'wrong' });
  await engine.until('it was refused once', async () => (await standingOf(engine, account)).rejections === 1);
  during(engine, 'login', () => renew(engine, account, 'inv-5100121'));
  await becomes(engine, account, 'live');
  t.equal(engine.calls.filter(({ method }) => method === 'login').length, 3);
  t.same(engine.errors, []);
});

await t.test(
  'an investor password entered while the master password is refused is not deleted with it',
  async (t) => {
    const { engine, userId } = await scene(t);
    let account: Connected | null = null;
    during(engine, 'login', async () => {
      if (account !== null) await renew(engine, account, 'inv-5100121');
    });
    account = await connect(engine, userId, { ...place, password: 'main-5100121' });
    await becomes(engine, account, 'live');
    t.ok((await standingOf(engine, account)).sealed_password);
    t.same(engine.errors, []);
  },
);

await t.test(
  'who knows a login but not its password sees nothing, although a terminal holds it',
  async (t) => {
    const { engine, userId } = await scene(t);
    const account = await connect(engine, userId, place);
    await becomes(engine, account, 'live');
    const stranger = await newUser(engine);
    openPage(engine, stranger);
    const stolen = await connect(engine, stranger, { ...place, password: 'guessed' });
    await becomes(engine, stolen, 'needs-password');
    t.match(await standingOf(engine, stolen), { balance: null, rejections: 2, connected_at: null });
    t.equal(await dealsOf(engine, stolen), 0);
    await renew(engine, stolen, 'inv-5100121');
    await becomes(engine, stolen, 'live');
    t.equal((await standingOf(engine, account)).state, 'live');
    t.same(engine.errors, []);
  },
);

await t.test(
  'a password sealed with a lost key is asked for anew instead of being tried for ever',
  async (t) => {
    const { engine, userId } = await scene(t);
    const account = await connect(engine, userId, place);
    await ask(engine, `update accounts set sealed_password = '\\x0102' where id = $1`, [account.accountId]);
    await becomes(engine, account, 'needs-password');
    t.match((await standingOf(engine, account)).state_reason, /cannot be opened/);
    t.same(engine.errors, []);
  },
);
