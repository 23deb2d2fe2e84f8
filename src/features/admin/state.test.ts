import t from 'tap';
import { Measures } from '../../app/measures.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { TestClock } from '../../testing/clock.js';

t.setTimeout(600_000);

void t.test('figures stand beside their goals, and what is unknown is a dash', async (t) => {
  const measures = new Measures(new TestClock());
  const app = await testApp(t, { measures });
  const { browser } = await person(app, 'admin', 'admin');
  const before = (await browser.get('/admin/state/measures')).body;
  t.match(before, /Sync success[^]*?<td data-label="1 h">—<\/td>[^]*?95 %/);
  t.match(before, /Available[^]*?<td colspan="2" data-label="30 d">—<\/td>[^]*?99\.5 %/);
  for (let i = 0; i < 30; i += 1) measures.visit({ slot: 1, accountId: 'a', tookMs: 900, isRead: i > 2 });
  const after = (await browser.get('/admin/state/measures')).body;
  t.match(after, /Sync success <span class="badge" data-tone="warn">missed[^]*?90 % of 30/);
  t.match(after, /Goal missed: sync success\.[^]*See the terminals/);
  const { checks, level } = await app.readStatus();
  t.match(
    checks.find(({ name }) => name === 'sync'),
    { level: 'amber', says: /^sync success: 90 % of 30 \(24 h 90 % of 30, goal 95 %\)/, fix: /terminals/ },
  );
  t.not(level, 'red', 'a goal that is missed is advice');
});

void t.test('pages are counted, files and the watchdog’s question are not', async (t) => {
  const measures = new Measures(new TestClock());
  const app = await testApp(t, { measures });
  const { browser } = await person(app, 'admin', 'admin');
  const { body } = await browser.get('/admin/state');
  const file = /href="(\/assets\/[^"]+\.css)"/.exec(body)?.[1] ?? '';
  await browser.get('/nowhere');
  await browser.get('/healthz');
  t.equal((await browser.get(file)).statusCode, 200);
  t.match(measures.figures(60), { requests: 2, faultPct: 0 });
});

void t.test('the page shows what the status prints, figures once', async (t) => {
  const app = await testApp(t);
  const { browser } = await person(app, 'admin', 'admin');
  t.equal((await browser.get('/admin')).headers.location, '/admin/state');
  const { body } = await browser.get('/admin/state/checks');
  for (const name of ['database', 'isolation', 'alarms', 'disk'])
    t.match(body, `<th scope="row">${name}</th>`);
  t.notMatch(body, 'availability');
});
