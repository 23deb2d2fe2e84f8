import { randomUUID } from 'node:crypto';
import t from 'tap';
import { writeEntry } from '../../data/journal.js';
import { ensureLabels } from '../../data/labels.js';
import { noJudgement } from '../../domain/judgement.js';
import { person } from '../../testing/cast.js';
import { closedAt, dayWorld, readable, versionIn } from '../../testing/day-world.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

const day = '/journal/days/2026-02-03';

void t.test('what is written of a day stands there again, beside what the day came to', async (t) => {
  const { get, write } = await dayWorld(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-02-03T11:00:00Z', -1_000, { symbol: 'XAUUSD', name: 'XAUUSD' }),
    closedAt('2026-02-04T10:00:00Z', -500),
  ]);
  const fields = { plan: '\n- one\r\n- two', review: 'Kept it.', lessons: 'Wait.', mood: 'disciplined' };
  const answer = await write(day, fields);
  t.equal(answer.statusCode, 303);
  t.equal(answer.headers.location, day);
  const html = await get(day);
  t.match(html, '>\n\n- one\n- two</textarea>');
  t.match(html, '>\nKept it.</textarea>');
  t.match(html, /value="disciplined" checked/);
  t.equal(versionIn(html), '1');
  const text = readable(html);
  t.match(text, 'Tuesday, 3 Feb 2026');
  t.match(text, '+20.00 USD');
  t.match(text, 'Trades n 2 2 1 won · 1 lost');
  t.match(text, 'Win rate n 2 50.0 % 1 of 2');
  t.match(text, 'Profit factor n 2 3.00');
  t.match(text, /Best trade n 2 \+30.00 USD EURUSD/);
  t.match(text, /Worst trade n 2 −10.00 USD XAUUSD/);
  t.match(text, '10:00 EURUSD');
  t.notMatch(text, '−5.00');
  t.equal((await write(day, fields)).statusCode, 303, 'the second click');
  t.equal(versionIn(await get(day)), '1', 'changes nothing');
});

const hostile =
  '</textarea><script>alert(1)</script><img src=x onerror=alert(1)> <b hx-get="/logout" hx-trigger="load" x-init="a()">';

void t.test('hostile text is text wherever it is shown', async (t) => {
  const { write, get } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  await write(day, { plan: hostile, review: hostile, lessons: hostile });
  const late = await write(day, { plan: 'other' });
  const pages = [
    '/journal/days/2026-02-04',
    '/journal/weeks/2026-02-02',
    '/journal/months/2026-02',
    '/calendar?month=2026-02',
  ];
  for (const html of [
    late.body,
    await get(day),
    await get(`${day}/entry`),
    ...(await Promise.all(pages.map(get))),
  ])
    t.notMatch(html, /<script>alert|<img src=x|<b hx-get/);
  t.match(await get('/journal/weeks/2026-02-02'), '&lt;script&gt;alert(1)');
});

void t.test('a day ahead can be planned, and what is written of it already is never hidden', async (t) => {
  const { get, write } = await dayWorld(t);
  const ahead = '/journal/days/2026-03-05';
  const html = await get(ahead);
  t.match(html, 'name="plan"');
  t.notMatch(html, /name="(review|lessons|mood)"/);
  t.match(html, 'Still ahead');
  t.equal((await write(ahead, { plan: 'Half size.' })).statusCode, 303);
  t.match(await get(ahead), 'Half size.</textarea>');
  await write(ahead, { review: 'already', version: '1' });
  t.match(await get(ahead), 'already</textarea>');
});

void t.test('an empty day, a weekend and a leap day have their page; what is no day has none', async (t) => {
  const { anna, get } = await dayWorld(t);
  for (const one of ['2026-02-28', '2026-03-01', '2024-02-29', '1970-01-01', '2999-12-31'])
    t.match(await get(`/journal/days/${one}`), 'data-autosave');
  t.match(await get('/journal/days/2026-03-01'), 'No trade closed on this day');
  const none = [
    'days/2026-02-30',
    'days/x',
    'days/2026-2-3',
    'days/3000-01-01',
    'weeks/x',
    'weeks/1970-01-01',
    'months/2026-13',
  ];
  for (const path of none) {
    t.equal((await anna.browser.get(`/journal/${path}`)).statusCode, 404, path);
    t.equal((await anna.browser.post(`/journal/${path}`, { plan: 'x' })).statusCode, 404, path);
  }
  t.equal((await anna.browser.post('/journal/weeks/2026-02-03', { plan: 'x' })).statusCode, 404);
});

void t.test('the journal leads to today, and a day of a week to its Monday', async (t) => {
  const { anna } = await dayWorld(t);
  const to = async (path: string) => (await anna.browser.get(path)).headers.location;
  t.equal(await to('/journal/days'), '/journal/days/2026-03-02');
  t.equal(await to('/journal/weeks'), '/journal/weeks/2026-03-02');
  t.equal(await to('/journal/months?account=Real'), '/journal/months/2026-03?account=Real');
  t.equal(await to('/journal/weeks/2026-03-01'), '/journal/weeks/2026-02-23');
});

void t.test('trades that were opened on a day and are open still stand apart from its figures', async (t) => {
  const { get } = await dayWorld(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    { openedAt: new Date('2026-02-03T12:00:00Z'), closedAt: null, symbol: 'GBPUSD', name: 'GBPUSD' },
    { openedAt: new Date('2026-02-04T12:00:00Z'), closedAt: null, symbol: 'USDJPY', name: 'USDJPY' },
  ]);
  const text = readable(await get(day));
  t.match(text, /Opened on this day, still open not in the figures GBPUSD/);
  t.notMatch(text, 'USDJPY');
  t.match(text, 'Trades n 1');
});

void t.test(
  'each trade of a day shows what was written of it, and leads on to its neighbours of that day',
  async (t) => {
    const { app, anna, ids, get } = await dayWorld(t, [
      closedAt('2026-02-03T10:00:00Z', 3_000),
      closedAt('2026-02-03T11:00:00Z', -1_000),
      closedAt('2026-02-04T10:00:00Z', -500),
    ]);
    const [id = '', second = ''] = ids;
    const at = app.clock.now();
    await app.db.withTenant('app', anna.userId, async (tx) => {
      const named = async (kind: 'tags' | 'setups' | 'mistakes', name: string) =>
        (await ensureLabels(tx, anna.userId, kind, { names: [name], at })) ?? [];
      const [setupId = ''] = await named('setups', 'Gap');
      await writeEntry(tx, anna.userId, id, {
        ...noJudgement,
        ...{ mood: 'greedy', followedPlan: false, notes: 'Chased  it.\nAgain.', setupId, seen: 0, at },
        tagIds: await named('tags', 'Late'),
        mistakeIds: await named('mistakes', 'Too large'),
      });
    });
    const html = await get(day);
    const text = readable(html);
    t.match(text, 'Gap Late Greedy · plan not kept · Too large Chased it. Again.');
    t.match(text, 'Add notes');
    const [, href = ''] = new RegExp(`href="(/trades/${id}[^"]*)"`).exec(html) ?? [];
    const trade = await get(href.replaceAll('&amp;', '&'));
    t.match(trade, `/trades/${second}`);
    t.notMatch(trade, `/trades/${ids[2] ?? ''}`);
  },
);

void t.test('the lessons of the page before stand above the plan', async (t) => {
  const { get, write } = await dayWorld(t);
  await write('/journal/days/2026-02-02', { lessons: 'Stop after two.' });
  await write('/journal/days/2026-02-04', { lessons: 'Later.' });
  const text = readable(await get(day));
  t.match(text, 'Lessons of Monday, 2 Feb 2026 Stop after two.');
  t.notMatch(text, 'Later.');
});

void t.test('what is another’s is on no page of one’s own', async (t) => {
  const { app, anna, accountId, write } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  await write(day, { plan: 'secret plan', lessons: 'secret lesson' });
  await write('/journal/weeks/2026-02-02', { review: 'secret week' });
  const before = await rowsOf(app.login, anna.userId);
  const bert = await person(app, 'bert');
  const own = await seedAccount(app, bert.userId, { trades: 0 });
  await seedTrades(app, { userId: bert.userId, accountId: own.accountId }, [
    closedAt('2026-02-05T10:00:00Z', 100),
  ]);
  for (const path of [
    day,
    `${day}?account=${accountId}`,
    `${day}/entry`,
    `${day}/figures`,
    '/journal/days/2026-02-04',
    '/journal/weeks/2026-02-02',
    '/journal/months/2026-02',
    '/calendar?month=2026-02',
  ]) {
    const { statusCode, body } = await bert.browser.get(path);
    t.equal(statusCode, 200, path);
    t.notMatch(body, /secret|30\.00|calendar-page written/, path);
  }
  t.equal((await bert.browser.fill(day, day, { plan: 'his', version: '0' })).statusCode, 303, 'his own page');
  t.equal((await bert.browser.get(`/journal/days/${randomUUID()}`)).statusCode, 404);
  t.same(await rowsOf(app.login, anna.userId), before);
});

void t.test('a page keeps to the accounts that are chosen', async (t) => {
  const { app, anna, get } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  const { accountId } = await seedAccount(app, anna.userId, {
    trades: 0,
    category: 'Demo',
    label: 'Practice',
  });
  await seedTrades(app, { userId: anna.userId, accountId }, [closedAt('2026-02-03T12:00:00Z', -70_000)]);
  const both = readable(await get(day));
  t.match(both, '+30.00 Real USD');
  t.match(both, '−700.00 Demo USD', 'money of different kinds is told apart');
  const html = await get(`${day}?account=Demo`);
  t.notMatch(readable(html), '+30.00');
  t.match(html, '/journal/days/2026-02-04?account=Demo');
  const saved = await anna.browser.post(`${day}?account=Demo`, { plan: 'x', version: '0' });
  t.equal(saved.headers.location, `${day}?account=Demo`);
});
