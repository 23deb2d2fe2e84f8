import t from 'tap';
import { minuteMs } from '../lib/clock.js';
import { ask, openPage, standingOf } from '../testing/connected.js';
import { becomes, isExact, scene } from '../testing/scene.js';
import { standardTiming } from '../terminals/timing.js';

await t.test('of an account that is not the one asked for nothing is stored', async (t) => {
  const here = await scene(t, { wrongIdentity: true });
  const { engine, account, userId } = here;
  engine.sync.ask(userId, account.accountId);
  const [slot] = engine.terminals.slots;
  await engine.until('the terminal is ended for it', () => slot?.view().lastExit !== null);
  t.equal(slot?.view().lastExit?.why, 'it answered for another account');
  t.match(await standingOf(engine, account), { balance: null, light_synced_at: null, rejections: 0 });
  const [rows] = await ask(
    engine,
    'select (select count(*)::int from deals) as deals, (select count(*)::int from account_snapshots) as samples',
  );
  t.same(rows, { deals: 0, samples: 0 });
  await engine.misbehave(null);
  await becomes(here, 'live');
  await isExact(t, here);
});

await t.test('noise in place of answers stores nothing and passes', async (t) => {
  const here = await scene(t, { garbage: 2_000 });
  const { engine, account, userId } = here;
  engine.sync.ask(userId, account.accountId);
  const [slot] = engine.terminals.slots;
  await engine.until('the terminal is ended for it', () => slot?.view().lastExit !== null);
  t.match(await standingOf(engine, account), { balance: null, rejections: 0, state: 'connecting' });
  await engine.misbehave(null);
  await becomes(here, 'live');
  await isExact(t, here);
});

await t.test(
  'without a connection an account is offline, unpunished, and comes back with what it missed',
  async (t) => {
    const here = await scene(t, null);
    const { engine, userId } = here;
    openPage(engine, userId);
    await becomes(here, 'live');
    await engine.misbehave({ offline: true });
    await becomes(here, 'offline');
    const before = engine.calls.length;
    await engine.pass(10 * minuteMs);
    const tries = engine.calls.length - before;
    t.ok(tries > 0 && tries <= 20, `tries are rare: ${tries} in ten minutes`);
    t.equal(engine.terminals.slots[0]?.view().restarts, 0);
    t.match(await standingOf(engine, here.account), { state: 'offline', rejections: 0 });
    await engine.misbehave(null);
    await becomes(here, 'live');
    await isExact(t, here);
  },
);

await t.test('a terminal that hangs is ended, and the account is read by the next one', async (t) => {
  const callMs = { ...standardTiming.callMs, snapshot: 4_000 };
  const here = await scene(t, null, { timing: { callMs } });
  const { engine, userId } = here;
  openPage(engine, userId);
  await becomes(here, 'live');
  const [slot] = engine.terminals.slots;
  const states = new Set<string>();
  let isHung = false;
  engine.onCall = ({ method }) => {
    const pid = slot?.view().child?.pid;
    if (method !== 'snapshot' || isHung || pid === undefined) return;
    isHung = true;
    process.kill(pid, 'SIGSTOP');
  };
  await engine.until('it is ended', () => slot?.view().lastExit !== null);
  t.match(slot?.view().lastExit, { signal: 'SIGKILL', why: /snapshot took too long/ });
  const atMs = engine.clock.now().getTime();
  await engine.until('it is read again', async () => {
    const { state, light_synced_at: at } = await standingOf(engine, here.account);
    states.add(state);
    return (at?.getTime() ?? 0) > atMs;
  });
  t.same([...states], ['live'], 'its owner never hears of it');
  await isExact(t, here);
});

await t.test('terminals that are killed in the middle of a history lose and double nothing', async (t) => {
  const here = await scene(t, null, { terminals: 2 });
  const { engine, userId } = here;
  let kills = 0;
  engine.onCall = ({ method, slot }) => {
    const pid = engine.terminals.slots[slot - 1]?.view().child?.pid;
    if (method !== 'history' || kills >= 3 || pid === undefined) return;
    kills += 1;
    setTimeout(() => process.kill(pid, 'SIGKILL'), 5);
  };
  openPage(engine, userId);
  await becomes(here, 'live');
  t.equal(kills, 3);
  await isExact(t, here);
});
