import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';

t.setTimeout(600_000);

const call = (world: TestApp, method: 'GET' | 'OPTIONS', url: string, headers: Record<string, string>) =>
  world.app.inject({ method, url, headers: { host: '127.0.0.1:3000', ...headers } });

const corsOf = (headers: Record<string, unknown>): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

const preflight = {
  'access-control-request-method': 'PATCH',
  'access-control-request-headers': 'authorization',
};

void t.test('no page elsewhere may call the API unless its origin is named', async (t) => {
  const world = await testApp(t);
  const token = await tokenOf(world, await person(world, 'caller'));
  const origin = 'https://app.example.org';
  for (const headers of [{ origin }, { origin, authorization: `Bearer ${token}` }]) {
    const answer = await call(world, 'GET', '/api/v1/me', headers);
    t.same(corsOf(answer.headers), []);
  }
  const asked = await call(world, 'OPTIONS', '/api/v1/me', { origin, ...preflight });
  t.equal(asked.statusCode, 404);
  t.same(corsOf(asked.headers), []);
});

void t.test('the origins named may, exactly as they are written', async (t) => {
  const origins = ['https://app.example.org', 'http://localhost:8080'];
  const world = await testApp(t, { env: { API_CORS_ORIGINS: origins.join(', ') } });
  const token = await tokenOf(world, await person(world, 'caller'));
  const authorization = `Bearer ${token}`;
  for (const origin of origins) {
    const answer = await call(world, 'GET', '/api/v1/me', { origin, authorization });
    t.equal(answer.headers['access-control-allow-origin'], origin);
    t.match(answer.headers.vary, /origin/i, 'caches keep the answers apart');
    t.equal(answer.headers['access-control-allow-credentials'], undefined, 'cookies stay at home');
    const refused = await call(world, 'GET', '/api/v1/me', { origin });
    t.equal(refused.statusCode, 401);
    t.equal(refused.headers['access-control-allow-origin'], origin, 'a refusal can be read too');
    const asked = await call(world, 'OPTIONS', '/api/v1/me', { origin, ...preflight });
    t.equal(asked.statusCode, 204);
    t.match(asked.headers['access-control-allow-methods'], 'PATCH');
    t.equal(asked.headers['access-control-allow-headers'], 'authorization');
  }
});

void t.test('an origin that only resembles one that is named may not', async (t) => {
  const world = await testApp(t, { env: { API_CORS_ORIGINS: 'https://app.example.org' } });
  const token = await tokenOf(world, await person(world, 'caller'));
  const evil = [
    'https://app.example.org.evil.example',
    'https://evil-app.example.org',
    'https://sub.app.example.org',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://APP.example.org',
    'https://app.example.org/',
    'https://app.example.org evil',
    'null',
    '*',
    '',
  ];
  for (const origin of evil) {
    const answer = await call(world, 'GET', '/api/v1/me', { origin, authorization: `Bearer ${token}` });
    t.equal(answer.headers['access-control-allow-origin'], undefined, origin);
    const asked = await call(world, 'OPTIONS', '/api/v1/me', { origin, ...preflight });
    t.equal(asked.headers['access-control-allow-origin'], undefined, `preflight of ${origin}`);
  }
});

void t.test('the pages stay closed to other origins where the API is open', async (t) => {
  const origin = 'https://app.example.org';
  const world = await testApp(t, { env: { API_CORS_ORIGINS: origin } });
  const { browser } = await person(world, 'trader');
  const page = await browser.get('/settings/profile', { origin });
  t.equal(page.statusCode, 200);
  t.equal(page.headers['access-control-allow-origin'], undefined);
  const asked = await call(world, 'OPTIONS', '/settings/profile', { origin, ...preflight });
  t.equal(asked.statusCode, 404);
  t.equal(asked.headers['access-control-allow-origin'], undefined);
  const sent = await browser.post(
    '/settings/profile',
    { name: 'x' },
    { origin, 'sec-fetch-site': 'cross-site' },
  );
  t.equal(sent.statusCode, 403);
});
