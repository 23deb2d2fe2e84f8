import fc from 'fast-check';
import t from 'tap';
import { periodsOf } from './periods.js';
import { filterNames, readTradeFilter, readTradeSort, tradeQuery, usualSort } from './trade-filter.js';

const id = '8f14e45f-ceea-467f-a3d5-7c1f0a1b2c3d';

void t.test('a query string becomes a filter, its days those of the zone', async (t) => {
  const query = {
    account: id,
    symbol: ' EURUSD ',
    side: 'sell',
    magic: '77',
    session: 'new-york',
    source: 'report',
    tag: [id, 'Late', 'none'],
    setup: 'Gap, Fade',
    mistake: 'Hurried',
    mood: 'greedy',
    quality: '4',
    plan: 'none',
    notes: 'no',
  };
  const { filter, values, errors } = readTradeFilter(
    { ...query, status: 'closed', result: 'lost', from: '2026-03-29', to: '2026-03-29' },
    'Europe/Berlin',
  );
  t.same(errors, {});
  t.same(filter, {
    account: { kind: 'account', id },
    symbol: 'EURUSD',
    side: 'sell',
    magic: '77',
    ea: null,
    session: 'new-york',
    source: 'report',
    tags: { ids: [id], names: ['Late'], none: true },
    setups: { ids: [], names: ['Gap', 'Fade'], none: false },
    mistakes: { ids: [], names: ['Hurried'], none: false },
    mood: 'greedy',
    quality: 4,
    followedPlan: 'none',
    hasNotes: false,
    status: 'closed',
    result: 'lost',
    from: new Date('2026-03-28T23:00:00Z'),
    before: new Date('2026-03-29T22:00:00Z'),
  });
  t.equal(values.symbol, 'EURUSD');
  t.equal(values.tag, `${id},Late,none`);
});

void t.test('a period is a stretch of days by its name, and days that are said go before it', async (t) => {
  const now = new Date('2026-11-25T10:00:00Z');
  const read = (query: object) => readTradeFilter(query, 'UTC', now);
  const lastWeek = read({ period: 'last-week' });
  t.match(lastWeek, { values: { period: 'last-week' }, errors: {} });
  t.same(lastWeek.filter.from, new Date('2026-11-16T00:00:00Z'));
  t.same(lastWeek.filter.before, new Date('2026-11-23T00:00:00Z'));
  const days = read({ period: 'last-week', from: '2026-11-24' });
  t.same(days.values, { from: '2026-11-24' });
  t.equal(days.filter.before, null);
  t.same(Object.keys(read({ period: 'soon' }).errors), ['period']);
  t.same(readTradeFilter({ period: 'week' }, 'UTC').values, {}, 'without a clock there are only days');
});

void t.test('what cannot be used gets a sentence, and the rest counts', async (t) => {
  const { filter, values, errors } = readTradeFilter(
    {
      account: 'x',
      symbol: 'EURUSD',
      side: 'up',
      magic: '-1',
      status: 'both',
      result: 'drawn',
      session: 'night',
      source: 'hearsay',
      from: '2026-02-30',
      to: 'soon',
      ea: 'a\u0000b',
    },
    'UTC',
  );
  t.same(Object.keys(errors).sort(), [
    'account',
    'ea',
    'from',
    'magic',
    'result',
    'session',
    'side',
    'source',
    'status',
    'to',
  ]);
  for (const sentence of Object.values(errors)) t.match(sentence, /^[A-Z].+\.$/);
  t.same(values, { symbol: 'EURUSD' });
  t.match(filter, { account: { kind: 'all' }, symbol: 'EURUSD', side: null, from: null, before: null });
});

void t.test('an end before the beginning is refused and the beginning kept', async (t) => {
  const { values, errors, refused } = readTradeFilter({ from: '2026-03-02', to: '2026-03-01' }, 'UTC');
  t.same(values, { from: '2026-03-02' });
  t.same(Object.keys(errors), ['to']);
  t.same(refused, { to: '2026-03-01' }, 'and what was written can be shown again');
});

void t.test('whatever a query string holds, reading it never throws', async () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...filterNames, 'sort'), fc.anything()), (query) => {
      readTradeFilter(query, 'UTC');
      readTradeSort(query);
      return true;
    }),
  );
});

void t.test('the order is one of the columns, either way, or the usual one', async (t) => {
  t.same(readTradeSort({}).sort, usualSort);
  t.same(readTradeSort({ sort: 'net' }), { sort: { key: 'net', isDescending: false }, error: null });
  t.same(readTradeSort({ sort: '-pips' }).sort, { key: 'pips', isDescending: true });
  for (const odd of ['--net', 'password', '-', 'constructor'])
    t.match(readTradeSort({ sort: odd }), { sort: usualSort, error: /sorted by closed/ }, odd);
});

void t.test('a query string says what is in force and no more', async (t) => {
  t.equal(tradeQuery({}, usualSort), '');
  t.equal(
    tradeQuery({ symbol: 'US500.cash', ea: 'a b&c' }, { key: 'net', isDescending: true }, 3),
    '?symbol=US500.cash&ea=a+b%26c&sort=-net&page=3',
  );
});

void t.test('stretches of days end today or before, in the zone of who asks', async (t) => {
  const now = new Date('2026-11-21T23:30:00Z');
  const days = Object.fromEntries(
    periodsOf(now, 'Europe/Berlin').map(({ key, from, to }) => [key, [from, to]]),
  );
  t.same(days, {
    today: ['2026-11-22', '2026-11-22'],
    week: ['2026-11-16', '2026-11-22'],
    'last-week': ['2026-11-09', '2026-11-15'],
    month: ['2026-11-01', '2026-11-22'],
    'last-month': ['2026-10-01', '2026-10-31'],
    year: ['2026-01-01', '2026-11-22'],
  });
  t.equal(periodsOf(now, 'America/New_York')[0]?.from, '2026-11-21');
});
