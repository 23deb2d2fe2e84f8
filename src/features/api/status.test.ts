import t from 'tap';
import { z } from 'zod';
import { setDisabled } from '../../data/users.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';

t.setTimeout(600_000);

const level = z.enum(['green', 'amber', 'red', 'down']);
const count = z.number().int().min(0);
const spread = z.strictObject({ p50: z.number().nullable(), p95: z.number().nullable(), n: count });
const exit = z.strictObject({
  at: z.iso.datetime(),
  why: z.string().min(1),
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
});
const terminal = z.strictObject({
  number: count,
  role: z.enum(['accounts', 'market']),
  state: z.string().min(1),
  since: z.iso.datetime(),
  until: z.iso.datetime().nullable(),
  suspect: z.boolean(),
  account: z.strictObject({ server: z.string(), login: z.string() }).nullable(),
  restarts: count,
  lastExit: exit.nullable(),
  rssBytes: z.number().int().nullable(),
  switchMs: z.strictObject({ same: spread, other: spread }),
  garbage: z.strictObject({ messages: count, overLong: count, strays: count }),
});
const known = z.number().nullable();
const figures = z.strictObject({
  ...{ minutes: count, syncs: count, accounts: z.array(count) },
  ...{ syncSuccessPct: known, syncP50Ms: known, syncP95Ms: known },
  ...{ requests: count.nullable(), requestP95Ms: known, faultPct: known, slowQueries: count.nullable() },
  ...{ load: known, freeBytes: known },
});
const measures = z.strictObject({
  hour: figures,
  day: figures,
  availability: z.strictObject({ answered: count, of: count, since: z.iso.datetime().nullable() }).nullable(),
  goals: z.strictObject({
    ...{ syncSuccessPct: z.literal(95), requestP95Ms: z.literal(200) },
    ...{ faultPct: z.literal(1), availabilityPct: z.literal(99.5) },
  }),
});
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
  measures,
  users: z.strictObject({ registered: count, online: count, grace: count }),
  queue: z
    .strictObject({
      accounts: count,
      reading: count,
      waiting: count,
      oldestDueS: z.number().nullable(),
      capacity: count.nullable(),
      isMeasured: z.boolean(),
      ageS: z.number().nullable(),
    })
    .nullable(),
  terminals: z.array(terminal).nullable(),
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

void t.test('terminals and queue stand in it as facts, and nobody’s login in full', async (t) => {
  const at = new Date('2026-03-02T08:50:00Z');
  const account = { server: 'Example-Live', login: '51482' };
  const lastExit = { at, why: 'it fell silent', code: null, signal: 'SIGKILL' as const };
  const terminals = scriptedTerminals(
    { account, rssBytes: 72_000_000 },
    { state: 'backoff', until: at, lastExit },
  );
  const world = await testApp(t, { sync: scriptedSync(), terminals });
  const token = await tokenOf(world, await person(world, 'admin', 'admin'));
  const answer = await ask(world, { authorization: `Bearer ${token}` });
  const status = shape.parse(answer.json());
  t.same(status.users, { registered: 1, online: 1, grace: 0 });
  t.match(status.queue, { accounts: 0, capacity: null, isMeasured: false });
  t.match(status.terminals, [
    { number: 1, state: 'ready', account: { server: 'Example-Live', login: '…482' }, rssBytes: 72_000_000 },
    {
      number: 2,
      state: 'backoff',
      until: at.toISOString(),
      lastExit: { why: 'it fell silent', signal: 'SIGKILL' },
    },
  ]);
  t.notMatch(answer.body, /51482|pid|password/);
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
