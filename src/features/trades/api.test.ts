import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person, tokenOf } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';

t.setTimeout(600_000);

interface Listed {
  items: { id: string; net: string }[];
  nextCursor: string | null;
}

async function program(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const token = await tokenOf(world, anna, 'read');
  const get = (path: string) => world.browser().get(`/api/v1${path}`, { authorization: `Bearer ${token}` });
  return { accountId, ids, get };
}

void t.test('a trade is told whole, unknown as null, money as text, times in UTC', async (t) => {
  const openedAt = new Date('2026-02-03T10:00:00Z');
  const { accountId, ids, get } = await program(t, [
    { openedAt, comment: 'Trend EA', magic: '18446744073709551615', openReason: 3, closeReason: 77 },
    { openedAt, closedAt: null },
  ]);
  const list = (await get('/trades')).json<{ items: unknown[] }>();
  const trade = {
    id: ids[0],
    accountId,
    symbol: 'EURUSD',
    name: 'EURUSD',
    side: 'buy',
    volume: '0.1',
    openVolume: '0',
    openedAt: '2026-02-03T10:00:00.000Z',
    closedAt: '2026-02-03T10:30:00.000Z',
    openPrice: '1.08',
    closePrice: '1.09',
    stopLoss: null,
    takeProfit: null,
    gross: '10.00',
    swap: '0.00',
    commission: '-0.35',
    fee: '0.00',
    net: '9.65',
    currency: 'USD',
    pips: '100',
    magic: '18446744073709551615',
    comment: 'Trend EA',
    openReason: 'expert',
    closeReason: 'reason 77',
    session: 'london',
    source: 'live',
    flags: [],
    tags: [],
    setup: null,
    hasNotes: false,
  };
  t.same(list.items[1], trade);
  t.match(list.items[0], { id: ids[1], closedAt: null, closePrice: null, closeReason: null, pips: null });
  const one = (await get(`/trades/${ids[0] ?? ''}`)).json<{ deals: unknown[] }>();
  t.match(one, trade);
  t.equal(one.deals.length, 2);
  t.match(one.deals[1], {
    type: 'sell',
    entry: 'out',
    profit: '10.00',
    doneAt: '2026-02-03T10:30:00.000Z',
    serverTime: '2026-02-03T10:30:00.000',
  });
});

void t.test('a cursor leads through every trade once, in every order', async (t) => {
  const { ids, get } = await program(
    t,
    Array.from({ length: 43 }, (_, n) => ({
      openedAt: new Date('2026-02-03T10:00:00Z'),
      closedAt: n % 5 === 0 ? null : new Date(Date.UTC(2026, 1, 3, 12, n % 3)),
      pips: n % 4 === 0 ? null : (n % 6) / 10,
    })),
  );
  const keys = [
    'closed',
    'opened',
    'account',
    'symbol',
    'side',
    'lots',
    'entry',
    'exit',
    'pips',
    'held',
    'net',
    'comment',
  ];
  for (const sort of keys.flatMap((key) => [key, `-${key}`])) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Listed = (await get(`/trades?limit=10&sort=${sort}&cursor=${cursor}`)).json<Listed>();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    t.equal(seen.length, ids.length, sort);
    t.same([...seen].sort(), [...ids].sort(), sort);
    const whole = (await get(`/trades?sort=${sort}`)).json<Listed>();
    t.same(
      seen,
      whole.items.map(({ id }) => id),
      `the pieces of ${sort} follow one another`,
    );
  }
});

void t.test('what cannot be used is named with status 400', async (t) => {
  const { get } = await program(t, [{}]);
  const refused = {
    [`tag=${'x'.repeat(41)}`]: 'tag',
    [`setup=${'x'.repeat(41)}`]: 'setup',
    'notes=maybe': 'notes',
    'session=London': 'session',
    'source=hearsay': 'source',
    'from=2026-02-31': 'from',
    'account=x': 'account',
    'side=up': 'side',
    'sort=luck': 'sort',
    'limit=1001': 'limit',
    'limit=0': 'limit',
    'colour=red': 'colour',
    'cursor=nonsense': 'cursor',
  };
  for (const [query, field] of Object.entries(refused)) {
    const answer = await get(`/trades?${query}`);
    t.equal(answer.statusCode, 400, query);
    const { error } = answer.json<{ error: { code: string; fields: Record<string, string> } }>();
    t.equal(error.code, 'invalid');
    t.match(error.fields[field], /\.$/, `${query}: ${String(error.fields[field])}`);
  }
  t.equal((await get('/trades?tag=&setup=&session=&source=')).statusCode, 200, 'empty asks for nothing');
});

void t.test('a cursor that was tampered with is refused before the database sees it', async (t) => {
  const { ids, get } = await program(t, [{}, {}]);
  const made = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const id = ids[0];
  const odd = [
    made('-closed', 'yesterday', id),
    made('-closed', '2026-13-45 00:00:00+00', id),
    made('net', 'NaN', id),
    made('held', '9'.repeat(30), id),
    made('net', '1', id),
    made('comment', '\u0000', id),
    made('-closed', null, "' or 1=1"),
    made('-closed', { value: 1 }, id),
    made('-closed'),
  ];
  for (const sort of ['-closed', '-net', '-held', '-comment'])
    for (const cursor of odd)
      t.equal((await get(`/trades?sort=${sort}&cursor=${cursor}`)).statusCode, 400, `${sort} ${cursor}`);
});
