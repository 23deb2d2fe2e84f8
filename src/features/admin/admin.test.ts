import t from 'tap';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { ask, isSignedIn, signIn, withoutChance } from '../../testing/steps.js';

t.setTimeout(600_000);

async function office(world: TestApp): Promise<{ admin: Person; user: Person }> {
  const admin = await person(world, 'admin', 'admin');
  world.clock.advance(1000);
  const user = await person(world, 'user');
  await admin.browser.get('/admin/users');
  return { admin, user };
}

const act = ({ browser }: Person, target: Person, what: string, fields: Record<string, string> = {}) =>
  browser.post(`/admin/users/${target.userId}/${what}`, fields);
const statusWith = async (world: TestApp, token: string): Promise<number> =>
  (await world.browser().get('/api/v1/me', { authorization: `Bearer ${token}` })).statusCode;
const rowOf = (html: string, { email }: Person): string =>
  html.split(/<\/?tr>/).find((row) => row.includes(`data-label="Email"><b>${email}</b>`)) ?? '';

void t.test('the list shows everybody, the newest first, with role and state', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  await world.browser().fill('/signup', '/signup', {
    email: 'new@example.org',
    password: 'a green heron at noon',
    timeZone: 'UTC',
    agree: 'yes',
  });
  t.equal((await admin.browser.get('/admin')).headers.location, '/admin/state');
  const { body } = await admin.browser.get('/admin/users');
  const emails = [...body.matchAll(/<b>(\w+@example\.org)<\/b>/g)].map(([, email]) => email);
  t.same(emails.slice(-3).sort(), [admin.email, 'new@example.org', user.email]);
  t.ok(emails.indexOf(user.email) < emails.lastIndexOf(admin.email), 'the newest first');
  t.match(rowOf(body, user), 'active');
  t.match(body, /new@example\.org.*unverified/s);
  t.match(rowOf(body, admin), 'admin');
  t.notMatch(body, /argon2/, 'no hash reaches the page');
});

void t.test('a new role signs the person out, so that no session changes its rights', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  t.equal((await user.browser.get('/admin/users')).statusCode, 404);
  const raised = await act(admin, user, 'role', { role: 'admin' });
  t.equal(raised.statusCode, 200);
  t.match(rowOf(raised.body, user), 'Make user');
  t.notOk(await isSignedIn(user.browser));
  await signIn(user.browser, user.email);
  t.equal((await user.browser.get('/admin/users')).statusCode, 200);
  const token = await tokenOf(world, user);
  const status = () => world.browser().get('/api/v1/status', { authorization: `Bearer ${token}` });
  t.equal((await status()).statusCode, 200);
  await act(admin, user, 'role', { role: 'user' });
  t.notOk(await isSignedIn(user.browser));
  t.equal((await status()).statusCode, 404, 'a token has the rights of its owner now');
  await signIn(user.browser, user.email);
  t.equal((await user.browser.get('/admin/users')).statusCode, 404);
});

void t.test('a role that does not exist is refused, and nobody is signed out for it', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  for (const fields of [{ role: 'owner' }, { role: '' }, {}])
    t.equal((await act(admin, user, 'role', fields)).statusCode, 422);
  t.ok(await isSignedIn(user.browser));
});

void t.test('disabling closes every door at once, and enabling opens them again', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  const token = await tokenOf(world, user);
  t.equal(await statusWith(world, token), 200);
  const closed = await act(admin, user, 'disablement');
  t.match(rowOf(closed.body, user), 'disabled');
  t.notOk(await isSignedIn(user.browser), 'sessions');
  t.equal(await statusWith(world, token), 401, 'tokens');
  t.equal((await signIn(world.browser(), user.email)).statusCode, 422, 'the password');
  await world.browser().fill('/reset', '/reset', { email: user.email });
  t.same(world.mail, [], 'letters');
  const opened = await act(admin, user, 'enablement');
  t.match(rowOf(opened.body, user), 'active');
  t.equal(await statusWith(world, token), 200);
  t.equal((await signIn(world.browser(), user.email)).headers.location, '/dashboard');
  t.notOk(await isSignedIn(user.browser), 'but a session that was closed stays closed');
});

void t.test('a reset link that an administrator hands over works once', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  const made = await act(admin, user, 'reset-link');
  const link = /<code id="reset-link">([^<]+)</.exec(made.body)?.[1] ?? '';
  t.match(link, /^http:\/\/127\.0\.0\.1:3000\/reset\/[\w-]{43}$/);
  t.match(made.body, `Link for ${user.email}`);
  t.notMatch((await admin.browser.get('/admin/users')).body, link, 'shown once');
  t.same(world.mail, []);
  const browser = world.browser();
  const { pathname } = new URL(link);
  const fields = { password: 'a red fox at midnight' };
  t.equal((await browser.fill(pathname, pathname, fields)).headers.location, '/login');
  t.equal((await browser.post(pathname, fields)).statusCode, 404);
  t.notOk(await isSignedIn(user.browser));
  t.equal((await signIn(browser, user.email, fields)).headers.location, '/dashboard');
});

void t.test('nobody changes their own row, and it has no buttons', async (t) => {
  const world = await testApp(t);
  const { admin } = await office(world);
  t.notMatch(rowOf((await admin.browser.get('/admin/users')).body, admin), '<button');
  const before = await ask(world, 'select * from users order by email');
  for (const what of ['role', 'disablement', 'enablement', 'reset-link']) {
    const refused = await act(admin, admin, what, { role: 'user' });
    t.equal(refused.statusCode, 409, what);
    t.match(refused.body, 'ask another administrator');
  }
  t.same(await ask(world, 'select * from users order by email'), before);
  t.ok(await isSignedIn(admin.browser));
});

void t.test('for a normal user there is no administration, and for nobody an unknown person', async (t) => {
  const world = await testApp(t);
  const { admin, user } = await office(world);
  await user.browser.get('/dashboard');
  for (const path of ['/admin', '/admin/users', '/admin/users/list', '/admin/styleguide'])
    t.equal((await user.browser.get(path)).statusCode, 404, path);
  const nowhere = (await user.browser.get('/admin/nowhere')).body;
  const hidden = (await user.browser.get('/admin/users')).body;
  t.match(nowhere, 'There is nothing');
  t.equal(withoutChance(hidden), withoutChance(nowhere), 'it reads like any page that is not there');
  for (const what of ['role', 'disablement', 'enablement', 'reset-link'])
    t.equal((await act(user, admin, what, { role: 'user' })).statusCode, 404, what);
  for (const userId of ['00000000-0000-4000-8000-000000000000', '1', '%00'])
    for (const what of ['role', 'disablement', 'enablement', 'reset-link'])
      t.equal(
        (await act(admin, { ...user, userId }, what, { role: 'user' })).statusCode,
        404,
        `${what} of ${userId}`,
      );
  t.ok(await isSignedIn(admin.browser));
  t.same(await ask(world, 'select role from users order by email'), [{ role: 'admin' }, { role: 'user' }]);
});
