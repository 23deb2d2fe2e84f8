import t from 'tap';
import { dayMs, minuteMs } from '../lib/clock.js';
import { secretHash } from '../lib/secret.js';
import { testApp, type TestApp } from '../testing/app.js';
import { estate, type Estate } from '../testing/estate.js';
import { linkLifeMs, spendLink } from './links.js';
import { revokeToken } from './tokens.js';
import { setDisabled } from './users.js';

t.setTimeout(120_000);

type By = 'email' | 'session' | 'link' | 'token';

const keys = (owner: Estate): [By, string][] => [
  ['email', owner.email],
  ['session', secretHash(owner.otherSecret)],
  ['link', secretHash(owner.resetSecret)],
  ['link', secretHash(owner.verifySecret)],
  ['token', secretHash(owner.token)],
];

const later = ({ clock }: TestApp, ms: number): Date => new Date(clock.now().getTime() + ms);

void t.test('each key finds its one owner and nobody else', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  await estate(world, 'other');
  for (const [by, key] of keys(owner)) {
    const found = await world.db.lookup(by, key, world.clock.now());
    t.match(found, { user_id: owner.userId, email: owner.email, name: owner.name, role: 'user' }, by);
    for (const wrong of ['', '%', key.slice(0, -1), key.toUpperCase(), `${key}' or true --`])
      t.equal(await world.db.lookup(by, wrong, world.clock.now()), null, `${by} by ${wrong}`);
  }
  for (const [by, key] of [
    ['session', secretHash(owner.token)],
    ['token', secretHash(owner.otherSecret)],
    ['link', secretHash(owner.token)],
    ['email', owner.userId],
  ] as const)
    t.equal(await world.db.lookup(by, key, world.clock.now()), null, 'a key of another kind');
  t.notOk(
    JSON.stringify(await world.db.lookup('email', owner.email, world.clock.now())).includes('$argon2'),
    'the hash of the password is not in the answer',
  );
});

void t.test('a disabled user is found by none of the keys until enabled again', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const disable = (at: Date | null) =>
    world.db.withTenant('app', owner.userId, (tx) => setDisabled(tx, owner.userId, at));
  await disable(world.clock.now());
  for (const [by, key] of keys(owner)) t.equal(await world.db.lookup(by, key, world.clock.now()), null, by);
  await disable(null);
  for (const [by, key] of keys(owner)) t.ok(await world.db.lookup(by, key, world.clock.now()), by);
});

void t.test('a session is found for 14 days after it was seen and 90 days in all', async (t) => {
  const world = await testApp(t);
  const { userId, otherSessionId, otherSecret } = await estate(world, 'owner');
  const isFound = async (ms: number): Promise<boolean> =>
    (await world.db.lookup('session', secretHash(otherSecret), later(world, ms))) !== null;
  t.ok(await isFound(14 * dayMs - 1));
  t.notOk(await isFound(14 * dayMs));
  const seen = (ms: number) =>
    world.db.withTenant('app', userId, (tx) =>
      tx
        .updateTable('sessions')
        .set({ seen_at: later(world, ms) })
        .where('id', '=', otherSessionId)
        .execute(),
    );
  await seen(80 * dayMs);
  t.ok(await isFound(90 * dayMs - 1), 'seen again, it lives on');
  t.notOk(await isFound(90 * dayMs), 'but not for ever');
});

void t.test('a session that still owes its code is found for ten minutes', async (t) => {
  const world = await testApp(t);
  const { otherSecret } = await estate(world, 'owner', { stage: 'code' });
  const find = (ms: number) => world.db.lookup('session', secretHash(otherSecret), later(world, ms));
  t.match(await find(10 * minuteMs - 1), { kind: 'code' });
  t.equal(await find(10 * minuteMs), null);
});

void t.test('a link is found until it is used, replaced or half an hour old', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const find = (ms = 0) => world.db.lookup('link', secretHash(owner.resetSecret), later(world, ms));
  t.match(await find(linkLifeMs - 1), { kind: 'reset' });
  t.equal(await find(linkLifeMs), null, 'too old');
  const found = await find();
  const spend = () =>
    world.db.withTenant('app', owner.userId, (tx) =>
      spendLink(tx, owner.userId, found?.id ?? '', world.clock.now()),
    );
  const outcomes = await Promise.all([spend(), spend(), spend()]);
  t.same(outcomes.sort(), [false, false, true], 'one of three at once uses it');
  t.equal(await find(), null, 'used');
});

void t.test('a revoked token is found no more', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const find = () => world.db.lookup('token', secretHash(owner.token), world.clock.now());
  t.match(await find(), { id: owner.tokenId, kind: 'write' });
  await world.db.withTenant('app', owner.userId, (tx) => revokeToken(tx, owner.userId, owner.tokenId));
  t.equal(await find(), null);
});
