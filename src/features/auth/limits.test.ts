import t from 'tap';
import { hourMs, minuteMs, secondMs } from '../../lib/clock.js';
import { limitTable } from '../../web/limits.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { noLimits } from '../../testing/limits.js';
import type { Browser } from '../../testing/browser.js';
import { password, person } from '../../testing/cast.js';
import { linkIn } from '../../testing/steps.js';

t.setTimeout(600_000);

/** A browser at an address of its own; every request carries what a forger would add. */
async function at(world: TestApp, address: string, headers: Record<string, string> = {}) {
  const browser: Browser = world.browser();
  await browser.request({ url: '/login', remoteAddress: address });
  const post = (url: string, fields: Record<string, string>) =>
    browser.request({
      method: 'POST',
      url,
      remoteAddress: address,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams({ _csrf: browser.token, ...fields }).toString(),
    });
  return { browser, post };
}

const real = { limits: limitTable };
/** No address: the limit by address counts a try before it is looked at, so this costs no hash. */
const empty = { email: '', password: '' };

void t.test(
  'ten tries to sign in in three minutes from one address, then 429 with the time to wait',
  async (t) => {
    const world = await testApp(t, real);
    const { email } = await person(world, 'trader');
    const first = await at(world, '198.51.100.1');
    for (let i = 0; i < 10; i += 1) t.equal((await first.post('/login', empty)).statusCode, 422);
    world.clock.advance(30 * secondMs);
    const refused = await first.post('/login', { email, password });
    t.equal(refused.statusCode, 429, 'even with the right password');
    t.equal(refused.headers['retry-after'], '150');
    t.match(refused.body, 'Too many tries. Wait 3 minutes, then try again.');
    t.match(refused.body, 'Nothing is locked');
    const otherName = await first.post('/login', { email: 'somebody@example.org', password });
    t.equal(otherName.statusCode, 429, 'another name is the same address');
    const neighbour = await at(world, '198.51.100.2');
    t.equal((await neighbour.post('/login', { email, password })).statusCode, 303, 'another address is free');
    world.clock.advance(150 * secondMs);
    t.equal((await first.post('/login', { email, password })).statusCode, 303, 'and so is this one in time');
  },
);

void t.test('a forged X-Forwarded-For is another address to nobody', async (t) => {
  const world = await testApp(t, real);
  for (let i = 0; i < 10; i += 1) {
    const { post } = await at(world, '198.51.100.1', { 'x-forwarded-for': `203.0.113.${i}` });
    t.equal((await post('/login', empty)).statusCode, 422);
  }
  const { post } = await at(world, '198.51.100.1', {
    'x-forwarded-for': '127.0.0.1',
    forwarded: 'for=127.0.0.1',
  });
  t.equal((await post('/login', empty)).statusCode, 429);
});

void t.test('a proxy that is named is believed about the last address, and about no other', async (t) => {
  const world = await testApp(t, { ...real, env: { TRUST_PROXY: '10.0.0.0/8, 2001:db8::1' } });
  for (let i = 0; i < 10; i += 1) {
    const peer = ['10.1.2.3', '::ffff:10.200.0.1', '2001:db8::1'][i % 3] ?? '';
    const { post } = await at(world, peer, { 'x-forwarded-for': `203.0.113.${i}, 192.0.2.9` });
    t.equal((await post('/login', empty)).statusCode, 422, peer);
  }
  const same = await at(world, '10.1.2.3', { 'x-forwarded-for': '127.0.0.1, 192.0.2.9' });
  t.equal(
    (await same.post('/login', empty)).statusCode,
    429,
    'what stands before it is the client’s own tale',
  );
  const other = await at(world, '10.1.2.3', { 'x-forwarded-for': '192.0.2.10' });
  t.equal((await other.post('/login', empty)).statusCode, 422, 'another client of the same proxy');
  const outside = await at(world, '192.0.2.9', { 'x-forwarded-for': '203.0.113.99' });
  t.equal((await outside.post('/login', empty)).statusCode, 429, 'the client itself, past the proxy');
});

void t.test('guessing at one account gets slower and slower, and never locks its owner out', async (t) => {
  const world = await testApp(t, real);
  const { email } = await person(world, 'trader');
  for (let i = 0; i < 12; i += 1) {
    const { post } = await at(world, `198.51.100.${i}`);
    t.equal((await post('/login', { email, password: `guess number ${i}` })).statusCode, 422);
  }
  t.same(
    world.delays.map((ms) => ms / 1000),
    [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30],
  );
  const owner = await at(world, '192.0.2.1');
  t.equal((await owner.post('/login', { email: email.toUpperCase(), password })).statusCode, 303);
  t.equal(world.delays.at(-1), 30_000, 'the owner waits half a minute, in whatever spelling');
  const again = await at(world, '192.0.2.2');
  t.equal((await again.post('/login', { email, password })).statusCode, 303);
  t.equal(world.delays.at(-1), 0, 'and the right password ends it');
});

void t.test('an unknown address is slowed down like a known one', async (t) => {
  const world = await testApp(t, real);
  for (let i = 0; i < 7; i += 1) {
    const { post } = await at(world, `198.51.100.${i}`);
    await post('/login', { email: 'nobody@example.org', password });
  }
  t.same(world.delays, [0, 0, 0, 0, 0, 1000, 2000]);
});

void t.test(
  'three letters an hour to one address, asked for from wherever; beyond, the answer stays',
  async (t) => {
    const world = await testApp(t, real);
    const { email } = await person(world, 'trader');
    for (const target of [email, 'nobody@example.org'])
      for (let i = 0; i < 5; i += 1) {
        const { post } = await at(world, `198.51.100.${i}`);
        const answer = await post('/reset', { email: i === 4 ? target.toUpperCase() : target });
        t.equal(answer.headers.location, '/reset/sent', `number ${i} for ${target}`);
      }
    t.equal(world.mail.length, 3);
    const { browser } = await at(world, '192.0.2.1');
    const newest = new URL(linkIn(world.mail[2])).pathname;
    t.equal(
      (await browser.get(newest)).statusCode,
      200,
      'a letter that is not sent does not end the link of another',
    );
    world.clock.advance(hourMs);
    const { post } = await at(world, '198.51.100.1');
    t.equal((await post('/reset', { email })).statusCode, 303);
    t.equal(world.mail.length, 4);
  },
);

void t.test('letters of every kind share the count of their address', async (t) => {
  const world = await testApp(t, real);
  const fields = { email: 'new@example.org', password, timeZone: 'UTC', agree: 'yes' };
  const forms = ['/signup', '/login', '/signup', '/reset', '/login', '/signup'];
  for (const [i, form] of forms.entries()) {
    const { post } = await at(world, `198.51.100.${i}`);
    const answer = await post(form, fields);
    t.equal(answer.headers.location, form === '/reset' ? '/reset/sent' : '/signup/sent', `${i} ${form}`);
  }
  t.same(
    world.mail.map(({ subject }) => subject.slice(0, 8)),
    ['Confirm ', 'Confirm ', 'You have'],
  );
});

void t.test('the right password of an unconfirmed address does not end the count of guesses', async (t) => {
  const world = await testApp(t, real);
  const fields = { email: 'new@example.org', password, timeZone: 'UTC', agree: 'yes' };
  await (await at(world, '192.0.2.1')).post('/signup', fields);
  for (let i = 0; i < 7; i += 1) await (await at(world, `198.51.100.${i}`)).post('/login', fields);
  t.same(world.delays, [0, 0, 0, 0, 0, 1000, 2000]);
});

void t.test('ten letters an hour from one address, to whomever', async (t) => {
  const world = await testApp(t, real);
  const { post } = await at(world, '198.51.100.1');
  for (let i = 0; i < 10; i += 1)
    t.equal((await post('/reset', { email: `p${i}@example.org` })).statusCode, 303);
  t.equal((await post('/reset', { email: 'p10@example.org' })).statusCode, 429);
  const other = await at(world, '198.51.100.2');
  t.equal((await other.post('/reset', { email: 'p10@example.org' })).statusCode, 303);
});

void t.test('five sign-ups an hour from one address', async (t) => {
  const world = await testApp(t, real);
  const { post } = await at(world, '198.51.100.1');
  const fields = (i: number) => ({ email: `p${i}@example.org`, password, timeZone: 'UTC', agree: 'yes' });
  for (let i = 0; i < 5; i += 1) t.equal((await post('/signup', fields(i))).statusCode, 303);
  const refused = await post('/signup', fields(5));
  t.equal(refused.statusCode, 429);
  t.equal(refused.headers['retry-after'], '3600');
  t.equal(world.mail.length, 5);
  const other = await at(world, '198.51.100.2');
  t.equal((await other.post('/signup', fields(5))).statusCode, 303);
});

void t.test(
  'the password that guards the settings can be guessed at five times in a quarter of an hour',
  async (t) => {
    const world = await testApp(t, { limits: { ...noLimits, codeByAccount: limitTable.codeByAccount } });
    const { browser } = await person(world, 'trader');
    await browser.get('/settings/security');
    const guess = { current: 'not the password', password: 'another password' };
    for (let i = 0; i < 5; i += 1)
      t.equal((await browser.post('/settings/security/password', guess)).statusCode, 422);
    const refused = await browser.post('/settings/security/two-factor/removal', { password });
    t.equal(refused.statusCode, 429, 'all such questions share one count');
    world.clock.advance(15 * minuteMs);
    t.equal((await browser.post('/settings/security/password', guess)).statusCode, 422);
  },
);
