import t, { type Test } from 'tap';
import { closeSession } from '../../data/sessions.js';
import { replacePassword, setDisabled } from '../../data/users.js';
import { limitTable } from '../../web/limits.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { noLimits } from '../../testing/limits.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { ask } from '../../testing/steps.js';
import { dial, handshake, until, type Line } from '../../testing/socket.js';
import { readAgain, seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const origin = 'http://127.0.0.1:3000';

const setting = async (t: Test, options: Parameters<typeof testApp>[1] = {}) => {
  const sync = scriptedSync();
  const world = await testApp(t, { sync, ...options });
  const owner = await person(world, 'owner');
  const name = world.kit.cookies.session;
  const headersOf = (who: Person) => ({ origin, cookie: `${name}=${who.browser.cookie(name) ?? ''}` });
  const page = (who: Person, query = '?view=board') => dial(world, `/live${query}`, headersOf(who));
  return { sync, world, owner, headersOf, page };
};
const asPushed = (html: string) => html.trim().replace(/^<section/, '<section hx-swap-oob="morph"');
const isEnded = (line: Line): boolean => line.closed() !== null;

void t.test('only a page of this very origin opens a socket', async (t) => {
  const { world, owner, headersOf } = await setting(t);
  const headers = headersOf(owner);
  t.equal(await handshake(world, '/live', headers), 101);
  const foreign = [
    'http://evil.example',
    'http://evil.127.0.0.1:3000',
    'http://127.0.0.1:3000.evil.example',
    'https://127.0.0.1:3000',
    'http://127.0.0.1:3001',
    'http://127.0.0.1',
    'http://localhost:3000',
    'http://127.0.0.1:3000/',
    'HTTP://127.0.0.1:3000',
    'null',
    '',
  ];
  for (const other of foreign)
    t.equal(await handshake(world, '/live', { ...headers, origin: other }), 403, other);
  t.equal(await handshake(world, '/live', { cookie: headers.cookie }), 403, 'none');
  t.equal(await handshake(world, '/live', { origin }), 303, 'a stranger signs in first');
});

void t.test('the header names the account that is worst off, and leads to it', async (t) => {
  const { world, owner, page } = await setting(t);
  const ids = new Map<string, string>();
  for (const label of ['One', 'Two']) {
    const { accountId } = await seedAccount(world, owner.userId, { label });
    ids.set(label, accountId);
  }
  const said = async (): Promise<string> => {
    const line = await page(owner, '');
    await until(t, 'the header', () => line.heard.length > 0);
    line.socket.close();
    return line.heard[0] ?? '';
  };
  const be = (label: string, state: string) =>
    ask(world, 'update accounts set state = $1 where label = $2', [state, label]);
  await be('Two', 'offline');
  t.match(await said(), `<a href="/accounts/${ids.get('Two') ?? ''}">Two: broker offline</a>`);
  await be('One', 'needs-password');
  t.match(await said(), `<a href="/accounts/${ids.get('One') ?? ''}">One waits for you</a>`);
});

void t.test('the board’s page is given what its regions say, and what changes of them', async (t) => {
  const { world, sync, owner, page } = await setting(t);
  const { accountId, tradeIds } = await seedAccount(world, owner.userId, { isExposed: true });
  await seedAccount(world, owner.userId, { label: 'Training', category: 'Demo' });
  const line = await page(owner, '?view=board&account=Real');
  await until(t, 'the regions', () => line.heard.length === 1);
  for (const name of ['accounts', 'positions', 'closed', 'ticker', 'figures']) {
    const alone = await owner.browser.get(`/dashboard/${name}?account=Real`);
    t.ok(line.heard[0]?.includes(asPushed(alone.body)), name);
  }
  t.match(line.heard[0], 'id="sync-state"');
  t.notMatch(line.heard[0], 'Training');
  const told = { type: 'NEW_TRADE', accountId, tradeId: tradeIds[0] ?? '' } as const;
  sync.feed.publish(owner.userId, [told]);
  await until(t, 'the message', () => line.heard.length === 2);
  t.match(
    line.heard[1],
    /^<div hx-swap-oob="beforeend:#toasts">[^]*EURUSD buy 0\.10 closed/,
    'and no region again',
  );
});

void t.test('a reading reaches its owner’s pages without a question, and nobody else’s', async (t) => {
  const { world, sync, owner, page } = await setting(t);
  const other = await person(world, 'other');
  const mine = await seedAccount(world, owner.userId, { isExposed: true });
  await seedAccount(world, other.userId, { label: 'Theirs' });
  const [line, theirs] = [await page(owner), await page(other)];
  await until(t, 'the regions', () => line.heard.length === 1 && theirs.heard.length === 1);
  const account = { userId: owner.userId, accountId: mine.accountId };
  world.clock.advance(15_000);
  const reading = await readAgain(world, account, '4321.00');
  const { db } = world.kit;
  const ask = db.withTenant.bind(db);
  const asked: string[] = [];
  db.withTenant = (role, userId, work) => {
    asked.push(userId);
    return ask(role, userId, work);
  };
  const told = (type: 'BALANCE_UPDATE' | 'POSITION_UPDATE') => ({
    ...{ type, reading },
    accountId: mine.accountId,
  });
  sync.feed.publish(owner.userId, [told('BALANCE_UPDATE'), told('POSITION_UPDATE')]);
  await until(t, 'the push', () => line.heard.length === 2);
  t.same(asked, []);
  const alone = await owner.browser.get('/dashboard/accounts');
  t.match(line.heard[1], /4.321\.00/);
  t.match(line.heard[1], 'Nothing is open');
  t.equal(line.heard[1]?.includes(asPushed(alone.body)), true, 'as the database says it');
  // Even where it is told to the wrong person: the account is none of theirs, and they are shown what the wall lets through.
  sync.feed.publish(other.userId, [told('BALANCE_UPDATE'), told('POSITION_UPDATE')]);
  await until(t, 'they are asked for', () => asked.includes(other.userId));
  sync.feed.publish(other.userId, [{ type: 'SYNC_STATUS', accountId: null }]);
  world.clock.advance(15_000);
  sync.feed.publish(other.userId, [{ type: 'SYNC_STATUS', accountId: null }]);
  await until(t, 'a push of their own', () => theirs.heard.length > 1);
  t.match(theirs.heard.join(), 'Theirs');
  t.notMatch(theirs.heard.join(), /4.321\.00|Swing|GBPUSD/);
});

void t.test('twenty sockets a user, of pages and of programs together', async (t) => {
  const { world, owner, headersOf, page } = await setting(t);
  const other = await person(world, 'other');
  const token = await tokenOf(world, owner);
  const authorization = { authorization: `Bearer ${token}` };
  const lines = [await dial(world, '/api/v1/stream', authorization)];
  while (lines.length < 20) lines.push(await page(owner));
  t.equal(await handshake(world, '/live', headersOf(owner)), 429);
  t.equal(await handshake(world, '/api/v1/stream', authorization), 429);
  t.equal(await handshake(world, '/live', headersOf(other)), 101, 'another has room');
  lines[0]?.socket.terminate();
  await until(t, 'one goes', () => lines.some(isEnded));
  const rush = await Promise.all(Array.from({ length: 5 }, () => page(owner).catch(() => null)));
  await until(t, 'one comes', () => rush.filter((line) => line !== null && !isEnded(line)).length === 1);
});

void t.test('120 handshakes a minute and a user', async (t) => {
  const limits = { ...noLimits, socketsByUser: limitTable.socketsByUser };
  const { world, owner, headersOf } = await setting(t, { limits });
  const headers = headersOf(owner);
  for (let count = 0; count < 120; count += 1)
    if ((await handshake(world, '/live', headers)) !== 101) t.fail(`handshake ${count}`);
  t.equal(await handshake(world, '/live', headers), 429);
  world.clock.advance(60_000);
  t.equal(await handshake(world, '/live', headers), 101);
});

void t.test('a socket ends within five seconds of its session', async (t) => {
  const { world, owner, page } = await setting(t);
  const { db, clock } = world;
  const [leaving, resetting, disabled] = [
    owner,
    await person(world, 'reset'),
    await person(world, 'disabled'),
  ];
  const people = [leaving, resetting, disabled, await person(world, 'bystander')];
  const lines: Line[] = [];
  for (const who of people) lines.push(await page(who), await page(who, ''));
  clock.advance(5_000);
  await until(t, 'everybody is drawn for', () => lines.every(({ heard }) => heard.length > 0));
  t.notOk(lines.some(isEnded), 'nobody has ended');
  await db.withTenant('app', leaving.userId, (tx) => closeSession(tx, leaving.userId, leaving.sessionId));
  await db.withTenant('app', resetting.userId, (tx) => replacePassword(tx, resetting.userId, 'x'));
  await db.withTenant('app', disabled.userId, (tx) => setDisabled(tx, disabled.userId, clock.now()));
  clock.advance(5_000);
  await until(t, 'all but the bystander', () => lines.slice(0, 6).every(isEnded));
  t.same(
    lines.slice(0, 6).map((line) => line.closed()),
    Array.from({ length: 6 }, () => 1008),
  );
  t.notOk(lines.slice(6).some(isEnded));
});

void t.test('doors are asked once for each session, however many sockets it has', async (t) => {
  const { world, owner, page } = await setting(t);
  for (let count = 0; count < 5; count += 1) await page(owner);
  const asked: number[] = [];
  const { db } = world.kit;
  const openDoors = db.openDoors.bind(db);
  db.openDoors = (doors, at) => {
    asked.push(doors.length);
    return openDoors(doors, at);
  };
  world.clock.advance(5_000);
  await until(t, 'a question', () => asked.length > 0);
  t.same(asked, [1]);
  db.openDoors = () => Promise.reject(new Error('away'));
  world.clock.advance(5_000);
  await until(t, 'a failure', () => world.logged.some((line) => line.includes('It could not be asked')));
  db.openDoors = openDoors;
});

void t.test('who answers no ping for a minute is gone, and who does stays', async (t) => {
  const { world, owner, page } = await setting(t);
  const [mute, alive] = [await page(owner), await page(owner)];
  let pings = 0;
  mute.socket.removeAllListeners('ping');
  mute.socket.on('ping', () => (pings += 1));
  for (const step of [25, 50]) {
    world.clock.advance(25_000);
    await until(t, `the ping after ${step} s`, () => pings === step / 25);
  }
  t.notOk(isEnded(mute));
  world.clock.advance(10_000);
  await until(t, 'the end', () => isEnded(mute));
  t.notOk(isEnded(alive));
});

void t.test('a server that stops tells pages to come back', async (t) => {
  const { world, owner, page } = await setting(t);
  const line = await page(owner);
  await world.app.close();
  await until(t, 'the end', () => isEnded(line));
  t.equal(line.closed(), 1012);
});
