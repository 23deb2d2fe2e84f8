import fc from 'fast-check';
import t, { type Test } from 'tap';
import { sortKeys } from '../../data/trade-order.js';
import { setProfile } from '../../data/users.js';
import { sessionAt } from '../../domain/sessions.js';
import { testApp, type TestApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { nameExpert } from '../../testing/experts.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { chosenColumns } from './columns.js';

t.setTimeout(600_000);

const idsOf = (html: string): string[] =>
  [...html.matchAll(/class="row-link" href="\/trades\/([0-9a-f-]{36})/g)].map(([, id]) => id ?? '');

async function desk(t: Test, wishes: readonly WishedTrade[], timeZone = 'UTC') {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  await world.db.withTenant('app', anna.userId, (tx) => setProfile(tx, anna.userId, { timeZone }));
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { world, anna, accountId, ids };
}

/** Every page of a list, one after the other. */
async function walk({ browser }: Person, query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; page < 50; page += 1) {
    const { body } = await browser.get(`/trades/table?page=${page}${query}`);
    ids.push(...idsOf(body));
    if (!/rel="next"/.test(body)) return ids;
  }
  throw new Error('the list does not end');
}

const at = (text: string): Date => new Date(text);

void t.test('the page shows what the region shows, closed last first, open ones on top', async (t) => {
  const { anna, ids } = await desk(t, [
    { openedAt: at('2026-03-01T08:00:00Z'), closedAt: at('2026-03-01T09:00:00Z') },
    { openedAt: at('2026-03-01T10:00:00Z'), closedAt: null },
    { openedAt: at('2026-03-01T07:00:00Z'), closedAt: at('2026-03-01T11:00:00Z') },
  ]);
  const page = await anna.browser.get('/trades');
  t.equal(page.statusCode, 200);
  t.same(idsOf(page.body), [ids[1], ids[2], ids[0]]);
  t.match(page.body, />open</);
  t.match(page.body, /aria-current="page"><span>Trades/, 'it has its place in the navigation');
  t.same(idsOf((await anna.browser.get('/trades/table')).body), idsOf(page.body));
  t.same(idsOf((await anna.browser.get('/trades?status=open')).body), [ids[1]]);
  t.same(idsOf((await anna.browser.get('/trades?sort=closed')).body), [ids[0], ids[2], ids[1]]);
});

void t.test('in every order each trade is there once, however many are equal', async (t) => {
  const same = at('2026-02-01T12:00:00Z');
  const { anna, ids } = await desk(
    t,
    Array.from({ length: 125 }, (_, n) => ({
      openedAt: at('2026-02-01T11:00:00Z'),
      closedAt: n % 9 === 0 ? null : same,
      stopLoss: n % 5 === 0 ? null : 1.07,
      takeProfit: n % 7 === 0 ? null : 1.1 + (n % 3) / 100,
      pips: n % 4 === 0 ? null : 5,
      side: n % 2 === 0 ? ('buy' as const) : ('sell' as const),
    })),
  );
  const everything = [...ids].sort();
  const shown = new Set<string>(chosenColumns(null).map(({ key }) => key));
  for (const sort of sortKeys.flatMap((key) => [key, `-${key}`])) {
    const seen = await walk(anna, `&sort=${sort}`);
    t.equal(seen.length, 125, sort);
    t.same([...seen].sort(), everything, `none missing by ${sort}`);
    const isMarked = (await anna.browser.get(`/trades?sort=${sort}`)).body.includes('aria-sort="');
    t.equal(isMarked, shown.has(sort.replace('-', '')), `${sort} is marked where its column is there`);
  }
  t.same(
    idsOf((await anna.browser.get('/trades?page=99')).body).length,
    25,
    'beyond the end is the last page',
  );
});

interface Wanted {
  symbol?: string;
  side?: string;
  magic?: string;
  ea?: string;
  session?: string;
  source?: string;
  status?: string;
  from?: string;
  to?: string;
}

/** Magic numbers propose a name; without one the comment does, here without its number. */
const eaOf = ({ magic = '0', comment = '' }: WishedTrade): string =>
  magic === '11' ? 'Eleven' : magic !== '0' ? `Magic ${magic}` : comment === '' ? 'none' : 'EA';

const isWanted = (trade: WishedTrade, wanted: Wanted): boolean => {
  const isOpen = trade.closedAt === null;
  // Days in Tokyo: nine hours ahead of UTC, all year.
  const counts = (isOpen ? trade.openedAt : trade.closedAt) ?? at('1970-01-01');
  const day = new Date(counts.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
  return (
    (wanted.symbol === undefined || [trade.name, trade.symbol].includes(wanted.symbol)) &&
    (wanted.side === undefined || trade.side === wanted.side) &&
    (wanted.magic === undefined || trade.magic === wanted.magic) &&
    (wanted.ea === undefined || eaOf(trade) === wanted.ea) &&
    (wanted.source === undefined || trade.source === wanted.source) &&
    (wanted.session === undefined ||
      sessionAt((trade.openedAt ?? at('1970-01-01')).getTime()) === wanted.session) &&
    (wanted.status === undefined || (wanted.status === 'open') === isOpen) &&
    (wanted.from === undefined || day >= wanted.from) &&
    (wanted.to === undefined || day <= wanted.to)
  );
};

void t.test('the filtered set is what a filter in plain words would leave', async (t) => {
  const wishes: WishedTrade[] = Array.from({ length: 60 }, (_, n) => {
    const openedAt = new Date(Date.UTC(2026, 1, 1, n * 7));
    const name = ['EURUSD', 'XAUUSD', 'US500'][n % 3] ?? '';
    return {
      openedAt,
      closedAt: n % 6 === 0 ? null : new Date(openedAt.getTime() + (n % 5) * 4_000_000),
      name,
      symbol: n % 4 === 0 ? `${name}.r` : name,
      side: n % 2 === 0 ? 'buy' : 'sell',
      magic: String((n % 3) * 11),
      comment: n % 5 === 0 ? '' : `EA ${n % 4}`,
      source: n % 4 === 0 ? 'report' : 'live',
    };
  });
  const { world, anna, ids } = await desk(t, wishes, 'Asia/Tokyo');
  await nameExpert(world, anna.userId, { name: 'Eleven', magics: ['11'], pattern: null });
  const some = <T>(...values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
  const day = some('2026-02-01', '2026-02-05', '2026-02-09', '2026-02-17');
  const wanted = fc.record({
    symbol: some('EURUSD', 'XAUUSD.r', 'GBPUSD'),
    side: some('buy', 'sell'),
    magic: some('0', '11', '99'),
    ea: some('EA', 'EA 1', 'none', 'Magic 22', 'Eleven'),
    source: some('live', 'report', 'manual'),
    session: some('asian', 'london', 'overlap', 'new-york', 'off'),
    status: some('open', 'closed'),
    from: day,
    to: day,
  });
  await fc.assert(
    fc.asyncProperty(wanted, async (given) => {
      const asked = Object.entries(given).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      // An end before the beginning is refused, and the beginning kept.
      const sane = asked.filter(([name, value]) => name !== 'to' || value >= (given.from ?? ''));
      const expected = ids.filter((_, n) => isWanted(wishes[n] ?? {}, Object.fromEntries(sane)));
      const seen = await walk(anna, `&${new URLSearchParams(asked).toString()}`);
      t.same([...seen].sort(), [...expected].sort(), JSON.stringify(given));
    }),
    { numRuns: 60 },
  );
});

void t.test('a day begins and ends when it does for the person', async (t) => {
  const closings = [
    '2026-03-28T22:59:59Z',
    '2026-03-28T23:00:00Z',
    '2026-03-29T21:59:59Z',
    '2026-03-29T22:00:00Z',
  ];
  const { anna, ids } = await desk(
    t,
    closings.map((text) => ({ openedAt: at('2026-03-28T10:00:00Z'), closedAt: at(text) })),
    'Europe/Berlin',
  );
  const { body } = await anna.browser.get('/trades?from=2026-03-29&to=2026-03-29');
  t.same(idsOf(body), [ids[2], ids[1]], 'the 23 hours of that day');
  t.match(body, '29 Mar 2026, 23:59');
});

void t.test(
  'periods are kept by their names, and each is a link that is marked where it holds',
  async (t) => {
    const { world, anna, ids } = await desk(t, [
      { closedAt: at('2026-03-11T10:00:00Z'), openedAt: at('2026-03-11T09:00:00Z') },
      { closedAt: at('2026-03-04T10:00:00Z'), openedAt: at('2026-03-04T09:00:00Z') },
      { closedAt: at('2026-02-27T10:00:00Z'), openedAt: at('2026-02-27T09:00:00Z') },
      { closedAt: at('2026-01-05T10:00:00Z'), openedAt: at('2026-01-05T09:00:00Z') },
    ]);
    world.clock.advance(Date.parse('2026-03-11T20:00:00Z') - world.clock.now().getTime());
    const shown = async (period: string): Promise<(string | undefined)[]> => {
      const { body } = await anna.browser.get(`/trades?period=${period}`);
      t.ok(body.includes(`href="/trades?period=${period}" aria-current="true"`), period);
      return idsOf(body);
    };
    t.same(await shown('today'), [ids[0]]);
    t.same(await shown('week'), [ids[0]]);
    t.same(await shown('last-week'), [ids[1]]);
    t.same(await shown('month'), [ids[0], ids[1]]);
    t.same(await shown('last-month'), [ids[2]]);
    t.same(await shown('year'), ids);
    const { body } = await anna.browser.get('/trades?period=last-week&side=buy');
    t.match(body, /Remove the filter Last week/);
    t.ok(body.includes('class="chip-remove" href="/trades?side=buy"'));
  },
);

void t.test('totals stand per currency and kind of account, and are those of the filter', async (t) => {
  const { world, anna, accountId } = await desk(t, [
    { gross: 1_000, commission: -35 },
    { gross: -400, commission: -35, side: 'sell' },
    { gross: 35, commission: -35 },
    { gross: 0, commission: -70, closedAt: null },
  ]);
  const { body: one } = await anna.browser.get('/trades');
  t.match(one, '+4.60');
  t.match(one, '1 won · 1 lost · 1 even');
  t.match(one, '1 still open');
  t.match((await anna.browser.get('/trades?side=sell')).body, '\u22124.35');
  await seedAccount(world, anna.userId, { label: 'Euro', currency: 'EUR', category: 'Demo', trades: 2 });
  const { body: two } = await anna.browser.get('/trades');
  t.match(two, 'USD · Real');
  t.match(two, 'EUR · Demo');
  t.match(two, '+5.30');
  t.notMatch(two, '+9.90', 'nothing is added across currencies');
  t.match((await anna.browser.get('/trades?account=Demo')).body, /2 trades/);
  t.match((await anna.browser.get(`/trades?account=${accountId}`)).body, /4 trades/);
});

void t.test('each filter in force is a chip that can be taken off alone', async (t) => {
  const { anna } = await desk(t, [{ comment: 'Trend EA', magic: '7' }]);
  const { body } = await anna.browser.get('/trades?symbol=EURUSD&side=buy&magic=7&sort=-net');
  for (const href of ['?side=buy&amp;magic=7&amp;sort=-net', '?symbol=EURUSD&amp;magic=7&amp;sort=-net'])
    t.ok(body.includes(`class="chip-remove" href="/trades${href}"`), href);
  t.match(body, 'Magic 7 · Trend EA');
  t.ok(body.includes('href="/trades?sort=-net">Remove filters'));
});

void t.test('a value that cannot be used is named beside its field, and the rest is kept', async (t) => {
  const { anna, ids } = await desk(t, [{ side: 'buy' }, { side: 'sell' }]);
  const answer = await anna.browser.get('/trades?side=sell&from=2026-02-31&sort=luck');
  t.equal(answer.statusCode, 200);
  t.same(idsOf(answer.body), [ids[1]]);
  t.match(answer.body, /id="f-from-error">[\s\S]*?This is not a date/);
  t.match(answer.body, 'Trades can be sorted by');
});

void t.test(
  'who has no trades is told what to do, who has none like these how to see the others',
  async (t) => {
    const { world, anna } = await desk(t, [{}]);
    t.match((await anna.browser.get('/trades?symbol=GBPUSD')).body, /Nothing matches[\s\S]*Remove filters/);
    const bert = await person(world, 'bert');
    const { body } = await bert.browser.get('/trades');
    t.match(body, /No trades yet[\s\S]*Connect an account/);
    t.notMatch(body, 'EURUSD', 'and sees nothing of others');
  },
);

void t.test(
  'a filter that cannot be used keeps what was written, beside the sentence about it',
  async (t) => {
    const { anna } = await desk(t, [{ symbol: 'EURUSD' }]);
    const { body } = await anna.browser.get('/trades?magic=abc&from=2026-03-02&to=2026-03-01');
    for (const value of ['abc', '2026-03-02', '2026-03-01']) t.match(body, `value="${value}"`);
    t.match(body, 'A magic number is made of digits.');
  },
);

void t.test('what a broker wrote is text, never markup', async (t) => {
  const evil = `<img src=x onerror="alert('1')">`;
  const { anna, ids } = await desk(t, [{ symbol: evil, name: evil, comment: `${evil}&"` }]);
  const query = new URLSearchParams({ symbol: evil, ea: `${evil}&"` }).toString();
  for (const path of ['/trades', `/trades?${query}`, `/trades/${ids[0] ?? ''}?${query}`]) {
    const { body, statusCode } = await anna.browser.get(path);
    t.equal(statusCode, 200);
    t.notMatch(body, '<img', path);
    t.match(body, '&lt;img src=x');
  }
});

void t.test('a stranger is sent to sign in', async (t) => {
  const world: TestApp = await testApp(t);
  for (const path of [
    '/trades',
    '/trades/table',
    '/trades/rows',
    '/trades/totals',
    '/trades/8f14e45f-ceea-467f-a3d5-7c1f0a1b2c3d',
  ])
    t.equal((await world.browser().get(path)).statusCode, 303);
});
