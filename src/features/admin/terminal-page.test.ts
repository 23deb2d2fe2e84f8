import t from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { scriptedTerminals } from '../../testing/scripted-terminals.js';
import { simulatedTerminals, untilSeen } from '../../testing/simulated-terminals.js';

t.setTimeout(120_000);

void t.test(
  'one terminal from inside is for administrators, and there is no other than is run',
  async (t) => {
    const world = await testApp(t, { terminals: scriptedTerminals({}) });
    const admin = await person(world, 'admin', 'admin');
    const user = await person(world, 'user');
    for (const path of ['/admin/terminals/1', '/admin/terminals/1/inside']) {
      t.equal((await user.browser.get(path)).statusCode, 404);
      t.equal((await admin.browser.get(path)).statusCode, 200);
      t.equal((await admin.browser.get(path.replace('1', '2'))).statusCode, 404);
    }
    const { body } = await admin.browser.get('/admin/terminals/1');
    t.match(body, /Nothing runs/);
    t.match(body, /No journal/);
  },
);

void t.test('its processes stand below each other with what they take', async (t) => {
  const terminals = await simulatedTerminals(t, 1);
  const world = await testApp(t, { terminals });
  const { browser } = await person(world, 'admin', 'admin');
  await untilSeen(terminals, 1, ({ state }) => state === 'ready');
  const { body } = await browser.get('/admin/terminals/1/inside');
  const pid = String(terminals.slots[0]?.view().child?.pid);
  t.match(body, new RegExp(`depth-0">\\w+</td><td>${pid}</td><td>\\d+ MB`));
  t.match(body, /1 process, \d+ MB/);
  t.match(body, /hx-get="\/admin\/terminals\/1\/inside" hx-trigger="every 5s, refresh"/);
  t.notMatch(body, /token|settings\.json/, 'no arguments');
});
