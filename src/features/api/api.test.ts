import t from 'tap';
import { limitTable } from '../../web/limits.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { noLimits } from '../../testing/limits.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { ask } from '../../testing/steps.js';
import { routeBook } from '../../testing/route-table.js';

t.setTimeout(600_000);

interface Problem {
  error: { code: string; message: string; fields?: Record<string, string> };
}

type Method = 'GET' | 'PATCH' | 'POST' | 'DELETE' | 'PUT';

interface Call {
  method?: Method;
  path?: string;
  token?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** sent as it is */
  raw?: string;
}

const call = (world: TestApp, { method = 'GET', path = '/me', token, headers = {}, body, raw }: Call) =>
  world.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: {
      host: '127.0.0.1:3000',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    ...(raw === undefined ? {} : { payload: raw }),
  });

async function caller(world: TestApp): Promise<{ who: Person; token: string }> {
  const who = await person(world, 'caller');
  return { who, token: await tokenOf(world, who) };
}

void t.test('a token answers for its owner, in the words of the API', async (t) => {
  const world = await testApp(t);
  const { who, token } = await caller(world);
  const answer = await call(world, { token });
  t.equal(answer.statusCode, 200);
  t.match(answer.headers['content-type'], /^application\/json/);
  t.equal(answer.headers['cache-control'], 'no-store');
  t.same(answer.json(), {
    id: who.userId,
    email: who.email,
    name: '',
    timeZone: 'UTC',
    role: 'user',
    createdAt: '2026-03-02T09:00:00.000Z',
  });
});

void t.test('without a token that is known, or with one in another place, nothing is answered', async (t) => {
  const world = await testApp(t);
  const { who, token } = await caller(world);
  const cookie = `sid=${who.browser.cookie('sid') ?? ''}`;
  const tries: Record<string, string>[] = [
    {},
    { authorization: '' },
    { authorization: token },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: `Bearer  ${token}` },
    { authorization: `Bearer ${token} ${token}` },
    { authorization: `Bearer ${token},Bearer ${token}` },
    { authorization: `Bearer "${token}"` },
    { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` },
    { authorization: `Token ${token}` },
    { authorization: `Bearer ${token.slice(0, -1)}` },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token.toLowerCase()}` },
    { authorization: `Bearer ${token.slice(3)}` },
    { authorization: `Bearer ${'x'.repeat(5000)}` },
    { authorization: 'Bearer \u00ff\u00fe' },
    { 'x-api-key': token, cookie: `token=${token}` },
    { cookie, 'sec-fetch-site': 'same-origin' },
  ];
  for (const headers of tries) {
    const refused = await call(world, { headers });
    t.equal(refused.statusCode, 401, JSON.stringify(headers).slice(0, 60));
    t.equal(refused.headers['www-authenticate'], 'Bearer');
    t.same(refused.json(), {
      error: { code: 'unauthorized', message: 'Send an API token: Authorization: Bearer <token>.' },
    });
  }
  t.equal((await call(world, { path: `/me?token=${token}&access_token=${token}` })).statusCode, 401);
  t.equal((await call(world, { headers: { authorization: `bearer ${token}` } })).statusCode, 200, 'any case');
});

void t.test('a read-only token reads and changes nothing', async (t) => {
  const world = await testApp(t);
  const { who } = await caller(world);
  const token = await tokenOf(world, who, 'read');
  t.equal((await call(world, { token })).statusCode, 200);
  const refused = await call(world, { method: 'PATCH', token, body: { name: 'Changed' } });
  t.equal(refused.statusCode, 403);
  t.equal(refused.json<Problem>().error.code, 'read_only_token');
  t.same(await ask(world, 'select name from users'), [{ name: '' }]);
});

void t.test('a change is saved and answered, and leaves the rest alone', async (t) => {
  const world = await testApp(t);
  const { token } = await caller(world);
  const change = async (body: object) => (await call(world, { method: 'PATCH', token, body })).json<object>();
  t.match(await change({ name: ' Zoë ' }), { name: 'Zoë', timeZone: 'UTC' });
  t.match(await change({ timeZone: 'Asia/Tokyo' }), { name: 'Zoë', timeZone: 'Asia/Tokyo' });
  t.match(await change({}), { name: 'Zoë', timeZone: 'Asia/Tokyo' });
  t.match(await change({ name: '' }), { name: '' });
});

void t.test(
  'input that cannot be used is refused with a sentence for each field, and nothing is saved',
  async (t) => {
    const world = await testApp(t);
    const { token } = await caller(world);
    const before = await ask(world, 'select * from users');
    const tries: [unknown, string[]][] = [
      [{ name: 7 }, ['name']],
      [{ name: null }, ['name']],
      [{ name: ['a'] }, ['name']],
      [{ name: { length: 3 } }, ['name']],
      [{ name: 'x'.repeat(81), timeZone: 'Mars' }, ['name', 'timeZone']],
      [{ name: 'a\u0000b' }, ['name']],
      [{ name: 'fine', timeZone: true }, ['timeZone']],
      [{ name: 'fine', role: 'admin' }, ['role']],
      [{ email: 'x@example.org', verified: true }, ['email', 'verified']],
      [[], ['body']],
      ['name', ['body']],
      [7, ['body']],
      [null, ['body']],
    ];
    for (const [body, names] of tries) {
      const refused = await call(world, { method: 'PATCH', token, body });
      t.equal(refused.statusCode, 400, JSON.stringify(body).slice(0, 50));
      const { error } = refused.json<Problem>();
      t.equal(error.code, 'invalid');
      t.same(Object.keys(error.fields ?? {}).sort(), names, JSON.stringify(body).slice(0, 50));
      for (const sentence of Object.values(error.fields ?? {})) t.match(sentence, /\w/);
    }
    t.same(await ask(world, 'select * from users'), before);
  },
);

void t.test('a body that is no JSON, or tries to reach prototypes, is refused', async (t) => {
  const world = await testApp(t);
  const { token } = await caller(world);
  const json = { 'content-type': 'application/json' };
  const tries: [string, Record<string, string>, number, string][] = [
    ['{"name":', json, 400, 'malformed'],
    ['', json, 400, 'malformed'],
    ['{"__proto__":{"name":"x"}}', json, 400, 'malformed'],
    ['{"constructor":{"prototype":{"name":"x"}}}', json, 400, 'malformed'],
    [`{"name":"${'x'.repeat(1024 * 1024)}"}`, json, 413, 'too_large'],
    ['name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media_type'],
    ['<name>x</name>', { 'content-type': 'application/xml' }, 415, 'media_type'],
    ['{"name":"x"}', { 'content-type': 'text/plain' }, 415, 'media_type'],
    ['{"name":"x"}', { 'content-type': 'nonsense' }, 415, 'media_type'],
  ];
  for (const [raw, headers, status, code] of tries) {
    const refused = await call(world, { method: 'PATCH', token, raw, headers });
    t.equal(refused.statusCode, status, raw.slice(0, 40));
    t.equal(refused.json<Problem>().error.code, code, raw.slice(0, 40));
  }
  t.equal(Object.hasOwn(Object.prototype, 'name'), false);
  t.same(await ask(world, 'select name from users'), [{ name: '' }]);
});

void t.test('whatever is not there answers 404 in the same shape, by any method', async (t) => {
  const world = await testApp(t);
  const { token } = await caller(world);
  const nowhere: Call[] = [
    { path: '/nowhere' },
    { path: '/nowhere', token },
    { path: '/me', method: 'DELETE', token },
    { path: '/me', method: 'POST', token, body: {} },
    { path: '/status', method: 'PUT', token, body: {} },
    { path: '/status', token },
    { path: '/../../dashboard/x', token },
  ];
  for (const each of nowhere) {
    const refused = await call(world, each);
    t.equal(refused.statusCode, 404, JSON.stringify(each).slice(0, 40));
    if (each.path?.includes('..') !== true) t.equal(refused.json<Problem>().error.code, 'not_found');
  }
  const unreadable = await call(world, { path: '/%ff', token });
  t.equal(unreadable.statusCode, 400);
  t.equal(unreadable.json<Problem>().error.code, 'malformed');
});

void t.test('300 requests a minute with one token, then 429 until the minute is over', async (t) => {
  const world = await testApp(t, { limits: { ...noLimits, apiByToken: limitTable.apiByToken } });
  const { who, token } = await caller(world);
  for (let i = 0; i < 300; i += 1)
    if ((await call(world, { token })).statusCode !== 200) t.fail(`request ${i}`);
  world.clock.advance(20_000);
  const refused = await call(world, { token });
  t.equal(refused.statusCode, 429);
  t.equal(refused.headers['retry-after'], '40');
  t.equal(refused.json<Problem>().error.code, 'too_many_requests');
  t.equal((await call(world, { token: await tokenOf(world, who) })).statusCode, 200, 'each token by itself');
  world.clock.advance(40_000);
  t.equal((await call(world, { token })).statusCode, 200);
});

void t.test('a failure of ours says nothing of its cause, and the log does', async (t) => {
  const world = await testApp(t);
  const { token } = await caller(world);
  await ask(world, 'revoke update on users from rawjournal_app');
  const failed = await call(world, { method: 'PATCH', token, body: { name: 'Canary the Bird' } });
  t.equal(failed.statusCode, 500);
  t.match(failed.json<Problem>().error, { code: 'internal', message: /Something failed on our side/ });
  t.notMatch(failed.body, /users|permission|rawjournal_app/);
  const log = world.logged.join('\n');
  t.match(log, /permission denied for table users/);
  t.notMatch(log, 'Canary the Bird', 'but not what was sent');
});

void t.test('the document describes every call there is, and no other', async (t) => {
  const { onRoute, book } = routeBook();
  const world = await testApp(t, { onRoute });
  const registered = Object.keys(book)
    .map((key) => key.split(' ') as [string, string])
    .filter(([method, url]) => url.startsWith('/api/v1/') && method !== 'HEAD' && method !== 'OPTIONS')
    .map(([method, url]) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  const answer = await call(world, { path: '/openapi.json' });
  t.equal(answer.statusCode, 200);
  const document = answer.json<{
    openapi: string;
    servers: { url: string }[];
    paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;
  }>();
  t.equal(document.openapi, '3.1.0');
  t.same(document.servers, [{ url: 'http://127.0.0.1:3000' }]);
  const described = Object.entries(document.paths).flatMap(([url, calls]) =>
    Object.keys(calls).map((method) => `${method.toUpperCase()} ${url}`),
  );
  t.ok(registered.length >= 4);
  t.same(described.sort(), registered.sort());
  for (const [url, calls] of Object.entries(document.paths))
    for (const [method, { responses, security }] of Object.entries(calls))
      if (security === undefined) {
        t.hasProps(responses, ['4XX', '5XX'], `${method} ${url}`);
        t.ok(
          ['101', '200', '201', '202', '204'].some((status) => Object.hasOwn(responses, status)),
          `${method} ${url}`,
        );
      }
});
