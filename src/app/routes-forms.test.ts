import { randomUUID } from 'node:crypto';
import t from 'tap';
import { setState } from '../data/accounts.js';
import { noteUnknownServer } from '../data/servers.js';
import { setDisabled } from '../data/users.js';
import { dayMs } from '../lib/clock.js';
import { testApp, type TestApp } from '../testing/app.js';
import type { Browser } from '../testing/browser.js';
import { person } from '../testing/cast.js';
import { estate, type Estate } from '../testing/estate.js';
import { formEffects, type Fields } from '../testing/form-effects.js';
import { formOf } from '../testing/pictures.js';
import { changes, isApi, routes, type Route } from '../testing/route-table.js';
import { rowsOf } from '../testing/rows.js';
import { scriptedTerminals } from '../testing/scripted-terminals.js';
import { sellingApp, type SellingWorld } from '../testing/stripe/world.js';

t.setTimeout(600_000);

const forms = routes.filter((route) => changes(route) && !isApi(route) && route.access !== 'signed');
const isOfPlans = ({ url }: { url: string }): boolean => url.startsWith('/settings/plan/');
/** Refuses every handshake of another origin, which a GET of a page has no reason to. */
const isSocket = ({ url }: { url: string }): boolean => url === '/live';

/** Forms whose effect is in no row: something is read again or started anew, or is only looked at. */
const withoutRows = new Set([
  'POST /trades/preview',
  'POST /accounts/:id/syncs',
  'POST /admin/terminals/:number/restarts',
  'POST /admin/alarms/tests',
  'POST /settings/plan/checkouts',
  'POST /settings/plan/portal-visits',
]);

/** What must be so before a form can take effect. */
async function prepare(
  { db, clock, market }: TestApp,
  route: Route,
  { userId, accountId }: Estate,
): Promise<void> {
  if (route.url.endsWith('/market-account/removal'))
    await market?.set({ server: 'Example-Demo', login: '5', password: 'old' });
  if (route.url.endsWith('/servers/removal'))
    await db.withTenant('sync', userId, (tx) => noteUnknownServer(tx, 'Unknown-Live', clock.now()));
  await db.withTenant('app', userId, async (tx) => {
    if (route.url.endsWith('/enablement')) await setDisabled(tx, userId, clock.now());
    if (route.access === 'leaving')
      await tx
        .updateTable('users')
        .set({ leaves_at: new Date(clock.now().getTime() + dayMs) })
        .execute();
    if (route.url.endsWith('/resumption'))
      await setState(tx, userId, accountId, { state: 'paused', reason: '' });
  });
}

/** A plan to be changed, where the route is about one. */
async function subscribe({ stripe }: SellingWorld, { url }: Route, { userId }: Estate): Promise<void> {
  const { id } = stripe.customer(null, {}, `cus_${userId}`);
  if (url.endsWith('/checkouts')) return;
  const begun = await stripe.subscribe(id, 'price_pro_month');
  if (url.endsWith('/resumption')) await stripe.update(begun.id, { cancels: true });
}

/** The browser for which a route is meant, on a page whose form token is in its hands. */
async function rightful(world: TestApp, { access }: Route, owner: Estate): Promise<Browser> {
  const browser = access === 'user' ? owner.browser : world.browser();
  if (access === 'code' || access === 'leaving')
    browser.setCookie(world.kit.cookies.session, owner.otherSecret);
  if (access === 'admin') {
    const admin = await person(world, `admin-${randomUUID()}`, 'admin');
    await admin.browser.get('/admin/users');
    return admin.browser;
  }
  await browser.get(
    { user: '/settings/profile', code: '/login/code', leaving: '/leaving' }[access as string] ?? '/reset',
  );
  return browser;
}

const publicUrl = ({ kit }: TestApp): string => kit.site.publicUrl;
/** Headers of a request that no page of ours sent. An empty header is one that is not there. */
const foreign = (world: TestApp): Record<string, Fields> => ({
  'from another site': { 'sec-fetch-site': 'cross-site' },
  'from a neighbour of the site': { 'sec-fetch-site': 'same-site' },
  'from no page': { 'sec-fetch-site': 'none' },
  'from another site that names our origin': { 'sec-fetch-site': 'cross-site', origin: publicUrl(world) },
  'with an empty Sec-Fetch-Site': { 'sec-fetch-site': '', origin: publicUrl(world) },
});
/** The same from browsers that send no Sec-Fetch-Site. */
const older = (world: TestApp): Record<string, Fields> => ({
  'of another origin': { origin: 'https://evil.example' },
  'of a hidden origin': { origin: 'null' },
  'of our name on another port': { origin: publicUrl(world).replace(/(:\d+)?$/, ':1') },
  'of our name and more': { origin: `${publicUrl(world)}.evil.example` },
  'that tells neither origin nor site': {},
  'that has a Referer alone': { referer: `${publicUrl(world)}/login` },
});

/** Fields as a form sends them; a form with a file has its token in a header, as pages send it. */
function bodyOf({ fields, file }: { fields: Fields; file?: string | Buffer }) {
  if (file === undefined)
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    };
  const { _csrf } = fields;
  const { headers, payload } = formOf([{ name: 'a.csv', content: file }]);
  return { headers: { ...headers, ...(_csrf === undefined ? {} : { 'x-csrf-token': _csrf }) }, payload };
}

const send = (
  world: TestApp,
  browser: Browser,
  form: { url: string; fields: Fields; headers: Fields; file?: string | Buffer },
) =>
  world.app.inject({
    method: 'POST',
    url: form.url,
    remoteAddress: '203.0.113.7',
    headers: {
      host: new URL(publicUrl(world)).host,
      cookie: ['session', 'csrf']
        .map((name) => world.kit.cookies[name as 'session' | 'csrf'])
        .map((name) => `${name}=${browser.cookie(name) ?? ''}`)
        .join('; '),
      ...bodyOf(form).headers,
      ...form.headers,
    },
    payload: bodyOf(form).payload,
  });

void t.test('every form of the list has one that takes effect', (t) => {
  t.same(Object.keys(formEffects).sort(), forms.map(({ key }) => key).sort());
  t.end();
});

for (const route of forms) {
  void t.test(
    `${route.key} is refused from other origins and with other tokens, and changes nothing`,
    async (t) => {
      const terminals = scriptedTerminals({});
      const options = { isEmpty: route.url === '/setup', terminals, needsMarket: true };
      const world = await (isOfPlans(route) ? sellingApp : testApp)(t, options);
      const owner = await estate(world, 'owner', {
        isConfirmed: route.access === 'code',
        stage: route.access === 'code' || route.access === 'leaving' ? route.access : 'full',
      });
      await prepare(world, route, owner);
      if ('stripe' in world) await subscribe(world as SellingWorld, route, owner);
      const stranger = await person(world, 'stranger');
      await stranger.browser.get('/settings/profile');
      const browser = await rightful(world, route, owner);
      const { fields = {}, id = '', ...body } = formEffects[route.key]?.(owner, world) ?? {};
      const url = route.url.replace(/:\w+/, id);
      const withToken = { ...fields, _csrf: browser.token };
      const before = await rowsOf(world.login, null);

      for (const [what, headers] of Object.entries({ ...foreign(world), ...older(world) })) {
        const answer = await send(world, browser, { ...body, url, fields: withToken, headers });
        t.equal(answer.statusCode, 403, `a form ${what}`);
        t.match(answer.body, 'sent from another site');
      }
      const ours = { 'sec-fetch-site': 'same-origin' };
      const tokens: Record<string, Fields> = {
        'no token': {},
        'an empty token': { _csrf: '' },
        'a made-up token': { _csrf: 'x'.repeat(browser.token.length) },
        'a changed token': {
          _csrf: `${browser.token.slice(0, -1)}${browser.token.endsWith('A') ? 'B' : 'A'}`,
        },
        'the token of somebody else': { _csrf: stranger.browser.token },
      };
      for (const [what, token] of Object.entries(tokens)) {
        const answer = await send(world, browser, {
          ...body,
          url,
          fields: { ...fields, ...token },
          headers: ours,
        });
        t.equal(answer.statusCode, 403, `a form with ${what}`);
        t.match(answer.body, 'Reload the page');
      }
      const planted = world.browser();
      planted.setCookie(world.kit.cookies.session, browser.cookie(world.kit.cookies.session) ?? '');
      planted.setCookie(world.kit.cookies.csrf, stranger.browser.cookie(world.kit.cookies.csrf) ?? '');
      const theirs = { ...fields, _csrf: stranger.browser.token };
      const answer = await send(world, planted, { ...body, url, fields: theirs, headers: ours });
      t.equal(answer.statusCode, 403, 'a form with the token and the cookie of somebody else');
      t.same(await rowsOf(world.login, null), before, 'nothing has changed');
      t.same(terminals.restarted, []);
      t.equal(world.mail.length, 0, 'no letter has left');

      const byOrigin = { origin: publicUrl(world) };
      const headers = forms.indexOf(route) % 2 === 0 ? ours : byOrigin;
      const accepted = await send(world, browser, { ...body, url, fields: withToken, headers });
      await world.kit.afterwards.settled();
      t.ok(
        [200, 201, 303].includes(accepted.statusCode),
        `the proper form is accepted: ${accepted.statusCode}`,
      );
      if (withoutRows.has(route.key)) return;
      t.strictNotSame(await rowsOf(world.login, null), before, 'and takes effect');
    },
  );
}

void t.test('a GET changes no row, whatever it says of where it comes from', async (t) => {
  const world = await testApp(t);
  const owner = await estate(world, 'owner', { role: 'admin' });
  const before = await rowsOf(world.login, null);
  for (const { key, url } of routes.filter((route) => !changes(route) && !isApi(route) && !isSocket(route)))
    for (const id of [owner.verifySecret, owner.resetSecret, owner.accountId]) {
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const answer = await owner.browser.get(url.replace(/:\w+|\*$/, id), headers);
      t.ok(answer.statusCode < 500 && answer.statusCode !== 403, key);
    }
  t.same(await rowsOf(world.login, null), before);
});
