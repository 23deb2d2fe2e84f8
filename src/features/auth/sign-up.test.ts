import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { saveLegalPage } from '../../data/legal-pages.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { password, person } from '../../testing/cast.js';
import { ask, isSignedIn, isVerified, linkIn, pathIn, signIn, withoutChance } from '../../testing/steps.js';

t.setTimeout(600_000);

const signUp = (world: TestApp, email: string): Promise<LightMyRequestResponse> =>
  world.browser().fill('/signup', '/signup', { email, password, timeZone: 'UTC', agree: 'yes' });

/** An answer as somebody outside can compare it with another. */
const visible = ({ statusCode, headers, body }: LightMyRequestResponse) => {
  return { statusCode, headers: { ...headers, date: '' }, body: withoutChance(body) };
};

void t.test('a known and an unknown address get the same answer, and different letters', async (t) => {
  const world = await testApp(t);
  const known = await person(world, 'known');
  const browser = world.browser();
  const fill = (email: string) =>
    browser.fill('/signup', '/signup', { email, password, timeZone: 'UTC', agree: 'yes' });
  const toKnown = await fill(known.email);
  const toStranger = await fill('stranger@example.org');
  t.equal(toStranger.statusCode, 303);
  t.same(visible(toKnown), visible(toStranger));
  t.same(
    visible(await fill('stranger@example.org')),
    visible(toStranger),
    'nor when it waits to be confirmed',
  );
  t.match((await browser.get('/signup/sent')).body, /Look at your mail/);
  const [letterToKnown, letterToStranger, ...more] = world.mail;
  t.match(letterToKnown, { to: known.email, subject: /have a RawJournal account already/ });
  t.equal(linkIn(letterToKnown), 'http://127.0.0.1:3000/login', 'it carries no secret');
  t.match(letterToStranger, { to: 'stranger@example.org', subject: /Confirm your address/ });
  t.match(linkIn(letterToStranger), /^http:\/\/127\.0\.0\.1:3000\/verify\/[\w-]{43}$/);
  t.equal(more.length, 1);
  t.ok(await isSignedIn(known.browser), 'the owner of the address notices nothing else');
});

void t.test('the row is stored before the answer, and the letter is made after it', async (t) => {
  const world = await testApp(t);
  await ask(world, 'revoke insert on mailed_links from rawjournal_app');
  t.equal((await signUp(world, 'new@example.org')).headers.location, '/signup/sent');
  t.equal((await ask(world, 'select from users')).length, 1);
  t.match(world.logged.join('\n'), /after an answer failed/);
  await ask(world, 'revoke insert on users from rawjournal_app');
  t.equal((await signUp(world, 'other@example.org')).statusCode, 500, 'nothing stored, nothing promised');
});

void t.test('signing up again with a known address does not change its password', async (t) => {
  const world = await testApp(t);
  const known = await person(world, 'known');
  const other = 'somebody else chose this';
  await world
    .browser()
    .fill('/signup', '/signup', { email: known.email, password: other, timeZone: 'UTC', agree: 'yes' });
  const refused = await world.browser().fill('/login', '/login', { email: known.email, password: other });
  t.equal(refused.statusCode, 422);
  t.equal((await signIn(world.browser(), known.email)).headers.location, '/dashboard');
});

void t.test('an address is the same in any spelling', async (t) => {
  const world = await testApp(t);
  await signUp(world, '  Trader@Example.ORG ');
  await signUp(world, 'trader@example.org');
  t.same(await ask(world, 'select email from users'), [{ email: 'trader@example.org' }]);
});

void t.test('two who sign up with one address at once make one account', async (t) => {
  const world = await testApp(t);
  const answers = await Promise.all([1, 2, 3, 4].map(() => signUp(world, 'twin@example.org')));
  t.same([...new Set(answers.map((answer) => answer.statusCode))], [303]);
  t.equal((await ask(world, 'select from users')).length, 1);
  t.equal(world.mail.filter(({ subject }) => subject.startsWith('Confirm')).length, 1);
});

void t.test('where signing up is closed there is no such page, form or link', async (t) => {
  const world = await testApp(t, { env: { SIGN_UP: 'closed' } });
  const browser = world.browser();
  t.notMatch((await browser.get('/login')).body, '/signup');
  t.equal((await browser.get('/signup')).statusCode, 404);
  const refused = await browser.post('/signup', {
    email: 'new@example.org',
    password,
    timeZone: 'UTC',
    agree: 'yes',
  });
  t.equal(refused.statusCode, 404);
  t.same(world.mail, []);
  t.equal((await ask(world, 'select from users')).length, 0);
});

void t.test('the right password of an unconfirmed address gets a new link and no session', async (t) => {
  const world = await testApp(t);
  await signUp(world, 'new@example.org');
  const browser = world.browser();
  const wrong = await signIn(browser, 'new@example.org', { password: 'not the password' });
  t.equal(wrong.statusCode, 422);
  t.equal(world.mail.length, 1, 'a wrong password sends nothing');
  const right = await signIn(browser, 'new@example.org');
  t.equal(right.headers.location, '/signup/sent');
  t.equal(browser.cookie('sid'), undefined);
  t.equal((await ask(world, 'select from sessions')).length, 0);
  t.equal(world.mail.length, 2);
  await browser.fill(pathIn(world.mail[0]), pathIn(world.mail[0]), { password });
  t.notOk(await isVerified(world, 'new@example.org'), 'the older link has lost its force');
  await browser.fill(pathIn(world.mail[1]), pathIn(world.mail[1]), { password });
  t.ok(await isVerified(world, 'new@example.org'));
});

void t.test('a link of one kind opens no page of the other', async (t) => {
  const world = await testApp(t);
  const known = await person(world, 'known');
  await signUp(world, 'new@example.org');
  await world.browser().fill('/reset', '/reset', { email: known.email });
  const [verify = '', reset = ''] = world.mail.map(pathIn);
  const browser = world.browser();
  await browser.get('/login');
  const swapped = [verify.replace('/verify/', '/reset/'), reset.replace('/reset/', '/verify/')];
  for (const path of swapped) t.equal((await browser.get(path)).statusCode, 404, path);
  const refused = await browser.post(swapped[0] ?? '', { password: 'a brand new password' });
  t.equal(refused.statusCode, 404);
  await browser.post(swapped[1] ?? '', { password });
  t.equal((await browser.get(reset)).statusCode, 200, 'and is not used up there');
  t.equal((await browser.get(verify)).statusCode, 200);
});

void t.test('a refused form says why, keeps the address, and sends and stores nothing', async (t) => {
  const world = await testApp(t);
  const refused = await world
    .browser()
    .fill('/signup', '/signup', { email: 'new@example.org', password: 'qwertyuiop', agree: 'yes' });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /one of the most used passwords/);
  t.match(refused.body, 'value="new@example.org"');
  t.notMatch(refused.body, 'qwertyuiop');
  t.same(world.mail, []);
  t.equal((await ask(world, 'select from users')).length, 0);
});

void t.test('somebody who is signed in is not offered a second account', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'known');
  t.equal((await browser.get('/signup')).headers.location, '/dashboard');
});

void t.test('nobody signs up without agreeing to the terms, and their version is written down', async (t) => {
  const world = await testApp(t);
  const browser = world.browser();
  const fields = { email: 'new@example.org', password, timeZone: 'UTC' };
  const refused = await browser.fill('/signup', '/signup', fields);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'agree to them to go on');
  t.equal(world.mail.length, 0);
  await world.db.withInstallation((tx) => saveLegalPage(tx, 'terms', 'Be kind.', world.clock.now()));
  t.equal((await browser.post('/signup', { ...fields, agree: 'yes' })).statusCode, 303);
  const agreed = await ask<{ details: object }>(
    world,
    "select details from activities where what = 'terms-agreed'",
  );
  t.same(agreed, [{ details: { version: 'terms 1, privacy draft' } }]);
});
