import t from 'tap';
import { oweWelcome } from '../../data/welcomes.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { password, person } from '../../testing/cast.js';
import { ask, pathIn, signIn } from '../../testing/steps.js';
import { seedAccount } from '../../testing/trading.js';

t.setTimeout(600_000);

const email = 'new@example.org';

/** Somebody who has just signed up and confirmed their address. */
async function newcomer(world: TestApp) {
  const browser = world.browser();
  await browser.fill('/signup', '/signup', { email, password, timeZone: 'Europe/Berlin', agree: 'yes' });
  const path = pathIn(world.mail[0]);
  const entered = await browser.fill(path, path, { password });
  return { browser, entered };
}

const rowsOf = (world: TestApp) =>
  ask<{ step: number; begun: boolean; ended: boolean }>(
    world,
    'select step, begun_at is not null as begun, ended_at is not null as ended from welcomes',
  );

const current = (body: string): string =>
  /aria-current="step"[^>]*>.*?<span>([^<]+)<\/span><\/a>/s.exec(body)?.[1] ?? '';

void t.test('the first sign-in leads there, the next ones to the board', async (t) => {
  const world = await testApp(t);
  const { browser, entered } = await newcomer(world);
  t.equal(entered.headers.location, '/welcome');
  const first = await browser.get('/welcome');
  t.equal(current(first.body), 'Where your trades come from');
  t.match(first.body, 'href="/accounts/new"');
  t.match(first.body, 'href="/trades/import"');
  t.notMatch(first.body, '/demo/sessions', 'there is none');
  t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard');
});

void t.test(
  'whoever was made by an administrator is led there at the first of two sign-ins at once',
  async (t) => {
    const world = await testApp(t);
    const anna = await person(world, 'anna');
    await world.db.withTenant('app', anna.userId, (tx) => oweWelcome(tx, anna.userId));
    const answers = await Promise.all(
      [world.browser(), world.browser()].map((one) => signIn(one, anna.email)),
    );
    t.same(answers.map(({ headers }) => headers.location).sort(), ['/dashboard', '/welcome']);
  },
);

void t.test('progress is kept: the board shows the way back to the step that comes next', async (t) => {
  const world = await testApp(t);
  const { browser } = await newcomer(world);
  t.match((await browser.get('/dashboard')).body, 'Step 1 of 3: where your trades come from.');
  const on = await browser.fill('/welcome', '/welcome/trades', {});
  t.equal(on.headers.location, '/welcome?step=2');
  const later = world.browser();
  await signIn(later, email);
  t.match((await later.get('/dashboard')).body, 'Step 2 of 3: time zone and sessions.');
  const second = await later.get('/welcome');
  t.equal(current(second.body), 'Time zone and sessions');
  t.match(second.body, /<option value="Europe\/Berlin" selected/, 'the zone of the sign-up');
  t.equal(current((await later.get('/welcome?step=1')).body), 'Where your trades come from', 'and back');
  for (const none of ['0', '4', 'constructor', ''])
    t.equal((await later.get(`/welcome?step=${none}`)).statusCode, 200);
  const saved = await later.fill('/welcome', '/welcome/hours', { timeZone: 'Asia/Tokyo', hours: 'exchange' });
  t.equal(saved.headers.location, '/welcome?step=3');
  t.equal(current((await later.get('/welcome')).body), 'What to look at first');
  t.match((await later.get('/settings/profile')).body, /<option value="Asia\/Tokyo" selected/);
  t.match((await later.get('/settings/sessions')).body, /name="newYorkFrom"[^>]*value="09:30"/);
  // An older tab takes nothing back.
  await browser.post('/welcome/trades');
  t.same(await rowsOf(world), [{ step: 3, begun: true, ended: false }]);
});

void t.test('done is done, and skipped is skipped: nothing leads there any more', async (t) => {
  for (const how of ['done', 'left']) {
    const world = await testApp(t);
    const { browser } = await newcomer(world);
    const ended = await browser.fill('/welcome', '/welcome/end', { how });
    t.equal(ended.headers.location, '/dashboard');
    const board = (await browser.get('/dashboard')).body;
    t.match(board, how === 'done' ? 'Your journal is set up.' : 'Ctrl-K, “Setting up”');
    t.notMatch(board, 'welcome-resume');
    t.notMatch((await browser.get('/dashboard')).body, 'Ctrl-K, “Setting up”', 'said once');
    t.equal((await signIn(world.browser(), email)).headers.location, '/dashboard');
    await browser.fill('/welcome', '/welcome/trades', {});
    t.same(await rowsOf(world), [{ step: 1, begun: true, ended: true }], 'the second click changes nothing');
    const again = await browser.get('/welcome');
    t.equal(again.statusCode, 200, 'it can still be looked at');
    t.notMatch(again.body, 'Skip setting up');
  }
});

void t.test('hours that cannot be are answered with what was chosen, and nothing is saved', async (t) => {
  const world = await testApp(t);
  const { browser } = await newcomer(world);
  const refused = await browser.fill('/welcome?step=2', '/welcome/hours', {
    timeZone: 'Mars/Olympus',
    hours: 'exchange',
  });
  t.equal(refused.statusCode, 422);
  t.match(refused.body, 'Choose a time zone from the list');
  t.match(refused.body, /value="exchange" checked/);
  const none = await browser.post('/welcome/hours', { timeZone: 'Asia/Tokyo' });
  t.equal(none.statusCode, 422);
  t.match(none.body, 'Choose one of these.');
  t.match(none.body, /<option value="Asia\/Tokyo" selected/);
  t.same(await rowsOf(world), [{ step: 1, begun: true, ended: false }]);
});

void t.test('hours of one’s own are offered as they are, and kept', async (t) => {
  const world = await testApp(t);
  const { browser } = await newcomer(world);
  const own = Object.fromEntries(
    ['london', 'newYork', 'tokyo', 'sydney'].flatMap((place) => [
      [`${place}Zone`, 'UTC'],
      [`${place}From`, '01:00'],
      [`${place}To`, '02:00'],
    ]),
  );
  await browser.fill('/settings/sessions', '/settings/sessions', own);
  const step = (await browser.get('/welcome?step=2')).body;
  t.match(step, /value="own" checked/);
  await browser.post('/welcome/hours', { timeZone: 'UTC', hours: 'own' });
  t.match((await browser.get('/settings/sessions')).body, /name="londonFrom"[^>]*value="01:00"/);
});

void t.test(
  'accounts that are there are named, and of the trial’s trader one can go to have a look',
  async (t) => {
    const world = await testApp(t);
    const demo = await person(world, 'demo');
    world.kit.demo = { userId: demo.userId, email: demo.email };
    const anna = await person(world, 'anna');
    await seedAccount(world, anna.userId, { label: 'Anna <first>' });
    const { body } = await anna.browser.get('/welcome');
    t.match(body, '1 account here already');
    t.match(body, 'Anna &lt;first&gt;');
    t.match(body, 'action="/demo/sessions"');
    t.notMatch((await demo.browser.get('/welcome')).body, 'action="/demo/sessions"', 'who is there already');
    t.notMatch(
      (await anna.browser.get('/dashboard')).body,
      'welcome-resume',
      'who was here before is led nowhere',
    );
  },
);

void t.test('pages that are empty lead there', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'anna');
  for (const path of ['/dashboard', '/trades', '/analytics', '/calendar', '/journal']) {
    const main = (await browser.get(path)).body.split('<main')[1]?.split('</main>')[0] ?? '';
    t.match(main, /<a class="link" href="\/welcome"/, path);
  }
});
