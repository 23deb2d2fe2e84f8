import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { Book } from '../domain/stats/book.js';
import { usualWindows } from '../domain/sessions.js';
import { testApp, type TestApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades, type WishedTrade } from '../testing/trades.js';
import { rowsWhere } from './book-filter.js';
import { Books } from './books.js';
import { listAccounts } from './accounts.js';
import { addExpert, inTable } from './experts.js';
import { tradesWhere, type TradeFilter } from './trade-filter.js';
import { replaceTrades } from './trades.js';
import { sql } from 'kysely';

t.setTimeout(600_000);

const everything: TradeFilter = {
  ...{ account: { kind: 'all' }, symbol: null, side: null, magic: null, ea: null, session: null },
  ...{
    source: null,
    status: null,
    result: null,
    from: null,
    before: null,
    tags: null,
    setups: null,
    hasNotes: null,
    mistakes: null,
    mood: null,
    quality: null,
    followedPlan: null,
  },
};

const read = ({ db }: TestApp, books: Books, userId: string): Promise<Book> =>
  db.withTenant('app', userId, async (tx) => books.joined(tx, await listAccounts(tx, userId)));

/** A book without the numbers that only say which rows belong together. */
const told = ({ trades, deals }: Book): object => ({
  ids: trades.ids,
  nets: [...trades.nets],
  closed: [...trades.closedMs],
  opened: [...trades.openedMs],
  rs: [...trades.rs],
  names: Array.from(trades.names.codes, (code) => trades.names.words[code]),
  comments: Array.from(trades.comments.codes, (code) => trades.comments.words[code]),
  deals: Array.from(deals.atMs, (atMs, at) => [atMs, deals.roles[at], deals.nets[at]]),
  tradesOfDeals: Array.from(deals.positions, (position) =>
    trades.ids.filter((_, row) => trades.positions[row] === position),
  ),
});

async function world(t: Test) {
  const app = await testApp(t);
  const anna = await person(app, 'anna');
  const { accountId } = await seedAccount(app, anna.userId, { trades: 5 });
  return { app, userId: anna.userId, accountId };
}

const wish = (now: Date) =>
  fc.record({
    symbol: fc.constantFrom('EURUSD', 'EURUSD.r', 'XAUUSD'),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    comment: fc.constantFrom('', 'Trend EA', '[sl 1.08]'),
    magic: fc.constantFrom('0', '7', '18446744073709551615'),
    openedAt: fc.integer({ min: 1, max: 400 }).map((hours) => new Date(now.getTime() - hours * 3_600_000)),
    closedAt: fc.constantFrom(undefined, undefined, null),
    // Costs are 35: the first comes to nothing.
    gross: fc.oneof(fc.constant(35), fc.integer({ min: -5_000, max: 5_000 })),
  });

const toWish = ({ closedAt, ...rest }: Record<string, unknown>, number: number): WishedTrade => ({
  ...rest,
  ...(closedAt === undefined ? {} : { closedAt: null }),
  name: String(rest['symbol']).slice(0, 6),
  positionId: String(990_000 + number),
});

void t.test('a book that is kept says after every change what one that is read anew says', async (t) => {
  const { app, userId, accountId } = await world(t);
  const kept = new Books(1e9);
  const same = async (): Promise<void> => {
    t.same(told(await read(app, kept, userId)), told(await read(app, new Books(1e9), userId)));
  };
  await same();
  const now = app.clock.now();
  await fc.assert(
    fc.asyncProperty(fc.array(wish(now), { maxLength: 6 }), fc.nat(5), async (wishes, gone) => {
      await seedTrades(app, { userId, accountId }, wishes.map(toWish));
      await same();
      const positions = new Set([String(990_000 + gone)]);
      await app.db.withTenant('app', userId, (tx) =>
        replaceTrades(tx, { userId, accountId }, { positions, trades: [], digits: 2, windows: usualWindows }),
      );
      await same();
    }),
    { numRuns: 25 },
  );
});

void t.test('what does not change is not read again, and what is not used makes room', async (t) => {
  const { app, userId, accountId } = await world(t);
  const books = new Books(1e9);
  const first = await read(app, books, userId);
  t.equal(await read(app, books, userId), first);
  await seedTrades(app, { userId, accountId }, [{ positionId: '990001' }]);
  t.not(await read(app, books, userId), first);
  t.ok(books.bytes > 0);
  const tight = new Books(1);
  await seedAccount(app, userId, { trades: 2, label: 'Second', login: '2', server: 'Other' });
  t.equal((await read(app, tight, userId)).trades.ids.length, 8, 'both, one after the other');
  await read(app, books, userId);
  t.ok(tight.bytes < books.bytes, 'only the last is kept');
});

void t.test('regions that ask at once read a book once', async (t) => {
  const { app, userId } = await world(t);
  const books = new Books(1e9);
  const all = await Promise.all(Array.from({ length: 6 }, () => read(app, books, userId)));
  t.equal(new Set(all).size, 1);
});

void t.test('accounts of one currency are one book, in the order of their closes', async (t) => {
  const { app, userId } = await world(t);
  await seedAccount(app, userId, { trades: 4, label: 'Second', login: '2', server: 'Other' });
  const { trades, deals, positionCount } = await read(app, new Books(1e9), userId);
  t.equal(trades.ids.length, 9);
  t.same([...trades.closedMs], [...trades.closedMs].sort());
  t.same([...deals.atMs], [...deals.atMs].sort());
  t.equal(new Set(Array.from(trades.accounts.codes, (code) => trades.accounts.words[code])).size, 2);
  t.equal(new Set(trades.positions).size, 9);
  t.ok(Math.max(...trades.positions) < positionCount);
});

void t.test('another user has a book of their own, whatever they ask for', async (t) => {
  const { app, userId } = await world(t);
  const bob = await person(app, 'bob');
  const books = new Books(1e9);
  const own = await app.db.withTenant('app', userId, (tx) => listAccounts(tx, userId));
  await read(app, books, userId);
  const seen = await app.db.withTenant('app', bob.userId, (tx) =>
    books.joined(
      tx,
      own.map((account) => ({ ...account, user_id: bob.userId })),
    ),
  );
  t.equal(seen.trades.ids.length, 0);
});

void t.test('a filter means the same in memory as in the database', async (t) => {
  const { app, userId, accountId } = await world(t);
  const now = app.clock.now();
  const wishes = fc.sample(wish(now), 40);
  await seedTrades(app, { userId, accountId }, wishes.map(toWish));
  await app.db.withTenant('app', userId, (tx) =>
    addExpert(tx, userId, { name: 'Mine', magics: ['7'], pattern: '*trend*' }, now),
  );
  const { trades } = await read(app, new Books(1e9), userId);
  const hours = (count: number): Date => new Date(now.getTime() - count * 3_600_000);
  const filters = fc.record({
    symbol: fc.constantFrom(null, 'EURUSD', 'EURUSD.r', 'GBPUSD'),
    side: fc.constantFrom(null, 'buy' as const),
    magic: fc.constantFrom(null, '7', '0', '007', '18446744073709551615'),
    ea: fc.constantFrom(null, 'Trend EA', 'Mine', 'Magic 7', 'none', 'Magic 18446744073709551615'),
    session: fc.constantFrom(null, 'london' as const, 'off' as const),
    source: fc.constantFrom(null, 'live' as const, 'report' as const),
    status: fc.constantFrom(null, 'open' as const, 'closed' as const),
    result: fc.constantFrom(null, 'won' as const, 'lost' as const, 'even' as const),
    from: fc.constantFrom(null, hours(300)),
    before: fc.constantFrom(null, hours(60)),
  });
  await fc.assert(
    fc.asyncProperty(filters, async (some) => {
      const filter = { ...everything, ...some };
      const rows = rowsWhere(trades, filter, null);
      const found = rows === null ? trades.ids : Array.from(rows, (row) => trades.ids[row]);
      const { rows: wanted } = await app.db.withTenant('app', userId, async (tx) =>
        sql<{
          id: string;
        }>`select t.id from trades t where ${tradesWhere(userId, await inTable(tx, userId, filter))} and t.closed_at is not null`.execute(
          tx,
        ),
      );
      t.same([...found].sort(), wanted.map(({ id }) => id).sort());
    }),
    { numRuns: 200 },
  );
});
