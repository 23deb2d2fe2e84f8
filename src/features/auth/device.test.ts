import t from 'tap';
import { dayMs } from '../../lib/clock.js';
import { testApp } from '../../testing/app.js';
import type { Browser } from '../../testing/browser.js';
import { password, person } from '../../testing/cast.js';
import { letterRows } from '../../testing/mail.js';
import { ask, codeAt, pathIn, signIn, turnOnFactor } from '../../testing/steps.js';

t.setTimeout(600_000);

/** Signs out; the next sign-in begins on a page of its own. */
const leave = async (browser: Browser): Promise<void> => {
  await browser.get('/settings/profile');
  const { statusCode } = await browser.post('/logout');
  if (statusCode !== 303) throw new Error('still signed in');
};

void t.test('a sign-in from another browser is told by mail, one from the same is not', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'owner');
  const [desk, phone] = [world.browser(), world.browser()];
  await signIn(desk, email);
  t.same(world.mail, [], 'the first one of a new account');
  await leave(desk);
  await signIn(desk, email);
  t.same(world.mail, [], 'the same one again');
  await leave(desk);
  world.clock.advance(60 * dayMs);
  await signIn(desk, email);
  t.same(world.mail, [], 'and after two months');
  await phone.get('/login');
  await phone.post('/login', { email, password }, { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604.1' });
  t.equal(world.mail.length, 1);
  const [letter] = world.mail;
  t.equal(letter?.to, email);
  t.match(letter?.text, 'Safari on iOS, from the address 203.0.113.7, 1 May 2026, 09:00 (UTC).');
  t.equal(pathIn(letter), '/settings/security');
  await leave(phone);
  await signIn(phone, email);
  t.equal(world.mail.length, 1, 'once a device');
});

void t.test('an account of yore is told of the first device that is known', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'owner');
  world.clock.advance(2 * dayMs);
  await signIn(world.browser(), email);
  t.equal(world.mail.length, 1);
});

void t.test('a password that is wrong, or a code that is owed, is no arrival', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  await signIn(world.browser(), owner.email);
  const { secret } = await turnOnFactor(world, owner);
  const thief = world.browser();
  await signIn(thief, owner.email, { password: 'not the password' });
  await signIn(thief, owner.email);
  await thief.get('/login/code');
  await thief.post('/login/code', { code: '000000' });
  t.same(world.mail, []);
  await thief.post('/login/code', { code: codeAt(world.clock, secret) });
  t.match(await letterRows(world), [{ kind: 'new-device', state: 'sent', facts: null }]);
});

void t.test('the cookie of a device opens nothing, and the database holds its hash alone', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'owner');
  const browser = world.browser();
  const { cookies } = await signIn(browser, email);
  const device = cookies.find(({ name }) => name === 'device');
  t.match(device, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    value: /^[\w-]{43}$/,
    maxAge: (400 * dayMs) / 1000,
  });
  const other = world.browser();
  other.setCookie('device', device?.value ?? '');
  t.equal((await other.get('/dashboard')).statusCode, 303);
  const kept = JSON.stringify(await ask(world, 'select * from devices'));
  t.notOk(kept.includes(device?.value ?? ''));
  for (const forged of ['', 'x', 'x'.repeat(44), `${'x'.repeat(42)};`]) {
    const fresh = world.browser();
    fresh.setCookie('device', forged);
    const given = (await signIn(fresh, email)).cookies.find(({ name }) => name === 'device');
    t.match(given?.value, /^[\w-]{43}$/, 'what is no secret of ours is replaced');
  }
});

void t.test('one browser of two people is known to each by itself', async (t) => {
  const world = await testApp(t);
  const [anna, bob] = [await person(world, 'anna'), await person(world, 'bob')];
  const browser = world.browser();
  await signIn(browser, anna.email);
  await leave(browser);
  await signIn(world.browser(), bob.email);
  await signIn(browser, bob.email);
  t.match(
    world.mail.map(({ to }) => to),
    [bob.email],
  );
});
