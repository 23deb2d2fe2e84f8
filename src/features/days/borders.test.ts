import t from 'tap';
import { closedAt, dayWorld, readable } from '../../testing/day-world.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';

t.setTimeout(600_000);

/** Of every day of a calendar that leads to trades: what it came to and how many trades, `+20.00 USD, 2`. */
const sumsIn = (html: string): Map<string, string> =>
  new Map(
    [
      ...html.matchAll(
        /href="\/trades\?[^"]*from=([\d-]+)[^"]*"[^>]*title="\d[^:"]*: ([^,"]+), (\d+) trade/g,
      ),
    ].map(([, day = '', sum = '', n = '']) => [day, `${sum}, ${n}`]),
  );

/** The same of the page of a day. */
const sumOf = (html: string): string => {
  const text = readable(html);
  const net = /Net result n \d+ (\S+ ?\S*) (USD|EUR)/.exec(text);
  const n = /Trades n (\d+)/.exec(text);
  return `${net?.[1] ?? ''} ${net?.[2] ?? ''}, ${n?.[1] ?? ''}`;
};

/** An hour and a minute around each midnight on which clocks change in these zones, in both halves of the year. */
const instants = [
  // Auckland: summer time ends on 5 April 2026 at 14:00 UTC of the day before, and begins on 26 September at 14:00 UTC.
  '2026-04-04T10:59:59Z',
  '2026-04-04T11:00:00Z',
  '2026-04-04T13:30:00Z',
  '2026-04-04T14:30:00Z',
  '2026-04-05T11:59:59Z',
  '2026-04-05T12:00:00Z',
  '2026-09-26T11:59:59Z',
  '2026-09-26T12:00:00Z',
  '2026-09-27T10:59:59Z',
  '2026-09-27T11:00:00Z',
  // New York: 8 March at 07:00 UTC, and 1 November at 06:00 UTC.
  '2026-03-08T04:59:59Z',
  '2026-03-08T05:00:00Z',
  '2026-03-09T03:59:59Z',
  '2026-03-09T04:00:00Z',
  '2026-11-01T03:59:59Z',
  '2026-11-01T04:00:00Z',
  '2026-11-01T05:30:00Z',
  '2026-11-01T06:30:00Z',
  '2026-11-02T04:59:59Z',
  '2026-11-02T05:00:00Z',
];

/** Every instant has another result, so that a trade on the wrong day shows in the sum. */
const trades = instants.map((at, index) => closedAt(at, (index % 3 === 0 ? -1 : 1) * (100 + 2 ** index)));

for (const timeZone of ['Pacific/Auckland', 'America/New_York', 'UTC'])
  void t.test(`${timeZone}: every day comes to what the calendar says, to the cent`, async (t) => {
    const { get, caller } = await dayWorld(t, trades, timeZone);
    const { call } = await caller();
    let count = 0;
    for (const month of ['2026-03', '2026-04', '2026-09', '2026-10', '2026-11'])
      for (const [day, sum] of sumsIn((await get(`/calendar?month=${month}`)).replaceAll('\u202f', ' '))) {
        if (!day.startsWith(month)) continue;
        t.equal(sumOf(await get(`/journal/days/${day}`)), sum, `${timeZone}, ${day}`);
        const { figures } = (await call('GET', `/days/${day}`)).json<{
          figures: { net: string; trades: number }[];
        }>();
        const [made] = figures;
        const [value = ''] = sum.split(' USD');
        t.equal(Number(made?.net), Number(value.replace('−', '-').replaceAll(' ', '')), `${day} by the API`);
        count += made?.trades ?? 0;
      }
    t.equal(count, instants.length, 'no trade is lost between two days, and none counts twice');
  });

void t.test('a day on which clocks change holds all of its 23 or 25 hours', async (t) => {
  const zone = 'America/New_York';
  const { get } = await dayWorld(t, trades, zone);
  const of = async (day: string) =>
    /Trades n (\d+)/.exec(readable(await get(`/journal/days/${day}`)))?.[1] ?? '0';
  t.equal(await of('2026-03-07'), '1', 'until 04:59:59 UTC');
  t.equal(await of('2026-03-08'), '2', 'from 05:00:00 until 03:59:59 UTC');
  t.equal(await of('2026-03-09'), '1');
  t.equal(await of('2026-11-01'), '4', 'both of its hours from one to two');
});

void t.test('today is the day of one’s own zone', async (t) => {
  // It is 09:00 UTC on 2 March.
  for (const [zone, day] of [
    ['Pacific/Auckland', '2026-03-02'],
    ['Pacific/Kiritimati', '2026-03-02'],
    ['America/New_York', '2026-03-02'],
  ] as const) {
    const { anna } = await dayWorld(t, [], zone);
    t.equal((await anna.browser.get('/journal/days')).headers.location, `/journal/days/${day}`, zone);
  }
  const { app, anna } = await dayWorld(t, [], 'Pacific/Auckland');
  app.clock.advance(3 * 3_600_000);
  t.equal((await anna.browser.get('/journal/days')).headers.location, '/journal/days/2026-03-03');
});

void t.test('money of two currencies is never added up', async (t) => {
  const { app, anna, get, caller } = await dayWorld(t, [closedAt('2026-02-03T10:00:00Z', 3_001)]);
  const { accountId } = await seedAccount(app, anna.userId, { trades: 0, currency: 'EUR', label: 'Euro' });
  await seedTrades(app, { userId: anna.userId, accountId }, [closedAt('2026-02-03T12:00:00Z', -705)]);
  for (const path of ['/journal/days/2026-02-03', '/journal/weeks/2026-02-02', '/journal/months/2026-02']) {
    const text = readable(await get(path));
    t.match(text, '+30.01 Real USD', path);
    t.match(text, '−7.05 Real EUR', path);
    t.notMatch(text, '22.96', path);
  }
  const { call } = await caller();
  const { figures } = (await call('GET', '/days/2026-02-03')).json<{
    figures: { category: string; currency: string; net: string }[];
  }>();
  const nets = figures.map(({ category, currency, net }) => `${category} ${currency} ${net}`);
  t.same(nets.sort(), ['Real EUR -7.05', 'Real USD 30.01']);
});
