import t, { type Test } from 'tap';
import { setProfile } from '../../data/users.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { withoutHelp } from '../../testing/steps.js';

t.setTimeout(600_000);

const closedAt = (text: string, gross: number, more: Partial<WishedTrade> = {}): WishedTrade => ({
  openedAt: new Date(Date.parse(text) - 600_000),
  closedAt: new Date(text),
  gross,
  commission: 0,
  ...more,
});

async function world(t: Test, wishes: readonly WishedTrade[], timeZone = 'UTC') {
  const app = await testApp(t);
  const anna = await person(app, 'anna');
  await app.db.withTenant('app', anna.userId, (tx) => setProfile(tx, anna.userId, { timeZone }));
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0 });
  await seedTrades(app, { userId: anna.userId, accountId }, wishes);
  const get = async (path: string): Promise<string> => {
    const answer = await anna.browser.get(path);
    t.equal(answer.statusCode, 200, path);
    return answer.body.replaceAll('\u202f', ' ').replaceAll('&amp;', '&');
  };
  return { app, anna, get };
}

/** Day links of a calendar with what each says: `/trades?…from=2026-02-03…` by its first words. */
const daysIn = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<a href="([^"]+)"[^>]*title="(\d+ \w+ \d+): ([^"]*)"/g)].map(([, , day, words]) => [
      day ?? '',
      words ?? '',
    ]),
  );

void t.test('a day shows what its trades came to, and leads to them with the same filters', async (t) => {
  const { get } = await world(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-02-03T11:00:00Z', -1_000),
    closedAt('2026-02-04T10:00:00Z', -500, { symbol: 'XAUUSD', name: 'XAUUSD' }),
  ]);
  const all = await get('/calendar?month=2026-02');
  t.same(daysIn(all), {
    '3 Feb 2026': '+20.00 USD, 2 trades, 1 won',
    '4 Feb 2026': '−5.00 USD, 1 trade, 0 won',
  });
  t.match(all, 'Week, 2 Feb 2026 to 8 Feb 2026: +15.00 USD, 3 trades, 1 won');
  const gold = await get('/calendar?month=2026-02&symbol=XAUUSD');
  t.same(daysIn(gold), { '4 Feb 2026': '−5.00 USD, 1 trade, 0 won' });
  const [, href = ''] = /href="(\/trades\?[^"]*from=2026-02-04[^"]*)"/.exec(gold) ?? [];
  t.match(href, 'symbol=XAUUSD');
  t.match(href, 'to=2026-02-04');
  const list = await get(href);
  t.match(list, 'XAUUSD');
  t.notMatch(list, 'EURUSD</a>');
});

void t.test('a month is summed up: net, trades, winning days, the best and the worst', async (t) => {
  const { get } = await world(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-02-04T10:00:00Z', -500),
    closedAt('2026-02-05T10:00:00Z', 1_000),
    closedAt('2026-01-30T10:00:00Z', -9_900),
  ]);
  const shown = withoutHelp(await get('/calendar?month=2026-02'));
  const text = shown.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  t.match(text, 'Net n 3 +35.00 USD February 2026');
  t.match(text, 'Trades n 3 3 2 won · 1 lost');
  t.match(text, 'Winning days n 3 2 of 3 days with trades · 1 lost');
  t.match(text, /Best day +\+30.00 USD 3 Feb 2026/);
  t.match(text, /Worst day +−5.00 USD 4 Feb 2026/);
  t.match(text, /\+11.67 USD of the days with trades/);
});

void t.test('days of the months beside are grey, and lead nowhere wrong', async (t) => {
  const { get } = await world(t, [
    closedAt('2026-01-31T10:00:00Z', 1_000),
    closedAt('2026-02-01T10:00:00Z', 2_000),
  ]);
  const html = await get('/calendar?month=2026-02');
  t.match(html, /<td class="[^"]*outside[^"]*">\s*<a href="[^"]*from=2026-01-31/);
  t.notMatch(html, /<td class="heat-[^"]*outside/, 'without a tint');
  t.match(html, /Week, 26 Jan 2026 to 1 Feb 2026: \+30.00 USD, 2 trades/);
});

void t.test('the same instants lie on other days for other people', async (t) => {
  // The hour before and the hour after clocks move in New York (8 March) and in Europe (29 March) of 2026, and midnights.
  const instants = [
    '2026-03-08T04:30:00Z',
    '2026-03-08T05:30:00Z',
    '2026-03-09T03:30:00Z',
    '2026-03-09T04:30:00Z',
    '2026-03-28T22:30:00Z',
    '2026-03-28T23:30:00Z',
    '2026-03-29T21:30:00Z',
    '2026-03-29T22:30:00Z',
    '2026-03-30T14:30:00Z',
  ];
  const expected: Record<string, Record<string, number>> = {
    UTC: { '8 Mar 2026': 2, '9 Mar 2026': 2, '28 Mar 2026': 2, '29 Mar 2026': 2, '30 Mar 2026': 1 },
    // UTC−5 until 8 March 07:00 UTC, then UTC−4: that day has 23 hours.
    'America/New_York': {
      '7 Mar 2026': 1,
      '8 Mar 2026': 2,
      '9 Mar 2026': 1,
      '28 Mar 2026': 2,
      '29 Mar 2026': 2,
      '30 Mar 2026': 1,
    },
    // UTC+1 until 29 March 01:00 UTC, then UTC+2.
    'Europe/Berlin': {
      '8 Mar 2026': 2,
      '9 Mar 2026': 2,
      '28 Mar 2026': 1,
      '29 Mar 2026': 2,
      '30 Mar 2026': 2,
    },
    // UTC+11 until 4 April 16:00 UTC.
    'Australia/Sydney': {
      '8 Mar 2026': 2,
      '9 Mar 2026': 2,
      '29 Mar 2026': 2,
      '30 Mar 2026': 2,
      '31 Mar 2026': 1,
    },
  };
  for (const [timeZone, days] of Object.entries(expected)) {
    const { get } = await world(
      t,
      instants.map((at) => closedAt(at, 100)),
      timeZone,
    );
    const found = daysIn(await get('/calendar?month=2026-03'));
    const counts = Object.entries(found).map(([day, words]) => [
      day,
      Number(/, (\d+) trade/.exec(words)?.[1]),
    ]);
    t.same(Object.fromEntries(counts), days, timeZone);
    for (const [day, n] of Object.entries(days)) {
      const iso = `2026-03-${(day.split(' ')[0] ?? '').padStart(2, '0')}`;
      const list = await get(`/trades/table?status=closed&from=${iso}&to=${iso}`);
      t.equal(
        [...list.matchAll(/data-pick(?![-\w])/g)].length,
        n,
        `${timeZone}, ${day}: the list has as many`,
      );
    }
  }
});

void t.test('a year shows which days gained and lost, with the sign in the text', async (t) => {
  const { get } = await world(t, [
    closedAt('2026-02-03T10:00:00Z', 3_000),
    closedAt('2026-02-04T10:00:00Z', -500),
  ]);
  const html = await get('/calendar?year=2026');
  t.match(html, /heat-gain-4"[^>]*title="3 Feb 2026: \+30.00 USD[^>]*><a [^>]*>3<i>\+<\/i>/);
  t.match(html, /heat-loss-\d"[^>]*title="4 Feb 2026: −5.00 USD[^>]*><a [^>]*>4<i>−<\/i>/);
  t.equal([...html.matchAll(/class="year-month" href="\/calendar\?month=2026-\d\d"/g)].length, 12);
});

void t.test(
  'one who traded long ago is shown that month, one who did not yet this month is shown this one',
  async (t) => {
    const old = await world(t, [closedAt('2024-05-03T10:00:00Z', 3_000)]);
    t.match(await old.get('/calendar'), '<h2>May 2024</h2>');
    t.match(
      await old.get('/calendar?month=2026-03'),
      /No trade closed in March 2026. The last one closed on 3 May 2024/,
    );
    const fresh = await world(t, [closedAt('2026-02-27T10:00:00Z', 3_000)]);
    t.match(await fresh.get('/calendar'), '<h2>March 2026</h2>');
  },
);

void t.test('a month that is none, or beyond the calendar, is no error', async (t) => {
  const { get } = await world(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  for (const query of ['month=2026-13', 'month=x', 'year=1', 'month=2026-02&month=2026-03', 'in=gold'])
    t.match(await get(`/calendar?${query}`), 'Calendar', query);
  t.notMatch(await get('/calendar?month=1970-01'), 'data-step="previous"');
  t.notMatch(await get('/calendar?year=2999'), 'data-step="next"');
});

void t.test('told in R, a day without a stop is unknown, not zero', async (t) => {
  const { get } = await world(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  const html = await get('/calendar?month=2026-02&in=r');
  t.same(daysIn(html), { '3 Feb 2026': 'not known: no trade had a stop, 1 trade, 1 won' });
});

void t.test('other kinds of money are left out, of the list behind a day too', async (t) => {
  const { app, anna, get } = await world(t, [closedAt('2026-02-03T10:00:00Z', 3_000)]);
  const { accountId } = await seedAccount(app, anna.userId, {
    trades: 0,
    category: 'Demo',
    label: 'Practice',
  });
  await seedTrades(app, { userId: anna.userId, accountId }, [closedAt('2026-02-03T12:00:00Z', -70_000)]);
  const html = await get('/calendar?month=2026-02&group=Real-USD');
  t.same(daysIn(html), { '3 Feb 2026': '+30.00 USD, 1 trade, 1 won' });
  const [, href = ''] = /href="(\/trades\?[^"]*from=2026-02-03[^"]*)"/.exec(html) ?? [];
  const list = await get(href);
  t.equal([...list.matchAll(/data-pick(?![-\w])/g)].length, 1, href);
});
