import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedSync } from '../../testing/scripted-sync.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';
import { simulatedTerminals, untilSeen } from '../../testing/simulated-terminals.js';

t.setTimeout(600_000);

const pages = ['/admin/terminals', '/admin/terminals/list', '/admin/terminals/queue'];
const rowOf = (html: string, number: number): string =>
  html.split(/<\/?tr>/).find((row) => row.includes(`Terminal ${number}<`)) ?? '';

void t.test('terminals are shown to administrators alone, and restarted by nobody else', async (t) => {
  const terminals = scriptedTerminals({});
  const world = await testApp(t, { terminals });
  const admin = await person(world, 'admin', 'admin');
  const user = await person(world, 'user');
  const stranger = world.browser();
  await stranger.get('/login');
  await user.browser.get('/dashboard');
  for (const path of pages) {
    t.equal((await stranger.get(path)).statusCode, 303, path);
    t.equal((await user.browser.get(path)).statusCode, 404, path);
    t.equal((await admin.browser.get(path)).statusCode, 200, path);
  }
  const restart = '/admin/terminals/1/restarts';
  t.equal((await stranger.post(restart)).statusCode, 303);
  t.equal((await user.browser.post(restart)).statusCode, 404);
  t.same(terminals.restarted, []);
  await admin.browser.get('/admin/terminals');
  t.equal((await admin.browser.post(restart)).statusCode, 200);
  for (const none of ['0', '2', '01', '1e0', 'x', '%00'])
    t.equal((await admin.browser.post(`/admin/terminals/${none}/restarts`)).statusCode, 404, none);
  t.same(terminals.restarted, [1]);
});

void t.test('a row says how a terminal does and what to do, and no login in full', async (t) => {
  const world = await testApp(t, {
    sync: scriptedSync({ isSimulated: true }),
    terminals: scriptedTerminals(
      { account: { server: 'Example-Live', login: '51482' }, rssBytes: 72e6, restarts: 3 },
      { state: 'quarantined', until: new Date('2026-03-02T09:28:00Z'), role: 'market' },
    ),
  });
  const { browser } = await person(world, 'admin', 'admin');
  const { body } = await browser.get('/admin/terminals');
  t.match(body, /aria-current="page">Terminals</);
  t.match(rowOf(body, 1), /…482.*Example-Live.*72 MB/s);
  t.notMatch(body, /51482/);
  t.match(rowOf(body, 2), /quarantined.*tried again in 2\d min.*rawjournal terminal restart 2/s);
  for (const region of ['terminals', 'queue'])
    t.match(
      body,
      new RegExp(`id="${region}"[^>]*hx-get="/admin/terminals/\\w+" hx-trigger="every 5s, refresh"`),
    );
});

void t.test('the cards count people and accounts, and warn where they do not fit', async (t) => {
  const sync = scriptedSync();
  const view = { ...sync.view(), accounts: 30, waiting: 4, oldestDueMs: 9_000, capacity: 21, ageMs: 22_000 };
  const world = await testApp(t, { sync: { ...sync, view: () => view }, terminals: scriptedTerminals({}) });
  const { browser } = await person(world, 'admin', 'admin');
  const queue = (await browser.get('/admin/terminals/queue')).body.replaceAll(/<[^>]*>\s*/g, ' ');
  t.match(queue, /Users online +1 +1 registered/);
  t.match(queue, /Accounts read +30 .*Waiting +4 +the oldest due for 9 s +Fit in 15 s +21/s);
  t.match(queue, 'Expect numbers up to 22 s old');
});

void t.test('an installation without terminals says so', async (t) => {
  const world = await testApp(t);
  const { browser } = await person(world, 'admin', 'admin');
  t.match((await browser.get('/admin/terminals')).body, 'No terminals are run here');
  t.equal((await browser.post('/admin/terminals/1/restarts')).statusCode, 404);
});

void t.test('the button starts a real terminal anew, and answers with the region', async (t) => {
  const terminals = await simulatedTerminals(t, 2);
  const before = await untilSeen(terminals, 1, ({ state }) => state === 'ready');
  await untilSeen(terminals, 2, ({ state }) => state === 'ready');
  const world = await testApp(t, { terminals });
  const { browser } = await person(world, 'admin', 'admin');
  await browser.get('/admin/terminals');
  const answer = await browser.post('/admin/terminals/1/restarts');
  t.match(answer.body.trim(), /^<section class="panel" id="terminals"/);
  t.match(rowOf(answer.body, 1), 'ending');
  const after = await untilSeen(terminals, 1, ({ state, restarts }) => state === 'ready' && restarts === 1);
  t.not(after.child?.pid, before.child?.pid);
  t.match(after.lastExit, { why: 'it was asked to end' });
  t.match(rowOf((await browser.get('/admin/terminals/list')).body, 1), /ready.*it was asked to end/s);
  t.equal(terminals.slots[1]?.view().restarts, 0, 'the other one is left alone');
});
