import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { ask } from '../../testing/steps.js';

t.setTimeout(600_000);

void t.test('every tab of the settings is there for its owner', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'trader');
  t.equal((await browser.get('/settings')).headers.location, '/settings/profile');
  for (const path of ['/settings/profile', '/settings/security', '/settings/tokens']) {
    const page = await browser.get(path);
    t.equal(page.statusCode, 200, path);
    t.match(page.headers['cache-control'], 'no-store', 'kept in nobody’s cache');
  }
  t.match((await browser.get('/settings/profile')).body, `value="${email}"`);
});

void t.test('a profile that was saved is shown, here and in the shell, and said once', async (t) => {
  const world = await testApp(t);
  const { browser, userId } = await person(world, 'trader');
  const name = 'Zoë <O’Neil> & Co';
  const saved = await browser.fill('/settings/profile', '/settings/profile', {
    name: `  ${name} `,
    timeZone: 'America/New_York',
  });
  t.equal(saved.headers.location, '/settings/profile');
  const page = await browser.get('/settings/profile');
  t.match(page.body, 'Your profile is saved.');
  t.match(page.body, /value="Zoë &lt;O’Neil(&gt;|>) &amp; Co"/);
  t.notMatch(page.body, '<O’Neil>', 'never as markup');
  t.match(page.body, /<option value="America\/New_York" selected/);
  t.match(page.body, 'here since 2 Mar 2026, 04:00', 'times are the person’s own');
  t.notMatch((await browser.get('/settings/profile')).body, 'Your profile is saved.');
  t.same(await ask(world, 'select name, time_zone from users where user_id = $1', [userId]), [
    { name, time_zone: 'America/New_York' },
  ]);
});

void t.test('a refused profile keeps what was typed, says why, and changes nothing', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'trader');
  const before = await ask(world, 'select * from users');
  const tries: [Record<string, string>, RegExp, string][] = [
    [{ name: 'x'.repeat(81), timeZone: 'UTC' }, /within 80 characters/, 'x'.repeat(81)],
    [{ name: 'a\u0000b', timeZone: 'UTC' }, /visible characters only/, 'a\u0000b'],
    [{ name: 'a\u202Eb', timeZone: 'UTC' }, /visible characters only/, 'a\u202Eb'],
    [{ name: 'Kept', timeZone: 'Mars/Olympus' }, /Choose a time zone from the list/, 'Kept'],
    [{ name: 'Kept' }, /Please fill this in/, 'Kept'],
  ];
  for (const [fields, sentence, kept] of tries) {
    const refused = await browser.fill('/settings/profile', '/settings/profile', fields);
    t.equal(refused.statusCode, 422);
    t.match(refused.body, sentence);
    t.ok(refused.body.includes(`name="name" type="text" value="${kept}"`), 'what was typed');
  }
  t.same(await ask(world, 'select * from users'), before);
});

void t.test('nobody changes their role or address by adding a field', async (t) => {
  const world = await testApp(t);
  const { browser, email } = await person(world, 'trader');
  const fields = {
    name: 'Trader',
    timeZone: 'UTC',
    role: 'admin',
    email: 'other@example.org',
    verified_at: '',
  };
  t.equal((await browser.fill('/settings/profile', '/settings/profile', fields)).statusCode, 303);
  t.same(await ask(world, 'select role, email from users'), [{ role: 'user', email }]);
});
