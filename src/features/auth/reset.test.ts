import t from 'tap';
import { minuteMs } from '../../lib/clock.js';
import { setDisabled } from '../../data/users.js';
import { testApp } from '../../testing/app.js';
import { password, person, tokenOf } from '../../testing/cast.js';
import { ask, isSignedIn, linkIn, pathIn, signIn, turnOnFactor, withoutChance } from '../../testing/steps.js';

t.setTimeout(600_000);

const chosen = 'a red fox at midnight';

void t.test('known and unknown addresses get the same answer, and one of them a letter', async (t) => {
  const world = await testApp(t);
  const known = await person(world, 'known');
  const gone = await person(world, 'gone');
  await world.db.withTenant('app', gone.userId, (tx) => setDisabled(tx, gone.userId, world.clock.now()));
  const browser = world.browser();
  const seen: unknown[] = [];
  for (const email of [known.email, 'stranger@example.org', gone.email]) {
    const { statusCode, headers, body } = await browser.fill('/reset', '/reset', { email });
    t.equal(statusCode, 303);
    seen.push({ statusCode, headers: { ...headers, date: '' }, body: withoutChance(body) });
  }
  t.same(seen[1], seen[0]);
  t.same(seen[2], seen[0]);
  t.match((await browser.get('/reset/sent')).body, /If the address you typed has an account here/);
  t.same(
    world.mail.map(({ to }) => to),
    [known.email],
  );
  t.match(linkIn(world.mail[0]), /^http:\/\/127\.0\.0\.1:3000\/reset\/[\w-]{43}$/);
});

void t.test('the answer does not wait for the link, and a link that fails is in the log alone', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'known');
  const browser = world.browser();
  await browser.get('/reset');
  await ask(world, 'revoke insert on mailed_links from rawjournal_app');
  const answer = await browser.post('/reset', { email });
  t.equal(answer.headers.location, '/reset/sent');
  t.same(world.mail, []);
  t.match(world.logged.join('\n'), /after an answer failed/);
});

void t.test('a forged host gets into no letter', async (t) => {
  const world = await testApp(t, { env: { PUBLIC_URL: 'https://journal.example.org' } });
  const { email } = await person(world, 'known');
  const browser = world.browser();
  await browser.get('/reset');
  const forged = [
    { 'x-forwarded-host': 'evil.example' },
    { forwarded: 'host=evil.example;proto=http' },
    { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
    { 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' },
  ];
  for (const headers of forged) t.equal((await browser.post('/reset', { email }, headers)).statusCode, 303);
  t.equal(world.mail.length, forged.length);
  for (const letter of world.mail) {
    t.match(linkIn(letter), /^https:\/\/journal\.example\.org\/reset\/[\w-]{43}$/);
    t.notMatch(JSON.stringify(letter), /evil|http:/);
  }
  for (const host of ['evil.example', 'journal.example.org:80', 'journal.example.org@evil.example', '']) {
    const refused = await browser.post('/reset', { email }, { host });
    t.equal(refused.statusCode, 421, host);
    t.notMatch(JSON.stringify(refused.headers) + refused.body, 'evil');
  }
  t.equal(world.mail.length, forged.length, 'and to a foreign host nothing is sent at all');
});

void t.test('a link sets one new password, once, and every device is signed out', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const browser = world.browser();
  await browser.fill('/reset', '/reset', { email: owner.email });
  const path = pathIn(world.mail[0]);
  for (let i = 0; i < 3; i += 1) t.match((await browser.get(path)).body, owner.email);
  await browser.request({ method: 'HEAD', url: path });
  t.ok(await isSignedIn(owner.browser), 'opening it changes nothing');
  const weak = await browser.post(path, { password: 'qwertyuiop' });
  t.equal(weak.statusCode, 422);
  t.notMatch(weak.body, 'qwertyuiop');
  const done = await browser.post(path, { password: chosen });
  t.equal(done.headers.location, '/login', 'a refused password did not use it up');
  t.match((await browser.get('/login')).body, /Your password is changed/);
  t.notOk(await isSignedIn(owner.browser), 'the session of before is dead');
  const again = await browser.post(path, { password: 'somebody else was faster' });
  t.equal(again.statusCode, 404);
  t.match(again.body, /This link no longer works/);
  const old = await signIn(world.browser(), owner.email);
  t.equal(old.statusCode, 422, 'the old password is dead');
  const fresh = await signIn(world.browser(), owner.email, { password: chosen });
  t.equal(fresh.headers.location, '/dashboard');
});

void t.test('a link ends every API token, for a thief may have made some', async (t) => {
  const world = await testApp(t);
  const [owner, other] = [await person(world, 'owner'), await person(world, 'other')];
  const tokens = [
    await tokenOf(world, owner),
    await tokenOf(world, owner, 'read'),
    await tokenOf(world, other),
  ];
  const browser = world.browser();
  await browser.fill('/reset', '/reset', { email: owner.email });
  const path = pathIn(world.mail[0]);
  t.match((await browser.get(path)).body, 'every API token ends');
  const own = await browser.post(path, { password: 'owner1234567' });
  t.equal(own.statusCode, 422);
  t.match(own.body, /your own address with little added/);
  const statuses = () =>
    Promise.all(
      tokens.map(async (token) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await world.browser().get('/api/v1/me', headers)).statusCode;
      }),
    );
  t.same(await statuses(), [200, 200, 200], 'a refused form ends none');
  await browser.post(path, { password: chosen });
  t.same(await statuses(), [401, 401, 200], 'nobody else is concerned');
});

void t.test('two clicks at the same time set one password', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'owner');
  const browsers = [world.browser(), world.browser()];
  await browsers[0]?.fill('/reset', '/reset', { email });
  const path = pathIn(world.mail[0]);
  await Promise.all(browsers.map((browser) => browser.get(path)));
  const answers = await Promise.all(
    browsers.map((browser, i) => browser.post(path, { password: `${chosen} ${i}` })),
  );
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 404]);
  const winner = answers.findIndex(({ statusCode }) => statusCode === 303);
  const entered = await signIn(world.browser(), email, { password: `${chosen} ${winner}` });
  t.equal(entered.headers.location, '/dashboard');
});

void t.test('a link works for 30 minutes, and a newer one ends it earlier', async (t) => {
  const world = await testApp(t);
  const { email } = await person(world, 'owner');
  const browser = world.browser();
  await browser.fill('/reset', '/reset', { email });
  await browser.fill('/reset', '/reset', { email });
  const [older = '', newer = ''] = world.mail.map(pathIn);
  t.equal((await browser.get(older)).statusCode, 404, 'the older one');
  world.clock.advance(30 * minuteMs - 1);
  t.equal((await browser.get(newer)).statusCode, 200);
  world.clock.advance(1);
  t.equal((await browser.post(newer, { password: chosen })).statusCode, 404);
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard', 'nothing has changed');
});

void t.test('a link is dead while its owner is disabled', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  const browser = world.browser();
  await browser.fill('/reset', '/reset', { email: owner.email });
  await browser.get(pathIn(world.mail[0]));
  await world.db.withTenant('app', owner.userId, (tx) => setDisabled(tx, owner.userId, world.clock.now()));
  t.equal((await browser.post(pathIn(world.mail[0]), { password: chosen })).statusCode, 404);
});

void t.test('a new password does not take the second step away', async (t) => {
  const world = await testApp(t);
  const owner = await person(world, 'owner');
  await turnOnFactor(world, owner);
  const browser = world.browser();
  await browser.fill('/reset', '/reset', { email: owner.email });
  const path = pathIn(world.mail[0]);
  await browser.fill(path, path, { password: chosen });
  const entered = await signIn(browser, owner.email, { password: chosen });
  t.match(entered.headers.location, /^\/login\/code/);
  t.notOk(await isSignedIn(browser));
});

void t.test('whoever opened the letter owns the address, so it counts as confirmed', async (t) => {
  const world = await testApp(t);
  const browser = world.browser();
  await browser.fill('/signup', '/signup', {
    email: 'new@example.org',
    password,
    timeZone: 'UTC',
    agree: 'yes',
  });
  await browser.fill('/reset', '/reset', { email: 'new@example.org' });
  const path = pathIn(world.mail[1]);
  await browser.fill(path, path, { password: chosen });
  t.equal((await ask(world, 'select from users where verified_at is not null')).length, 1);
});

void t.test('what is no address is refused with a sentence and kept', async (t) => {
  const world = await testApp(t);
  const refused = await world.browser().fill('/reset', '/reset', { email: 'nobody' });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /This is not an email address/);
  t.match(refused.body, 'value="nobody"');
});
