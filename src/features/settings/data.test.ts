import t from 'tap';
import { dayMs } from '../../lib/clock.js';
import { password, person, tokenOf } from '../../testing/cast.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { seedAccount } from '../../testing/trading.js';
import { ask, codeAt, isSignedIn, signIn, turnOnFactor } from '../../testing/steps.js';
import type { Browser } from '../../testing/browser.js';

t.setTimeout(600_000);

const leave = (browser: Browser, email: string, more: Record<string, string> = {}) =>
  browser.fill('/settings/data', '/settings/data/removal', { password, confirm: email, ...more });
const leavesAt = async (world: TestApp, email: string): Promise<Date | null> =>
  (await ask<{ at: Date | null }>(world, 'select leaves_at as at from users where email = $1', [email]))[0]
    ?.at ?? null;

void t.test(
  'whoever asks to be deleted is signed out, and no token and no account of theirs works',
  async (t) => {
    const world = await testApp(t);
    const anna = await person(world, 'anna');
    const { accountId } = await seedAccount(world, anna.userId, { trades: 1 });
    const token = await tokenOf(world, anna);
    const elsewhere = world.browser();
    await signIn(elsewhere, anna.email);
    const left = await leave(anna.browser, anna.email);
    t.match(left, { statusCode: 303, headers: { location: '/login' } });
    t.match((await anna.browser.get('/login')).body, 'within 7 days');
    for (const browser of [anna.browser, elsewhere]) t.notOk(await isSignedIn(browser));
    const program = await world.browser().get('/api/v1/me', { authorization: `Bearer ${token}` });
    t.equal(program.statusCode, 401);
    const [account] = await ask<{ state: string }>(world, 'select state from accounts where id = $1', [
      accountId,
    ]);
    t.equal(account?.state, 'paused');
    t.same(await leavesAt(world, anna.email), new Date(world.clock.now().getTime() + 7 * dayMs));
    t.match(world.mail, [{ to: anna.email, subject: 'Your RawJournal account leaves' }]);
  },
);

void t.test('a sign-in within the grace can keep the account, and nothing else', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 1 });
  await leave(anna.browser, anna.email);
  world.clock.advance(7 * dayMs - 1);
  const { browser } = anna;
  t.match(await signIn(browser, anna.email), { statusCode: 303, headers: { location: '/leaving' } });
  for (const path of ['/dashboard', '/settings/data', '/trades'])
    t.match(await browser.get(path), { statusCode: 303, headers: { location: '/leaving' } }, path);
  const asked = await browser.get('/leaving');
  t.match(asked.body, 'Keep my account');
  t.match(await browser.post('/leaving/keeping'), { statusCode: 303, headers: { location: '/dashboard' } });
  t.ok(await isSignedIn(browser));
  t.equal(await leavesAt(world, anna.email), null);
  const [account] = await ask<{ state: string }>(world, 'select state from accounts where id = $1', [
    accountId,
  ]);
  t.equal(account?.state, 'live', 'it is read again');
  const again = await browser.post('/leaving/keeping');
  t.match(again, { statusCode: 303 }, 'a second click');
  t.match((await browser.get('/settings/activity?kind=data')).body, /taken back.*asked for/s);
});

void t.test('what its owner had paused stays paused, and who signs out again leaves', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 1 });
  await anna.browser.get('/accounts');
  await anna.browser.post(`/accounts/${accountId}/pause`);
  await leave(anna.browser, anna.email);
  await signIn(anna.browser, anna.email);
  await anna.browser.get('/leaving');
  t.match(await anna.browser.post('/leaving/sign-out'), { headers: { location: '/login' } });
  t.ok(await leavesAt(world, anna.email));
  await signIn(anna.browser, anna.email);
  await anna.browser.get('/leaving');
  await anna.browser.post('/leaving/keeping');
  const [account] = await ask<{ state: string }>(world, 'select state from accounts where id = $1', [
    accountId,
  ]);
  t.equal(account?.state, 'paused');
});

void t.test('once the grace is over nobody gets in, even before the rows are gone', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  await leave(anna.browser, anna.email);
  const late = world.browser();
  await signIn(late, anna.email);
  await late.get('/leaving');
  world.clock.advance(7 * dayMs);
  t.equal((await signIn(world.browser(), anna.email)).statusCode, 422);
  t.match(await late.post('/leaving/keeping'), { headers: { location: '/login' } });
  t.ok(await leavesAt(world, anna.email), 'what is due is not taken back');
});

void t.test('password, address and second factor are asked for, and what was typed stays', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { secret } = await turnOnFactor(world, anna);
  const { browser, email } = anna;
  const wrong = async (fields: Record<string, string>, sentence: string): Promise<void> => {
    const answer = await leave(browser, email, fields);
    t.equal(answer.statusCode, 422);
    t.match(answer.body, sentence);
    t.equal(await leavesAt(world, email), null);
  };
  await wrong({ password: 'another one' }, 'This is not your password.');
  await wrong({ confirm: 'delete' }, `Type ${email}, exactly as it is written.`);
  await wrong({}, 'This code is not right');
  await wrong({ code: '000000' }, 'This code is not right');
  t.match((await leave(browser, email, { password: 'another one' })).body, `value="${email}"`);
  t.match(await leave(browser, email, { code: codeAt(world.clock, secret) }), { statusCode: 303 });
  world.clock.advance(60_000);
  t.match(await signIn(browser, email), { headers: { location: /login\/code/ } });
  const code = codeAt(world.clock, secret);
  t.match(await browser.fill('/login/code', '/login/code', { code }), { headers: { location: '/leaving' } });
});

void t.test('the last administrator stays, and one who leaves is not counted on', async (t) => {
  const world = await testApp(t);
  const [ada, bob] = [await person(world, 'ada', 'admin'), await person(world, 'bob', 'admin')];
  t.match(await leave(ada.browser, ada.email), { statusCode: 303 });
  const refused = await leave(bob.browser, bob.email);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /bob@example\.org is the last administrator/);
  t.match((await bob.browser.get('/admin/users')).body, /leaves on \d/);
});

void t.test('the invented trader of a trial cannot be deleted', async (t) => {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  world.kit.demo = { userId: anna.userId, email: anna.email };
  t.equal((await leave(anna.browser, anna.email)).statusCode, 409);
  t.match((await anna.browser.get('/settings/data')).body, 'This trader is invented');
});
