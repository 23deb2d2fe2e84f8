import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { limitTable } from '../../web/limits.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { password } from '../../testing/cast.js';
import { ask, isSignedIn } from '../../testing/steps.js';

t.setTimeout(600_000);

const fields = { email: 'first@example.org', password, timeZone: 'Europe/Berlin' };
type Row = { email: string; role: string; time_zone: string };
const usersSql = 'select email, role, time_zone from users order by email';

void t.test('the first visit to an empty installation offers to create its administrator', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  const browser = world.browser();
  t.equal((await browser.get('/')).headers.location, '/setup');
  const offer = await browser.get('/setup');
  t.equal(offer.statusCode, 200);
  t.match(offer.body, /no administrator yet/);
  const made = await browser.post('/setup', fields);
  t.equal(made.statusCode, 303);
  t.equal(made.headers.location, '/welcome');
  t.match((await browser.get('/dashboard')).body, /This installation is yours/, 'a welcome');
  t.notMatch((await browser.get('/dashboard')).body, /This installation is yours/, 'said once');
  t.equal((await browser.get('/admin/users')).statusCode, 200, 'an administrator');
  t.same(await ask<Row>(world, usersSql), [
    { email: 'first@example.org', role: 'admin', time_zone: 'Europe/Berlin' },
  ]);
  t.same(world.mail, [], 'there is nobody to confirm the address to');
});

void t.test('twenty people who send the form at once make exactly one administrator', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  const crowd = Array.from({ length: 20 }, () => world.browser());
  await Promise.all(crowd.map((browser) => browser.get('/setup')));
  const answers = await Promise.all(
    crowd.map((browser, i) => browser.post('/setup', { ...fields, email: `person${i}@example.org` })),
  );
  t.same([...new Set(answers.map((answer) => answer.statusCode))], [303]);
  const goals = answers.map((answer) => answer.headers.location);
  t.equal(goals.filter((goal) => goal === '/welcome').length, 1);
  t.equal(goals.filter((goal) => goal === '/login').length, 19);
  const winner = goals.indexOf('/welcome');
  t.same(
    (await ask<Row>(world, usersSql)).map(({ email, role }) => [email, role]),
    [[`person${winner}@example.org`, 'admin']],
  );
  const signedIn = await Promise.all(crowd.map(isSignedIn));
  t.same(
    signedIn.flatMap((isIn, i) => (isIn ? [i] : [])),
    [winner],
    'only the winner is let in',
  );
});

void t.test('an installation that is taken never offers itself again', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  const late = world.browser();
  await late.get('/setup');
  await world.browser().fill('/setup', '/setup', fields);
  t.equal((await late.get('/')).statusCode, 200, 'strangers see the landing page');
  t.equal((await late.get('/setup')).headers.location, '/login');
  const refused = await late.post('/setup', { ...fields, email: 'late@example.org' });
  t.equal(refused.statusCode, 303);
  t.equal(refused.headers.location, '/login');
  t.equal(late.cookie('sid'), undefined);
  t.equal((await ask(world, usersSql)).length, 1);
});

void t.test('a refused form says why, keeps the address and forgets the password', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  const browser = world.browser();
  const tries: [Record<string, string>, RegExp][] = [
    [{ ...fields, password: 'short' }, /Use at least \d+ characters/],
    [{ ...fields, password: 'PassWord123' }, /one of the most used passwords/],
    [{ ...fields, password: 'x'.repeat(201) }, /within 200 characters/],
    [{ ...fields, password: 'First-2026' }, /your own address with little added/],
    [{ ...fields, email: 'first@' }, /This is not an email address/],
    [{ email: 'first@example.org' }, /Please fill this in/],
  ];
  for (const [typed, sentence] of tries) {
    const refused = await browser.fill('/setup', '/setup', typed);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, sentence);
    t.match(refused.body, `value="${typed['email'] ?? ''}"`, 'the address is kept');
    if (typed['password']) t.notOk(refused.body.includes(typed['password']), 'the password is not');
  }
  t.equal((await ask(world, usersSql)).length, 0);
  t.equal((await browser.get('/')).headers.location, '/setup', 'still open');
});

void t.test('an address that somebody here has already cannot become the administrator', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  await world.browser().fill('/signup', '/signup', { ...fields, agree: 'yes' });
  const browser = world.browser();
  const refused = await browser.fill('/setup', '/setup', fields);
  t.equal(refused.statusCode, 422);
  t.match(refused.body, /Somebody here has this address already/);
  t.equal((await browser.get('/')).headers.location, '/setup', 'the claim was taken back with it');
  const made = await browser.fill('/setup', '/setup', { ...fields, email: 'other@example.org' });
  t.equal(made.headers.location, '/welcome');
});

void t.test('a browser that names no time zone we know gets UTC', async (t) => {
  const world = await testApp(t, { isEmpty: true });
  await world.browser().fill('/setup', '/setup', { ...fields, timeZone: 'Mars/Olympus' });
  t.same(
    (await ask<Row>(world, usersSql)).map((row) => row.time_zone),
    ['UTC'],
  );
});

const open = { isEmpty: true, env: { PUBLIC_URL: 'https://journal.example.org' } };
const fileOf = ({ stateDir }: TestApp): string => join(stateDir, 'credentials', 'setup_code');

void t.test(
  'where strangers could be faster, only whoever knows the code becomes administrator',
  async (t) => {
    const world = await testApp(t, open);
    const code = await readFile(fileOf(world), 'utf8');
    t.match(code, /^[\w-]{43}$/);
    t.equal((await stat(fileOf(world))).mode & 0o777, 0o600);
    const browser = world.browser();
    t.match((await browser.get('/setup')).body, 'Set-up code');
    for (const claim of [
      undefined,
      '',
      'a guess',
      code.slice(0, -1),
      `x${code.slice(1)}`,
      code.toUpperCase(),
    ]) {
      const refused = await browser.post('/setup', { ...fields, ...(claim === undefined ? {} : { claim }) });
      t.equal(refused.statusCode, 422, String(claim));
      t.match(refused.body, 'This is not the set-up code.');
      t.match(refused.body, `value="${fields.email}"`, 'the address is kept');
      t.match(refused.body, `name="claim" type="text" value="${claim ?? ''}"`, 'what was tried too');
      t.notOk(refused.body.includes(code), 'the code itself is told to nobody');
      t.notOk(refused.body.includes(password));
    }
    t.equal((await ask(world, usersSql)).length, 0);
    const made = await browser.post('/setup', { ...fields, claim: ` ${code} ` });
    t.equal(made.headers.location, '/welcome');
    await t.rejects(stat(fileOf(world)), 'the file is gone');
    t.equal((await world.browser().get('/setup')).headers.location, '/login');
  },
);

void t.test('twenty people who know the code make one administrator', async (t) => {
  const world = await testApp(t, open);
  const claim = await readFile(fileOf(world), 'utf8');
  const crowd = Array.from({ length: 20 }, () => world.browser());
  await Promise.all(crowd.map((browser) => browser.get('/setup')));
  const answers = await Promise.all(
    crowd.map((browser, i) => browser.post('/setup', { ...fields, claim, email: `person${i}@example.org` })),
  );
  t.equal(answers.filter(({ headers }) => headers.location === '/welcome').length, 1);
  t.equal((await ask(world, usersSql)).length, 1);
});

void t.test('on one’s own machine no code is asked for, nor where there is an administrator', async (t) => {
  for (const options of [{ isEmpty: true }, { ...open, isEmpty: false }]) {
    const world = await testApp(t, options);
    t.equal(world.kit.setup.code, null);
    await t.rejects(stat(fileOf(world)));
  }
  const reachable = await testApp(t, { isEmpty: true, env: { HOST: '::', PUBLIC_URL: 'https://localhost' } });
  t.not(reachable.kit.setup.code, null, 'a name of this machine does not help where others reach it');
});

void t.test('tries are counted before anything is hashed, from this machine too', async (t) => {
  for (const [env, remoteAddress] of [
    [open.env, '198.51.100.1'],
    [{}, '127.0.0.1'],
  ] as const) {
    const world = await testApp(t, { isEmpty: true, env, limits: limitTable });
    await world.browser().fill('/signup', '/signup', { ...fields, agree: 'yes', email: 'taken@example.org' });
    const browser = world.browser();
    await browser.get('/setup');
    const knock = () =>
      browser.request({
        method: 'POST',
        url: '/setup',
        remoteAddress,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({
          ...fields,
          email: 'taken@example.org',
          _csrf: browser.token,
        }).toString(),
      });
    for (let i = 0; i < 10; i += 1) t.equal((await knock()).statusCode, 422);
    world.kit.passwords.hash = () => Promise.reject(new Error('hashed'));
    t.equal((await knock()).statusCode, 429, remoteAddress);
  }
});

void t.test('before there is an administrator every way in leads to the set-up', async (t) => {
  for (const options of [{ isEmpty: true }, open]) {
    const world = await testApp(t, options);
    for (const path of ['/', '/login', '/login?next=/settings'])
      t.equal((await world.browser().get(path)).headers.location, '/setup', path);
  }
  const world = await testApp(t);
  for (const path of ['/', '/login']) t.equal((await world.browser().get(path)).statusCode, 200, path);
});
