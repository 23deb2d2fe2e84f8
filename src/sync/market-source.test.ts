import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { loadKeyring } from '../data/keyring.js';
import { TestClock } from '../testing/clock.js';
import { testDatabase } from '../testing/database.js';
import { stolen } from '../testing/steps.js';
import { openMarketDesk, type MarketDesk } from './market-source.js';
import type { MarketAccount } from './market.js';

t.setTimeout(600_000);

const demo = { server: 'Example-Demo', login: '5100777', password: 'canary-investor-4711' };

const setting = async (t: Test) => {
  const database = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-market-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const clock = new TestClock();
  const changes: boolean[] = [];
  const parts = {
    ...{
      db: database.db,
      keyring: await loadKeyring(join(folder, 'a'), randomBytes),
      random: randomBytes,
      clock,
    },
    changed: (isUsable: boolean) => void changes.push(isUsable),
  };
  const desk = await openMarketDesk(parts);
  return { ...database, ...{ clock, changes, parts, desk, folder } };
};

/** The account as it is handed out. Throws when there is none. */
const handed = async (desk: MarketDesk): Promise<MarketAccount> => {
  const account = await desk.account();
  if (account === null) throw new Error('No account was handed out.');
  return account;
};

await t.test('none is there until one is set, and it is handed out with its password', async (t) => {
  const { desk, changes, parts } = await setting(t);
  t.same([desk.isUsable(), await desk.account(), await desk.look()], [false, null, null]);
  await desk.set(demo);
  t.same([desk.isUsable(), changes], [true, [true]]);
  t.same(await desk.account(), demo);
  t.match(await desk.look(), { server: demo.server, login: demo.login, state: 'set', told_at: null });
  t.equal((await openMarketDesk(parts)).isUsable(), true, 'the next start knows it at once');
});

await t.test('the password is sealed, and no look shows it', async (t) => {
  const world = await setting(t);
  await world.desk.set(demo);
  const rows = await stolen(world);
  t.match(rows, demo.login, 'the row is among those looked at');
  const { password } = demo;
  for (const form of [
    password,
    Buffer.from(password).toString('hex'),
    Buffer.from(password).toString('base64'),
  ])
    t.notOk(rows.includes(form));
  t.notMatch(JSON.stringify(await world.desk.look()), /canary|password/);
});

await t.test('an accepted one says since when, and a later login does not move it', async (t) => {
  const { desk, clock } = await setting(t);
  await desk.set(demo);
  clock.advance(60_000);
  const at = clock.now();
  await desk.accepted(await handed(desk));
  clock.advance(60_000);
  await desk.accepted(await handed(desk));
  t.match(await desk.look(), { state: 'accepted', reason: '', told_at: at });
});

await t.test('the broker refuses a password twice ever, whatever happens in between', async (t) => {
  const { desk, changes, parts } = await setting(t);
  await desk.set(demo);
  await desk.refused(await handed(desk), 'rejected');
  t.match(await desk.look(), { state: 'set', rejections: 1, reason: /once; it is tried once more/ });
  await desk.accepted(await handed(desk));
  t.match(await desk.look(), { state: 'accepted', rejections: 1 });
  await desk.refused(await handed(desk), 'rejected');
  t.match(await desk.look(), {
    state: 'refused',
    rejections: 2,
    reason: /refused this login or password twice/,
  });
  t.same([await desk.account(), desk.isUsable(), changes], [null, false, [true, false]]);
  const later = await openMarketDesk(parts);
  t.same([await later.account(), later.isUsable()], [null, false], 'nor after a restart');
  await desk.set(demo);
  t.match(
    await desk.look(),
    { state: 'set', rejections: 0, reason: '', told_at: null },
    'set anew it is new',
  );
  t.same(await desk.account(), demo);
});

for (const [why, reason] of [
  ['master', /master password: it can trade/],
  ['unproved', /could not prove/],
] as const)
  await t.test(`a password that is ${why} is refused at once and deleted`, async (t) => {
    const world = await setting(t);
    const { desk, changes } = world;
    await desk.set(demo);
    await desk.refused(await handed(desk), why);
    t.match(await desk.look(), { state: 'refused', reason, rejections: 0 });
    t.match(await stolen(world), /Example-Demo,5100777,,refused/, 'where the password was is nothing');
    t.same([await desk.account(), changes], [null, [true, false]]);
  });

await t.test('silence is no refusal: it is said, and tried again', async (t) => {
  const { desk, changes } = await setting(t);
  await desk.set(demo);
  for (const [why, reason] of [
    ['no-server', /No server of this name/],
    ['offline', /cannot be reached/],
  ] as const) {
    for (let tries = 0; tries < 3; tries += 1) await desk.unanswered(await handed(desk), why);
    t.match(await desk.look(), { state: 'set', reason, rejections: 0 });
  }
  await desk.accepted(await handed(desk));
  t.match(await desk.look(), { state: 'accepted', reason: '' });
  t.same(changes, [true]);
});

await t.test('what comes of an account is not told of the one that was set meanwhile', async (t) => {
  const { desk } = await setting(t);
  await desk.set(demo);
  const old = await handed(desk);
  await desk.set({ ...demo, login: '5100888' });
  await desk.refused(old, 'rejected');
  await desk.refused(old, 'master');
  await desk.unanswered(old, 'offline');
  await desk.accepted(old);
  t.match(await desk.look(), { login: '5100888', state: 'set', reason: '', rejections: 0, told_at: null });
  t.equal(desk.isUsable(), true);
  await desk.refused({ ...demo }, 'master');
  t.match(await desk.look(), { state: 'set' }, 'nor of one that was never handed out');
});

await t.test('set and refused at one moment, the new one stands', async (t) => {
  const { desk } = await setting(t);
  await desk.set(demo);
  const old = await handed(desk);
  for (let round = 0; round < 20; round += 1)
    await Promise.all([desk.refused(old, 'master'), desk.set({ ...demo, login: String(900 + round) })]);
  t.match(await desk.look(), { login: '919', state: 'set' });
  t.equal(desk.isUsable(), true);
});

await t.test('cleared it is gone, and clearing twice is no fault', async (t) => {
  const { desk, changes } = await setting(t);
  await desk.set(demo);
  t.same([await desk.clear(), await desk.clear()], [true, false]);
  t.same([await desk.look(), await desk.account(), desk.isUsable()], [null, null, false]);
  t.same(changes, [true, false, false]);
});

await t.test('a password sealed with other keys is kept, and said to be unreadable', async (t) => {
  const { desk, parts, folder } = await setting(t);
  await desk.set(demo);
  const keyring = await loadKeyring(join(folder, 'b'), randomBytes);
  const stranger = await openMarketDesk({ ...parts, keyring });
  t.equal(await stranger.account(), null);
  t.match(await desk.look(), { state: 'refused', reason: /cannot be opened with the keys/ });
  t.equal(stranger.isUsable(), false);
});
