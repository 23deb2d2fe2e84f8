import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import t from 'tap';
import { closeSessions } from '../../data/sessions.js';
import { replacePassword } from '../../data/users.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { password, person, tokenOf, type Person } from '../../testing/cast.js';

/** Sends the head of a request, lets something happen, and only then sends the body. */
async function slowly(
  { browser }: Person,
  url: string,
  {
    body,
    meanwhile,
    headers = {},
  }: { body: string; meanwhile: () => Promise<unknown>; headers?: Record<string, string> },
) {
  async function* parts(): AsyncGenerator<string> {
    await sleep(200); // time for the gate to let the head in
    await meanwhile();
    yield body;
  }
  return browser.request({
    method: headers['content-type'] === 'application/json' ? 'PATCH' : 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: Readable.from(parts()),
  });
}

const endSessions = ({ db }: TestApp, { userId }: Person): Promise<number> =>
  db.withTenant('app', userId, (tx) => closeSessions(tx, userId, null));

void t.test('a session that ends while its form is still arriving does nothing any more', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  await owner.browser.get('/settings/profile');
  const body = new URLSearchParams({ _csrf: owner.browser.token, name: 'thief', timeZone: 'UTC' }).toString();
  const meanwhile = () => endSessions(world, owner);
  const late = await slowly(owner, '/settings/profile', { body, meanwhile });
  t.equal(late.statusCode, 303);
  t.match(late.headers.location, /^\/login/);
  t.equal((await world.db.lookup('email', owner.email, world.clock.now()))?.name, '');
});

void t.test('a token that is revoked while its body is still arriving does nothing any more', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await tokenOf(world, owner)}`,
  };
  const revoke = () =>
    world.db.withTenant('app', owner.userId, (tx) =>
      tx.deleteFrom('api_tokens').where('user_id', '=', owner.userId).execute(),
    );
  const late = await slowly(owner, '/api/v1/me', { body: '{"name":"thief"}', meanwhile: revoke, headers });
  t.equal(late.statusCode, 401);
  t.equal((await world.db.lookup('email', owner.email, world.clock.now()))?.name, '');
});

/** Changes the password between its comparison and what is done on the strength of it. */
function resetDuringCheck({ kit, db }: TestApp, { userId }: Person): void {
  const verify = kit.passwords.verify.bind(kit.passwords);
  kit.passwords.verify = async (stored, typed) => {
    const isRight = await verify(stored, typed);
    await db.withTenant('app', userId, async (tx) => {
      await replacePassword(tx, userId, 'a new hash');
    });
    return isRight;
  };
}

void t.test('the old password does not get in while a new one is being set', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  resetDuringCheck(world, owner);
  const visitor = world.browser();
  const answer = await visitor.fill('/login', '/login', { email: owner.email, password });
  t.equal(answer.statusCode, 422);
  t.equal((await visitor.get('/dashboard')).statusCode, 303);
});

void t.test('a password change does not overwrite the one that was set meanwhile', async (t) => {
  const world = await testApp(t);
  const thief = await person(world, 'owner');
  await thief.browser.get('/settings/security');
  resetDuringCheck(world, thief);
  const form = { current: password, password: 'the password of a thief' };
  const answer = await thief.browser.post('/settings/security/password', form);
  t.not(answer.statusCode, 303);
  const stored = await world.db.withTenant('app', thief.userId, (tx) =>
    tx
      .selectFrom('users')
      .where('user_id', '=', thief.userId)
      .select('password_hash')
      .executeTakeFirstOrThrow(),
  );
  t.equal(stored.password_hash, 'a new hash');
});

void t.test('two administrators who take each other’s rights at once leave one administrator', async (t) => {
  const world = await testApp(t);
  const [ada, bob] = [await person(world, 'ada', 'admin'), await person(world, 'bob', 'admin')];
  for (const one of [ada, bob]) await one.browser.get('/admin/users');
  const demote = (who: Person, whom: Person) =>
    who.browser.post(`/admin/users/${whom.userId}/role`, { _csrf: who.browser.token, role: 'user' });
  await Promise.all([demote(ada, bob), demote(bob, ada)]);
  const at = world.clock.now();
  const roles = await Promise.all(
    [ada, bob].map(async ({ email }) => (await world.db.lookup('email', email, at))?.role),
  );
  t.same(roles.sort(), ['admin', 'user']);
});

void t.test('a crowd at the door is told to come back, and the door stays open', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const visitor = world.browser();
  await visitor.get('/login');
  const tries = Array.from({ length: 45 }, () =>
    visitor.post('/login', { email: owner.email, password: 'wrong' }),
  );
  const answers = await Promise.all(tries);
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  t.ok(refused.length > 0);
  for (const { headers } of refused) t.equal(headers['retry-after'], '5');
  t.ok(answers.every(({ statusCode }) => [422, 503].includes(statusCode)));
  t.equal((await visitor.post('/login', { email: owner.email, password })).statusCode, 303);
});
