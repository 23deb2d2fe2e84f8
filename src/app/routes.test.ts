import t from 'tap';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { secretHash } from '../lib/secret.js';
import { testApp, type TestApp } from '../testing/app.js';
import type { Browser } from '../testing/browser.js';
import { person, tokenOf, type Person } from '../testing/cast.js';
import { estate, type Estate } from '../testing/estate.js';
import { changes, isApi, routeBook, routes, type Route } from '../testing/route-table.js';
import { rowsOf } from '../testing/rows.js';

t.setTimeout(600_000);

const withId = ({ url }: Route, id: string): string => url.replace(/:\w+|\*$/, encodeURIComponent(id));

/** One try of a route, by a browser or a program: a form for pages, JSON with a token for the API. */
function knock(
  browser: Browser,
  route: Route,
  {
    id = 'x',
    token = '',
    fields = {},
  }: { id?: string; token?: string; fields?: Record<string, string> } = {},
): Promise<LightMyRequestResponse> {
  const url = withId(route, id);
  if (!isApi(route) && changes(route)) return browser.post(url, fields);
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const request: InjectOptions = { method: route.method, url, headers };
  return browser.request(changes(route) ? { ...request, payload: fields } : request);
}

/** Everything of a person's that is an id, or that a copy of the database would show. */
const idsOf = (owner: Estate): string[] => [
  owner.userId,
  owner.sessionId,
  owner.otherSessionId,
  owner.tokenId,
  owner.formId,
  owner.accountId,
  owner.viewId,
  owner.tradeId,
  owner.tagId,
  owner.setupId,
  owner.screenshotId,
  owner.importId,
  owner.askedImportId,
  owner.backtestId,
  owner.manualTradeId,
  owner.missedId,
  owner.goneEntryId,
  secretHash(owner.otherSecret),
  secretHash(owner.resetSecret),
  secretHash(owner.verifySecret),
];

const inFields = (owner: Estate, id: string): Record<string, string> => ({
  id,
  user: owner.userId,
  userId: owner.userId,
  user_id: owner.userId,
  sessionId: owner.sessionId,
  tokenId: owner.tokenId,
  account: owner.accountId,
  accountId: owner.accountId,
});

void t.test('the routes are those of the list, each for whom the list says', async (t) => {
  const { onRoute, book } = routeBook();
  await testApp(t, { onRoute });
  const listed: Record<string, unknown> = {};
  for (const { key, method, url, access } of routes) {
    listed[key] = access;
    if (method === 'GET') listed[`HEAD ${url}`] = access;
  }
  t.same(book, listed);
});

void t.test('a stranger is sent to sign in by pages and refused by the API', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const before = await rowsOf(world.login, null);
  for (const route of routes) {
    const browser = world.browser();
    await browser.get('/login');
    const answer = await knock(browser, route, { id: owner.otherSessionId });
    t.equal(answer.statusCode, route.stranger, `${route.key} for a stranger`);
    if (route.stranger === 303) t.match(answer.headers.location, /^\/(login|verify)\b/, route.key);
    if (route.stranger === 401)
      t.equal(answer.json<{ error: { code: string } }>().error.code, 'unauthorized');
    t.notOk(answer.body.includes(owner.name), `${route.key} tells a stranger nothing`);
    if (changes(route)) continue;
    const head = await browser.request({ method: 'HEAD', url: withId(route, 'x') });
    t.equal(head.statusCode, route.stranger, `HEAD ${route.url} for a stranger`);
  }
  t.same(await rowsOf(world.login, null), before, 'no row has changed');
});

void t.test('where signing up is closed its pages are not there', async (t) => {
  const world = await testApp(t, { env: { SIGN_UP: 'closed' } });
  const browser = world.browser();
  await browser.get('/login');
  t.equal((await browser.get('/signup')).statusCode, 404);
  const fields = { email: 'new@example.org', password: 'a green heron at dawn', timeZone: 'UTC' };
  t.equal((await browser.post('/signup', fields)).statusCode, 404);
});

/** A person of their own for each try, because some routes end the session that asks. */
async function visitor(world: TestApp, handle: string): Promise<{ who: Person; token: string }> {
  const who = await person(world, handle);
  await who.browser.get('/dashboard');
  return { who, token: await tokenOf(world, who) };
}

void t.test('another user who replays the ids of an owner finds nothing and changes nothing', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner', { isConfirmed: true });
  const before = await rowsOf(world.login, owner.userId);
  for (const [table, { rows }] of Object.entries(before)) t.ok(rows > 0, `the owner has rows in ${table}`);
  let count = 0;
  for (const route of routes)
    for (const id of idsOf(owner)) {
      const { who, token } = await visitor(world, `other${(count += 1)}`);
      const answer = await knock(who.browser, route, { id, token, fields: inFields(owner, id) });
      t.equal(answer.statusCode, route.other, `${route.key} with the id ${id}`);
      t.notOk(
        answer.body.includes(owner.name) || answer.body.includes(owner.email),
        `${route.key} tells nothing`,
      );
    }
  t.same(await rowsOf(world.login, owner.userId), before, 'no row of the owner has changed');
});

void t.test('ids in the query lead nobody to the rows of another', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const { who, token } = await visitor(world, 'other');
  const query = new URLSearchParams(inFields(owner, owner.userId)).toString();
  for (const { key, url, access } of routes.filter((route) => !changes(route))) {
    const headers: Record<string, string> = access.startsWith('api:')
      ? { authorization: `Bearer ${token}` }
      : {};
    const answer = await who.browser.get(`${url.replace(/:\w+|\*$/, 'x')}?${query}`, headers);
    if (url !== '/live') t.not(answer.statusCode, 403, key);
    t.ok(answer.statusCode < 500, key);
    t.notOk(answer.body.includes(owner.name) || answer.body.includes(owner.email), `${key} tells nothing`);
  }
});

void t.test(
  'the same addresses work for the owner, so that the refusals were about the person',
  async (t) => {
    const world = await testApp(t);
    const owner = await estate(world, 'owner');
    await owner.browser.get('/settings/security');
    const session = await owner.browser.post(
      `/settings/security/sessions/${owner.otherSessionId}/revocation`,
    );
    t.equal(session.statusCode, 200);
    const token = await owner.browser.post(`/settings/tokens/${owner.tokenId}/revocation`);
    t.equal(token.statusCode, 200);
    const { sessions, api_tokens: tokens } = await rowsOf(world.login, owner.userId);
    t.equal(sessions?.rows, 1);
    t.equal(tokens?.rows, 0);
  },
);

void t.test('the number of a form that an owner has sent tells another nothing', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner');
  const before = await rowsOf(world.login, owner.userId);
  const { who } = await visitor(world, 'other');
  const fields = { name: 'mine', scope: 'read', formId: owner.formId };
  const first = await who.browser.post('/settings/tokens', fields);
  t.equal(first.statusCode, 200, 'it counts as new for another person');
  t.match(first.body, />mine</);
  t.equal((await who.browser.post('/settings/tokens', fields)).statusCode, 422, 'and once only');
  t.same(await rowsOf(world.login, owner.userId), before);
});

void t.test('a normal user finds no administration, in pages or in the API', async (t) => {
  const world = await testApp(t);
  const admin = await person(world, 'admin', 'admin');
  const adminToken = await tokenOf(world, admin);
  const { who, token } = await visitor(world, 'other');
  const before = await rowsOf(world.login, admin.userId);
  for (const route of routes.filter(({ access }) => access.endsWith('admin'))) {
    const fields = { role: 'admin' };
    for (const id of [admin.userId, who.userId])
      t.equal(
        (await knock(who.browser, route, { id, token, fields })).statusCode,
        404,
        `${route.key} on ${id}`,
      );
    // Of one thing among many: there may be none to show.
    if (changes(route) || route.url.includes(':')) continue;
    const proper = await knock(admin.browser, route, { token: adminToken });
    t.ok([200, 303].includes(proper.statusCode), `${route.key} is there for an administrator`);
  }
  t.same((await rowsOf(world.login, admin.userId))['users'], before['users']);
});

/** Past the gate: what an address without a row, a body of nonsense, or no socket is answered is another matter. */
const isLetIn = ({ statusCode }: LightMyRequestResponse): boolean =>
  [200, 400, 404, 426].includes(statusCode);

void t.test('a token that may only read changes nothing, and a revoked one opens nothing', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner', { role: 'admin' });
  const readOnly = await tokenOf(world, owner, 'read');
  const program = world.browser();
  // Of something with an id there is nothing to be found here.
  const guarded = routes.filter(({ access, url }) => access.startsWith('api:') && !url.includes(':'));
  const { users } = await rowsOf(world.login, owner.userId);
  const fields = { name: 'changed' };
  for (const route of guarded) {
    const answer = await knock(program, route, { token: readOnly, fields });
    t.ok(
      route.access === 'api:write' ? answer.statusCode === 403 : isLetIn(answer),
      `${route.key} with a read-only token`,
    );
    t.equal(
      (await knock(owner.browser, route, { fields })).statusCode,
      401,
      `${route.key} with a session alone`,
    );
    t.equal(
      (await knock(program, route, { token: secretHash(owner.token), fields })).statusCode,
      401,
      'a hash',
    );
  }
  t.same((await rowsOf(world.login, owner.userId))['users'], users);
  for (const route of guarded)
    t.ok(isLetIn(await knock(program, route, { token: owner.token, fields })), `${route.key} before`);
  await owner.browser.get('/settings/tokens');
  t.equal((await owner.browser.post(`/settings/tokens/${owner.tokenId}/revocation`)).statusCode, 200);
  for (const route of guarded)
    t.equal(
      (await knock(program, route, { token: owner.token, fields })).statusCode,
      401,
      `${route.key} after`,
    );
});
