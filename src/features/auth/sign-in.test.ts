import { hash } from 'argon2';
import t from 'tap';
import { setDisabled, setPassword } from '../../data/users.js';
import { testApp } from '../../testing/app.js';
import { password, person } from '../../testing/cast.js';
import { ask, isSignedIn, signIn, withoutChance } from '../../testing/steps.js';

t.setTimeout(600_000);

const secretPattern = /^[\w-]{43}$/;

void t.test('a wrong password, an unknown address and a disabled person get one answer', async (t) => {
  const world = await testApp(t);
  const known = await person(world, 'known');
  const gone = await person(world, 'gone');
  await world.db.withTenant('app', gone.userId, (tx) => setDisabled(tx, gone.userId, world.clock.now()));
  const wrong = 'a password with <b>letters</b>';
  const seen: string[] = [];
  for (const [email, typed] of [
    [known.email, wrong],
    ['stranger@example.org', wrong],
    [gone.email, password],
  ] as const) {
    const browser = world.browser();
    const refused = await browser.fill('/login', '/login', { email, password: typed });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, 'This email and password do not belong together.');
    t.match(refused.body, `value="${email}"`, 'what was typed is kept');
    t.notOk(refused.body.includes(typed) || refused.body.includes('&lt;b&gt;'), 'but for the password');
    t.equal(browser.cookie('sid'), undefined);
    seen.push(withoutChance(refused.body).replaceAll(email, 'EMAIL'));
  }
  t.equal(new Set(seen).size, 1, 'byte for byte');
  t.same(world.mail, []);
});

void t.test('the session cookie is out of reach of scripts and other sites', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'trader');
  const browser = world.browser();
  const { cookies } = await signIn(browser, email);
  const session = cookies.find(({ name }) => name === 'sid');
  t.match(session, { httpOnly: true, sameSite: 'Lax', path: '/', value: secretPattern });
  t.equal(session?.maxAge, 90 * 24 * 60 * 60);
  t.notOk(session?.secure, 'http on one’s own machine');
  t.equal(session?.domain, undefined);
  await browser.get('/dashboard');
  t.match(browser.cookie('csrf'), /./, 'the form token has a cookie too');
});

void t.test('over https the browser itself ties every cookie to this host', async (t) => {
  const world = await testApp(t, { env: { PUBLIC_URL: 'https://journal.example.org' } });
  const { email } = await person(world, 'trader');
  const page = await world.browser().get('/login');
  const entered = await signIn(world.browser(), email);
  const saved = await (async () => {
    const { browser } = await person(world, 'other');
    return browser.fill('/settings/profile', '/settings/profile', { name: 'Other', timeZone: 'UTC' });
  })();
  const given = [...page.cookies, ...entered.cookies, ...saved.cookies];
  t.same([...new Set(given.map(({ name }) => name))].sort(), [
    '__Host-csrf',
    '__Host-device',
    '__Host-flash',
    '__Host-sid',
  ]);
  for (const { name, secure, httpOnly, sameSite, path, domain } of given)
    t.same(
      { secure, httpOnly, sameSite, path, domain },
      {
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        domain: undefined,
      },
      name,
    );
  t.match(page.headers['strict-transport-security'], /max-age=63072000/);
});

void t.test('a session that somebody planted in the browser is not taken over', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'trader');
  const browser = world.browser();
  const planted = 'p'.repeat(43);
  browser.setCookie('sid', planted);
  await signIn(browser, email);
  t.match(browser.cookie('sid'), secretPattern);
  t.not(browser.cookie('sid'), planted);
  const thief = world.browser();
  thief.setCookie('sid', planted);
  t.notOk(await isSignedIn(thief));
});

void t.test('signing in again replaces the session and the form tokens of before', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'trader');
  await browser.get('/settings/profile');
  const [session = '', form] = [browser.cookie('sid'), browser.token];
  const again = await browser.post('/login', { email, password });
  t.equal(again.headers.location, '/dashboard');
  t.not(browser.cookie('sid'), session);
  const before = world.browser();
  before.setCookie('sid', session);
  t.notOk(await isSignedIn(before), 'the old one is dead');
  await browser.get('/dashboard');
  const stale = await browser.post('/settings/profile', { _csrf: form, name: 'x', timeZone: 'UTC' });
  t.equal(stale.statusCode, 403);
  t.match(stale.body, 'This form belongs to an earlier sign-in');
  t.equal((await ask(world, 'select from sessions')).length, 1);
});

void t.test('after signing out the cookie is dead, for whoever still has a copy too', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  await browser.get('/dashboard');
  const thief = world.browser();
  thief.setCookie('sid', browser.cookie('sid') ?? '');
  t.ok(await isSignedIn(thief), 'the copy was good');
  const out = await browser.post('/logout');
  t.equal(out.headers.location, '/login');
  t.equal(browser.cookie('sid'), undefined);
  t.notOk(await isSignedIn(thief));
  t.match((await browser.get('/login')).body, /You are signed out/);
  t.equal((await ask(world, 'select from sessions')).length, 0);
});

void t.test('a link elsewhere cannot sign anybody out', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  t.equal((await browser.get('/logout')).statusCode, 404);
  t.ok(await isSignedIn(browser));
});

const elsewhere = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '\t//evil.example',
  '/x\r\nset-cookie: sid=evil',
  '/x\nlocation: https://evil.example',
  'https://evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  'evil.example',
  '/\u0000/evil.example',
  '/ /evil.example',
  '/日本',
  '',
];

void t.test('whoever signs in stays on this site, whatever the address said', async (t) => {
  const world = await testApp(t);
  const browser = world.browser();
  for (const next of elsewhere) {
    const page = await browser.get(`/login?next=${encodeURIComponent(next)}`);
    t.equal(page.statusCode, 200);
    t.notMatch(page.body, 'name="next"', `not carried on: ${JSON.stringify(next)}`);
  }
  const { email } = await person(world, 'trader');
  for (const next of ['//evil.example', '/\\evil.example', '/x\r\nset-cookie: sid=evil', '/日本']) {
    const entered = await signIn(world.browser(), email, { next });
    t.equal(entered.headers.location, '/dashboard', JSON.stringify(next));
    t.equal(entered.cookies.filter(({ name }) => name === 'sid').length, 1);
  }
});

void t.test('a page that was asked for is opened after signing in', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'trader');
  const browser = world.browser();
  const sent = await browser.get('/settings/profile?from=2026-01-01&tag=a%26b');
  t.equal(sent.statusCode, 303);
  const page = await browser.get(sent.headers.location ?? '');
  t.match(page.body, 'name="next" value="/settings/profile?from=2026-01-01&amp;tag=a%26b"');
  const entered = await browser.post('/login', {
    email,
    password,
    next: '/settings/profile?from=2026-01-01&tag=a%26b',
  });
  t.equal(entered.headers.location, '/settings/profile?from=2026-01-01&tag=a%26b');
});

void t.test('a region that finds no session takes the whole page along, a form goes by itself', async (t) => {
  const world = await testApp(t);
  const browser = world.browser();
  const region = await browser.get('/settings/security/sessions', { 'hx-request': 'true' });
  t.equal(region.statusCode, 401);
  t.equal(region.headers['hx-redirect'], '/login');
  t.equal(region.body, '');
  await browser.get('/login');
  t.equal((await browser.post('/settings/profile', { name: 'x' })).headers.location, '/login');
});

void t.test('a signed-in person who opens the sign-in page is led on', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  t.equal((await browser.get('/login')).headers.location, '/dashboard');
  t.equal((await browser.get('/')).headers.location, '/dashboard');
});

void t.test('a password hash with weaker parameters is made anew at the next sign-in', async (t) => {
  const world = await testApp(t);
  const { email, userId } = await person(world, 'trader');
  const dated = await hash(password, { memoryCost: 8 * 1024, timeCost: 2, parallelism: 1 });
  await world.db.withTenant('app', userId, (tx) => setPassword(tx, userId, dated));
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard');
  const [row] = await ask<{ password_hash: string }>(world, 'select password_hash from users');
  t.match(row?.password_hash, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard', 'and still fits');
});
