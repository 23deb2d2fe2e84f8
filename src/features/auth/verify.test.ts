import t from 'tap';
import { confirmTwoFactor, proposeSecret } from '../../data/two-factor.js';
import { setDisabled } from '../../data/users.js';
import { minuteMs } from '../../lib/clock.js';
import { newFactor } from '../../web/second-factor.js';
import { limitTable } from '../../web/limits.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { password } from '../../testing/cast.js';
import { noLimits } from '../../testing/limits.js';
import { ask, codeAt, isSignedIn, isVerified, pathIn, signIn } from '../../testing/steps.js';

t.setTimeout(600_000);

const email = 'new@example.org';
const wrong = 'a guess with <b>letters</b>';

/** Signs up and returns the path that the letter leads to. */
async function letter(world: TestApp): Promise<string> {
  await world.browser().fill('/signup', '/signup', { email, password, timeZone: 'UTC', agree: 'yes' });
  return pathIn(world.mail[0]);
}
const idOf = async (world: TestApp): Promise<string> =>
  (await world.db.lookup('email', email, world.clock.now()))?.user_id ?? '';

void t.test(
  'opening the link changes nothing; the password behind it confirms and lets in, once',
  async (t) => {
    const world = await testApp(t);
    const path = await letter(world);
    const browser = world.browser();
    for (let i = 0; i < 3; i += 1) {
      const page = await browser.get(path);
      t.equal(page.statusCode, 200);
      t.match(page.body, /signed up as <b>new@example\.org<\/b>/);
      t.match(page.body, 'If you did not sign up here, do nothing.');
      t.match(page.body, '<a href="/reset">Choose a new one</a>');
      await browser.request({ method: 'HEAD', url: path });
    }
    t.notOk(await isVerified(world, email), 'a mail scanner that opens links confirms nothing');
    const confirmed = await browser.post(path, { password });
    t.equal(confirmed.headers.location, '/welcome');
    t.ok(await isVerified(world, email));
    t.match((await browser.get('/dashboard')).body, /Your email address is confirmed/);
    const late = world.browser();
    await late.get('/login');
    const again = await late.post(path, { password });
    t.equal(again.statusCode, 404);
    t.match(again.body, /This link no longer works.*It was used already/s);
    t.notOk(await isSignedIn(late), 'the second click lets nobody in');
    t.equal((await signIn(late, email)).headers.location, '/dashboard');
  },
);

void t.test('the owner of an address cannot be made to open the account of a stranger', async (t) => {
  const world = await testApp(t);
  const path = await letter(world); // somebody else typed this address, with a password of their own
  const owner = world.browser();
  for (const fields of [{}, { password: '' }, { password: wrong }] as Record<string, string>[]) {
    const refused = await owner.fill(path, path, fields);
    t.equal(refused.statusCode, 422);
    t.notOk(refused.body.includes(wrong) || refused.body.includes('&lt;b&gt;'), 'it is not repeated');
  }
  t.match((await owner.post(path, { password: wrong })).body, 'not the password that was chosen');
  t.notOk(await isVerified(world, email));
  t.notOk(await isSignedIn(owner));
  t.equal((await signIn(world.browser(), email)).headers.location, '/signup/sent', 'the stranger waits');
  const chosen = 'the owner of the address chose this';
  await owner.fill('/reset', '/reset', { email });
  const reset = pathIn(world.mail.at(-1));
  t.equal((await owner.fill(reset, reset, { password: chosen })).headers.location, '/login');
  t.equal((await signIn(world.browser(), email)).statusCode, 422, 'the stranger’s password opens nothing');
  t.equal((await signIn(owner, email, { password: chosen })).headers.location, '/welcome');
});

void t.test('a wrong password leaves the link as it was', async (t) => {
  const world = await testApp(t);
  const path = await letter(world);
  const browser = world.browser();
  t.equal((await browser.fill(path, path, { password: wrong })).statusCode, 422);
  t.equal((await browser.post(path, { password })).headers.location, '/welcome');
});

void t.test('a link works for 30 minutes to the millisecond', async (t) => {
  const world = await testApp(t);
  const path = await letter(world);
  const browser = world.browser();
  world.clock.advance(30 * minuteMs - 1);
  t.equal((await browser.get(path)).statusCode, 200);
  world.clock.advance(1);
  t.equal((await browser.post(path, { password })).statusCode, 404);
  t.notOk(await isVerified(world, email));
  t.equal((await browser.get(path)).statusCode, 404);
});

void t.test('two clicks at once open one session', async (t) => {
  const world = await testApp(t);
  const path = await letter(world);
  const browsers = [world.browser(), world.browser(), world.browser()];
  await Promise.all(browsers.map((browser) => browser.get(path)));
  const answers = await Promise.all(browsers.map((browser) => browser.post(path, { password })));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 404, 404]);
  t.equal((await ask(world, 'select from sessions')).length, 1);
});

void t.test('a person who is disabled while the password is compared is not let in', async (t) => {
  const world = await testApp(t);
  const path = await letter(world);
  const userId = await idOf(world);
  const verify = world.kit.passwords.verify.bind(world.kit.passwords);
  world.kit.passwords.verify = async (stored, typed) => {
    const isRight = await verify(stored, typed);
    await world.db.withTenant('app', userId, (tx) => setDisabled(tx, userId, world.clock.now()));
    return isRight;
  };
  const browser = world.browser();
  t.equal((await browser.fill(path, path, { password })).statusCode, 404);
  t.equal((await ask(world, 'select from sessions')).length, 0);
  t.notOk(await isVerified(world, email));
});

void t.test('where a second step is on, confirming goes by it', async (t) => {
  const world = await testApp(t);
  const path = await letter(world);
  const userId = await idOf(world);
  const factor = newFactor(world.kit, userId);
  await world.db.withTenant('app', userId, async (tx) => {
    await proposeSecret(tx, userId, factor.sealed);
    await confirmTwoFactor(tx, userId, world.clock.now());
  });
  const browser = world.browser();
  t.equal((await browser.fill(path, path, { password })).headers.location, '/login/code');
  t.notOk(await isSignedIn(browser));
  await browser.get('/login/code');
  await browser.post('/login/code', { code: codeAt(world.clock, factor.secret) });
  t.ok(await isSignedIn(browser));
});

void t.test('guesses behind a link count as guesses at signing in do', async (t) => {
  const world = await testApp(t, { limits: { ...noLimits, loginByAccount: limitTable.loginByAccount } });
  const path = await letter(world);
  const browser = world.browser();
  await browser.get(path);
  for (let i = 0; i < 7; i += 1) await browser.post(path, { password: wrong });
  t.same(world.delays, [0, 0, 0, 0, 0, 1000, 2000]);
  await browser.post(path, { password });
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard');
  t.equal(world.delays.at(-1), 0, 'the right password ends it');
});

void t.test('one address may try ten times in three minutes', async (t) => {
  const world = await testApp(t, { limits: { ...noLimits, loginByAddress: limitTable.loginByAddress } });
  const path = await letter(world);
  const browser = world.browser();
  await browser.get(path);
  for (let i = 0; i < 10; i += 1) t.equal((await browser.post(path, { password: '' })).statusCode, 422);
  t.equal((await browser.post(path, { password })).statusCode, 429);
  t.notOk(await isVerified(world, email));
});
