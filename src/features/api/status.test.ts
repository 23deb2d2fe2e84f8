import t from 'tap';
import { z } from 'zod';
import { setDisabled } from '../../data/users.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';

t.setTimeout(240_000);

const level = z.enum(['green', 'amber', 'red', 'down']);
/** As it is documented, written out once more: nothing missing and nothing beside it. */
const shape = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  at: z.iso.datetime(),
  level,
  process: z.strictObject({
    url: z.literal('http://127.0.0.1:3000'),
    startedAt: z.iso.datetime(),
    uptimeS: z.number().int().min(0),
    rssBytes: z.number().int().positive(),
  }),
  checks: z.array(
    z.strictObject({ name: z.string(), level, says: z.string().min(1), fix: z.string().min(1).nullable() }),
  ),
});

const ask = (world: TestApp, headers: Record<string, string>) =>
  world.app.inject({ url: '/api/v1/status', headers: { host: '127.0.0.1:3000', ...headers } });

void t.test('the state of the installation is for administrators', async (t) => {
  const world = await testApp(t);
  const admin = await person(world, 'admin', 'admin');
  const user = await person(world, 'user');
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  t.equal((await ask(world, {})).statusCode, 401);
  t.equal((await ask(world, bearer(await tokenOf(world, user)))).statusCode, 404);
  const cookie = `sid=${admin.browser.cookie('sid') ?? ''}`;
  t.equal((await ask(world, { cookie })).statusCode, 401, 'nor by a session');
  t.equal(
    (await ask(world, bearer(await tokenOf(world, admin, 'read')))).statusCode,
    200,
    'reading is enough',
  );
});

void t.test('the state has the documented shape, and a fix beside all that is not green', async (t) => {
  const world = await testApp(t);
  const token = await tokenOf(world, await person(world, 'admin', 'admin'));
  world.clock.advance(90_000);
  const answer = await ask(world, { authorization: `Bearer ${token}` });
  const status = shape.parse(answer.json());
  t.equal(status.process.uptimeS, 90);
  t.equal(status.at, '2026-03-02T09:01:30.000Z');
  const names = status.checks.map(({ name }) => name);
  for (const name of ['web', 'database', 'live store', 'users', 'disk']) t.ok(names.includes(name), name);
  for (const check of status.checks) t.equal(check.fix === null, check.level === 'green', check.name);
  t.notMatch(answer.body, /example\.org|argon2|password/, 'nobody’s data');
});

void t.test('an installation that nobody administers is red, and says how to mend it', async (t) => {
  const world = await testApp(t);
  const admin = await person(world, 'admin', 'admin');
  const token = await tokenOf(world, admin);
  const bearer = { authorization: `Bearer ${token}` };
  const people = async () =>
    shape.parse((await ask(world, bearer)).json()).checks.find(({ name }) => name === 'users');
  t.match(await people(), { level: 'green', says: '1 user, 1 administrator' });
  await person(world, 'user');
  t.match(await people(), { says: '2 users, 1 administrator' });
  await world.db.withTenant('app', admin.userId, (tx) => setDisabled(tx, admin.userId, world.clock.now()));
  const { checks } = await world.readStatus();
  t.match(
    checks.find(({ name }) => name === 'users'),
    { level: 'red', says: /2 users, and no administrator/, fix: /rawjournal user role --email/ },
  );
});
