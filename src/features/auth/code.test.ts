import t from 'tap';
import { minuteMs } from '../../lib/clock.js';
import { limitTable } from '../../web/limits.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { noLimits } from '../../testing/limits.js';
import type { Browser } from '../../testing/browser.js';
import { password, person, type Person } from '../../testing/cast.js';
import { ask, codeAt, isSignedIn, signIn, stolen, turnOnFactor } from '../../testing/steps.js';

t.setTimeout(600_000);

interface Guarded extends Person {
  secret: string;
  codes: string[];
}

/** A person whose sign-in has a second step. */
async function guarded(world: TestApp, name = 'owner'): Promise<Guarded> {
  const who = await person(world, name);
  return { ...who, ...(await turnOnFactor(world, who)) };
}

/** A browser that has given the right password and owes the code. */
async function halfway(world: TestApp, { email }: Person, more = {}): Promise<Browser> {
  const browser = world.browser();
  const sent = await signIn(browser, email, more);
  if (sent.headers.location === undefined) throw new Error('the password was not accepted');
  await browser.get(sent.headers.location);
  return browser;
}

void t.test('the right password leads to the second step, and the right code on to the page', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browser = world.browser();
  const sent = await signIn(browser, owner.email, { next: '/settings/profile' });
  t.equal(sent.headers.location, '/login/code?next=%2Fsettings%2Fprofile');
  const half = browser.cookie('sid');
  t.match((await browser.get('/login/code?next=%2Fsettings%2Fprofile')).body, 'value="/settings/profile"');
  const entered = await browser.post('/login/code', {
    code: codeAt(world.clock, owner.secret),
    next: '/settings/profile',
  });
  t.equal(entered.headers.location, '/settings/profile');
  t.not(browser.cookie('sid'), half, 'a new session, not the old one with more rights');
  t.ok(await isSignedIn(browser));
  const thief = world.browser();
  thief.setCookie('sid', half ?? '');
  t.notOk(await isSignedIn(thief), 'the half one is dead');
  t.equal((await thief.get('/login/code')).statusCode, 303);
});

void t.test('a half session opens nothing but the second step', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const thief = await halfway(world, owner);
  for (const path of [
    '/dashboard',
    '/settings/profile',
    '/settings/security',
    '/settings/tokens',
    '/admin/users',
  ]) {
    const refused = await thief.get(path);
    t.equal(refused.statusCode, 303, path);
    t.match(refused.headers.location, /^\/login/);
  }
  for (const path of ['/settings/tokens', '/settings/security/two-factor/removal', '/logout'])
    t.equal((await thief.post(path, { password })).headers.location, '/login', path);
  t.equal((await thief.get('/login')).statusCode, 200, 'it is nobody yet');
  t.equal((await ask(world, 'select from api_tokens')).length, 0);
});

void t.test('the address after the second step is on this site, whatever the form says', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browser = await halfway(world, owner);
  t.notMatch((await browser.get('/login/code?next=//evil.example')).body, 'evil.example');
  const code = codeAt(world.clock, owner.secret);
  const entered = await browser.post('/login/code', { code, next: '/\\evil.example' });
  t.equal(entered.headers.location, '/dashboard');
});

void t.test('a sign-in that is half finished is forgotten after ten minutes', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browser = await halfway(world, owner);
  world.clock.advance(10 * minuteMs - 1);
  t.equal((await browser.get('/login/code')).statusCode, 200);
  world.clock.advance(1);
  const late = await browser.post('/login/code', { code: codeAt(world.clock, owner.secret) });
  t.equal(late.headers.location, '/login');
  t.notOk(await isSignedIn(browser));
});

void t.test('a code is used up by its first use, and older ones with it', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const code = codeAt(world.clock, owner.secret);
  const browser = await halfway(world, owner);
  t.equal((await browser.post('/login/code', { code })).statusCode, 303);
  for (const seen of [code, codeAt(world.clock, owner.secret, -1)]) {
    const thief = await halfway(world, owner);
    const refused = await thief.post('/login/code', { code: seen });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, 'This code is not right, or it was used already');
    t.notOk(refused.body.includes(seen), 'what was typed is not shown again');
    t.notOk(await isSignedIn(thief));
  }
});

void t.test('a clock may be half a minute off either way, and no more', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browser = await halfway(world, owner);
  for (const stepsAway of [-2, 2, 20_000]) {
    const refused = await browser.post('/login/code', { code: codeAt(world.clock, owner.secret, stepsAway) });
    t.equal(refused.statusCode, 422, `${stepsAway} steps away`);
  }
  const slow = await browser.post('/login/code', { code: codeAt(world.clock, owner.secret, -1) });
  t.equal(slow.statusCode, 303, 'one step behind');
  const fast = await halfway(world, owner);
  const spaced = codeAt(world.clock, owner.secret, 1).replace(/^.../, '$& ');
  t.equal((await fast.post('/login/code', { code: spaced })).statusCode, 303, 'one step ahead, with a space');
});

void t.test('two who send one code at the same time: one gets in', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browsers = [await halfway(world, owner), await halfway(world, owner)];
  const code = codeAt(world.clock, owner.secret);
  const answers = await Promise.all(browsers.map((browser) => browser.post('/login/code', { code })));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 422]);
  const [recovery = ''] = owner.codes;
  const others = [await halfway(world, owner), await halfway(world, owner)];
  const again = await Promise.all(others.map((browser) => browser.post('/login/code', { code: recovery })));
  t.same(again.map(({ statusCode }) => statusCode).sort(), [303, 422], 'a recovery code likewise');
});

void t.test('each recovery code works once, in any spelling', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  t.equal(new Set(owner.codes).size, 10);
  const [first = '', second = ''] = owner.codes;
  const browser = await halfway(world, owner);
  t.equal((await browser.post('/login/code', { code: first })).statusCode, 303);
  t.match((await browser.get('/settings/security')).body, '9 recovery codes are left');
  const again = await halfway(world, owner);
  t.equal((await again.post('/login/code', { code: first })).statusCode, 422, 'the second time');
  const spelled = ` ${second.toUpperCase().replaceAll('-', ' ')} `;
  t.equal((await again.post('/login/code', { code: spelled })).statusCode, 303);
  const rows = await stolen(world);
  for (const code of owner.codes) t.notOk(rows.includes(code.replaceAll('-', '')) || rows.includes(code));
});

void t.test('a code of somebody else opens nothing', async (t) => {
  const world = await testApp(t);
  const [owner, other] = [await guarded(world), await guarded(world, 'other')];
  const thief = await halfway(world, owner);
  for (const code of [codeAt(world.clock, other.secret), other.codes[0] ?? ''])
    t.equal((await thief.post('/login/code', { code })).statusCode, 422);
  const theirs = await halfway(world, other);
  t.equal(
    (await theirs.post('/login/code', { code: other.codes[0] ?? '' })).statusCode,
    303,
    'nor is it used up',
  );
});

void t.test('five wrong codes in a quarter of an hour, then even the right one has to wait', async (t) => {
  const world = await testApp(t, { limits: { ...noLimits, codeByAccount: limitTable.codeByAccount } });
  const owner = await guarded(world);
  world.clock.advance(15 * minuteMs);
  const browser = await halfway(world, owner);
  for (let i = 0; i < 5; i += 1)
    t.equal(
      (await browser.post('/login/code', { code: codeAt(world.clock, owner.secret, 50 + i) })).statusCode,
      422,
    );
  world.clock.advance(1000);
  const elsewhere = await halfway(world, owner);
  const refused = await elsewhere.post('/login/code', { code: codeAt(world.clock, owner.secret) });
  t.equal(refused.statusCode, 429, 'from another address and session too');
  t.equal(refused.headers['retry-after'], String(15 * 60 - 1));
  t.match(refused.body, /Wait 15 minutes/);
  world.clock.advance(15 * minuteMs - 1000);
  const later = await halfway(world, owner);
  const entered = await later.post('/login/code', { code: codeAt(world.clock, owner.secret) });
  t.equal(entered.statusCode, 303, 'nobody is locked out for good');
});

void t.test('the right code ends the count of wrong ones', async (t) => {
  const world = await testApp(t, { limits: { ...noLimits, codeByAccount: limitTable.codeByAccount } });
  const owner = await guarded(world);
  world.clock.advance(15 * minuteMs);
  for (let round = 0; round < 2; round += 1) {
    const browser = await halfway(world, owner);
    for (let i = 0; i < 4; i += 1)
      t.equal((await browser.post('/login/code', { code: 'not-a-code' })).statusCode, 422);
    t.equal((await browser.post('/login/code', { code: codeAt(world.clock, owner.secret) })).statusCode, 303);
    world.clock.advance(minuteMs);
  }
});

void t.test('whoever cannot give the code can begin again as somebody else', async (t) => {
  const world = await testApp(t);
  const owner = await guarded(world);
  const browser = await halfway(world, owner);
  const half = browser.cookie('sid') ?? '';
  t.equal((await browser.post('/login/code/cancellation')).headers.location, '/login');
  t.equal(browser.cookie('sid'), undefined);
  browser.setCookie('sid', half);
  t.equal((await browser.get('/login/code')).statusCode, 303, 'the half session is dead');
});

void t.test('a code that is no code is refused with a sentence', async (t) => {
  const world = await testApp(t);
  const browser = await halfway(world, await guarded(world));
  for (const code of ['', '12345', 'x'.repeat(41)]) {
    const refused = await browser.post('/login/code', { code });
    t.equal(refused.statusCode, 422);
    t.match(refused.body, 'Type the six digits, or one of your recovery codes.');
  }
});
