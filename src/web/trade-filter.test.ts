import fc from 'fast-check';
import t from 'tap';
import { periodsOf } from './periods.js';
import { filterNames, readTradeFilter, readTradeSort, tradeQuery, usualSort } from './trade-filter.js';

const id = '8f14e45f-ceea-467f-a3d5-7c1f0a1b2c3d';

void t.test('a query string becomes a filter, its days those of the zone', async (t) => {
  const query = { account: id, symbol: ' EURUSD ', side: 'sell', magic: '77', status: 'closed' };
  const { filter, values, errors } = readTradeFilter(
    { ...query, from: '2026-03-29', to: '2026-03-29' },
    'Europe/Berlin',
  );
  t.same(errors, {});
  t.same(filter, {
    account: { kind: 'account', id },
    symbol: 'EURUSD',
    side: 'sell',
    magic: '77',
    ea: null,
    status: 'closed',
    from: new Date('2026-03-28T23:00:00Z'),
    before: new Date('2026-03-29T22:00:00Z'),
  });
  t.equal(values.symbol, 'EURUSD');
});

void t.test('what cannot be used gets a sentence, and the rest counts', async (t) => {
  const { filter, values, errors } = readTradeFilter(
    {
      account: 'x',
      symbol: 'EURUSD',
      side: 'up',
      magic: '-1',
      status: 'both',
      from: '2026-02-30',
      to: 'soon',
      ea: 'a\u0000b',
    },
    'UTC',
  );
  t.same(Object.keys(errors).sort(), ['account', 'ea', 'from', 'magic', 'side', 'status', 'to']);
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

void t.test('stretches of days end today, in the zone of who asks', async (t) => {
  const now = new Date('2026-11-21T23:30:00Z');
  const days = Object.fromEntries(
    periodsOf(now, 'Europe/Berlin').map(({ key, from, to }) => [key, [from, to]]),
  );
  t.same(days, {
    today: ['2026-11-22', '2026-11-22'],
    week: ['2026-11-16', '2026-11-22'],
    month: ['2026-11-01', '2026-11-22'],
    '30-days': ['2026-10-24', '2026-11-22'],
    year: ['2026-01-01', '2026-11-22'],
  });
  t.equal(periodsOf(now, 'America/New_York')[0]?.from, '2026-11-21');
});
