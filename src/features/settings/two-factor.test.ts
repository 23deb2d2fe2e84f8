import t from 'tap';
import { testApp } from '../../testing/app.js';
import { password, person } from '../../testing/cast.js';
import {
  ask,
  codeAt,
  isSignedIn,
  shownCodes,
  shownSecret,
  signIn,
  stolen,
  turnOnFactor,
} from '../../testing/steps.js';

t.setTimeout(600_000);

const region = '/settings/security/two-factor';

void t.test('the second step is on once the first code of the app was right', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'owner');
  const refused = await browser.fill('/settings/security', region, { password: 'not the password' });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'This is not your password.');
  const pending = await browser.post(region, { password });
  const secret = shownSecret(pending.body);
  t.match(secret, /^[A-Z2-7]{32}$/);
  t.match(pending.body, 'src="data:image/svg+xml;base64,', 'with a picture to scan');
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard', 'it guards nothing yet');
  const wrong = await browser.post(`${region}/confirmation`, { code: codeAt(world.clock, secret, 9) });
  t.equal(wrong.statusCode, 422);
  t.match(wrong.body, 'This code is not right.');
  const on = await browser.post(`${region}/confirmation`, { code: codeAt(world.clock, secret) });
  t.equal(on.statusCode, 200);
  t.equal(shownCodes(on.body).length, 10);
  t.match((await signIn(world.browser(), email)).headers.location, /^\/login\/code/);
  const later = await browser.get('/settings/security');
  t.match(later.body, 'on since 2 Mar 2026, 09:00');
  t.match(later.body, '10 recovery codes are left');
  t.same([shownSecret(later.body), shownCodes(later.body)], ['', []], 'nothing is shown twice');
});

void t.test('turning it on signs every other device out', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const other = world.browser();
  await signIn(other, owner.email);
  await turnOnFactor(world, owner);
  t.notOk(await isSignedIn(other));
  t.ok(await isSignedIn(owner.browser));
});

void t.test('the key is sealed in the database, bound to its owner, and every seal is another', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const { secret } = await turnOnFactor(world, owner);
  const rows = await stolen(world);
  for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')])
    t.notOk(rows.includes(form));
  const other = await person(world, 'other');
  const copy = `insert into two_factor select $2, sealed_secret, confirmed_at, 0 from two_factor where user_id = $1`;
  await ask(world, copy, [owner.userId, other.userId]);
  const thief = world.browser();
  await signIn(thief, other.email);
  await thief.get('/login/code');
  const swapped = await thief.post('/login/code', { code: codeAt(world.clock, secret) });
  t.equal(swapped.statusCode, 500, 'a seal that was moved to another row opens nothing');
  t.notOk(await isSignedIn(thief));
});

void t.test('a second proposal replaces one that waits, and never one that is on', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'owner');
  const first = shownSecret((await browser.fill('/settings/security', region, { password })).body);
  const second = shownSecret((await browser.post(region, { password })).body);
  t.not(second, first);
  const code = codeAt(world.clock, second);
  t.equal((await browser.post(`${region}/confirmation`, { code })).statusCode, 200);
  const sealed = await ask(world, 'select sealed_secret from two_factor');
  t.equal(shownSecret((await browser.post(region, { password })).body), '');
  t.same(await ask(world, 'select sealed_secret from two_factor'), sealed);
  world.clock.advance(60_000);
  const again = await browser.post(`${region}/confirmation`, { code: codeAt(world.clock, second) });
  t.equal(again.statusCode, 422, 'nor is it confirmed twice, for new recovery codes');
});

void t.test('new recovery codes take the password and end the old ones', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const { codes } = await turnOnFactor(world, owner);
  const refused = await owner.browser.post(`${region}/recovery-codes`, { password: 'not the password' });
  t.equal(refused.statusCode, 422);
  const fresh = shownCodes((await owner.browser.post(`${region}/recovery-codes`, { password })).body);
  t.equal(fresh.length, 10);
  const browser = world.browser();
  await signIn(browser, owner.email);
  await browser.get('/login/code');
  t.equal((await browser.post('/login/code', { code: codes[0] ?? '' })).statusCode, 422);
  t.equal((await browser.post('/login/code', { code: fresh[0] ?? '' })).statusCode, 303);
});

void t.test('turning it off takes the password and leaves nothing behind', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  await turnOnFactor(world, owner);
  t.equal((await owner.browser.post(`${region}/removal`, { password: 'not it' })).statusCode, 422);
  t.equal((await ask(world, 'select from two_factor')).length, 1);
  t.match((await owner.browser.post(`${region}/removal`, { password })).body, 'Set up');
  t.equal((await ask(world, 'select from two_factor')).length, 0);
  t.equal((await ask(world, 'select from recovery_codes')).length, 0);
  t.equal((await signIn(world.browser(), owner.email)).headers.location, '/dashboard');
});

void t.test('where the key is lost a code is told so, and a recovery code still opens', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const { secret, codes } = await turnOnFactor(world, owner);
  const lost = `update two_factor set sealed_secret = overlay(sealed_secret placing '\\x00000000'::bytea from 2 for 4) where user_id = $1`;
  await ask(world, lost, [owner.userId]);
  const browser = world.browser();
  await signIn(browser, owner.email);
  await browser.get('/login/code');
  const told = await browser.post('/login/code', { code: codeAt(world.clock, secret) });
  t.equal(told.statusCode, 409);
  t.match(told.body, 'use one of your recovery codes');
  await browser.get('/login/code');
  await browser.post('/login/code', { code: codes[0] ?? '' });
  t.ok(await isSignedIn(browser));
});
