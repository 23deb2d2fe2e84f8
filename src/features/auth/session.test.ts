import t from 'tap';
import { dayMs, minuteMs } from '../../lib/clock.js';
import { secretHash } from '../../lib/secret.js';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { ask, isSignedIn, linkIn, stolen, turnOnFactor } from '../../testing/steps.js';

t.setTimeout(600_000);

void t.test('a session ends after 14 days without a visit', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  world.clock.advance(14 * dayMs - 1);
  t.ok(await isSignedIn(browser), 'a millisecond before');
  world.clock.advance(14 * dayMs - 1);
  t.ok(await isSignedIn(browser), 'a visit counts from its own time');
  world.clock.advance(14 * dayMs);
  t.notOk(await isSignedIn(browser));
});

void t.test('a session ends after 90 days whatever its owner does', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  for (let day = 0; day < 90; day += 10) {
    t.ok(await isSignedIn(browser), `day ${day}`);
    world.clock.advance(10 * dayMs - (day === 80 ? 1 : 0));
  }
  t.ok(await isSignedIn(browser), 'the last millisecond');
  world.clock.advance(1);
  t.notOk(await isSignedIn(browser));
});

void t.test('looking at pages writes at most once in five minutes', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const seen = async (): Promise<Date | undefined> =>
    (await ask<{ seen_at: Date }>(world, 'select seen_at from sessions'))[0]?.seen_at;
  const began = await seen();
  world.clock.advance(5 * minuteMs);
  await browser.get('/dashboard');
  t.same(await seen(), began);
  world.clock.advance(1);
  await browser.get('/dashboard');
  t.same(await seen(), world.clock.now());
});

void t.test('whoever steals the database finds nothing that opens a door', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const token = await tokenOf(world, owner);
  const { secret, codes } = await turnOnFactor(world, owner);
  await world.browser().fill('/reset', '/reset', { email: owner.email });
  const mailed = linkIn(world.mail[0]).split('/').at(-1) ?? '';
  const session = owner.browser.cookie('sid') ?? '';
  const secrets: Record<string, string> = { session, token, mailed, factor: secret };
  for (const [i, code] of codes.entries()) secrets[`recovery code ${i}`] = code;
  t.equal(codes.length, 10);
  const rows = await stolen(world);
  t.match(rows, owner.email, 'these are the rows');
  for (const [name, value] of Object.entries(secrets)) {
    t.ok(value.length >= 16, `there is a ${name}`);
    const written = [value, value.replaceAll('-', ''), Buffer.from(value).toString('hex')];
    for (const form of written) t.notOk(rows.includes(form), `${name} is not there`);
  }
  const thief = world.browser();
  thief.setCookie('sid', secretHash(session));
  t.notOk(await isSignedIn(thief), 'the hash is no cookie');
  const program = await thief.get('/api/v1/me', { authorization: `Bearer ${secretHash(token)}` });
  t.equal(program.statusCode, 401, 'nor a token');
  t.equal((await thief.get(`/reset/${secretHash(mailed)}`)).statusCode, 404, 'nor a link');
});

void t.test('sessions that are over are swept away at the next sign-in', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'trader');
  world.clock.advance(15 * dayMs);
  await browser.fill('/login', '/login', { email, password: 'a green heron at noon' });
  t.ok(await isSignedIn(browser));
  t.equal((await ask(world, 'select from sessions')).length, 1);
});
