import fc from 'fast-check';
import { sql } from 'kysely';
import t from 'tap';
import { usualWindows } from '../domain/sessions.js';
import { testApp, type TestApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades, type WishedTrade } from '../testing/trades.js';
import { sumsWhere } from './trade-sums.js';
import { tradesWhere, type FoundFilter } from './trade-filter.js';
import { replaceTrades } from './trades.js';

t.setTimeout(600_000);

const everything: FoundFilter = {
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

/** What is kept of a filter, and what adding up its trades comes to. */
async function both({ db }: TestApp, userId: string, filter: FoundFilter) {
  return db.withTenant('app', userId, async (tx) => {
    const kept = await sql`
      select coalesce(sum(t.n), 0)::int as n, coalesce(sum(t.n) filter (where t.is_open), 0)::int as open,
        coalesce(sum(t.wins), 0)::int as wins, coalesce(sum(t.losses), 0)::int as losses,
        coalesce(sum(t.gross), 0)::float as gross, coalesce(sum(t.commission), 0)::float as commission,
        coalesce(sum(t.swap), 0)::float as swap, coalesce(sum(t.fee), 0)::float as fee
      from trade_sums t where ${sumsWhere(userId, filter).where}`.execute(tx);
    const added = await sql`
      select count(*)::int as n, count(*) filter (where t.closed_at is null)::int as open,
        count(*) filter (where t.closed_at is not null and t.net > 0)::int as wins,
        count(*) filter (where t.closed_at is not null and t.net < 0)::int as losses,
        coalesce(sum(t.gross), 0)::float as gross, coalesce(sum(t.commission), 0)::float as commission,
        coalesce(sum(t.swap), 0)::float as swap, coalesce(sum(t.fee), 0)::float as fee
      from trades t where ${tradesWhere(userId, filter)}`.execute(tx);
    return { kept: kept.rows, added: added.rows };
  });
}

const wish = (now: Date) =>
  fc.record({
    symbol: fc.constantFrom('EURUSD', 'EURUSD.r', 'XAUUSD'),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    source: fc.constantFrom('live' as const, 'report' as const),
    openedAt: fc.integer({ min: 1, max: 400 }).map((hours) => new Date(now.getTime() - hours * 3_600_000)),
    closedAt: fc.constantFrom(undefined, null),
    gross: fc.integer({ min: -5_000, max: 5_000 }),
    swap: fc.integer({ min: -200, max: 200 }),
    flags: fc.constantFrom([], ['orphan' as const]),
  });

const toWish = ({ closedAt, ...rest }: Record<string, unknown>): WishedTrade => ({
  ...rest,
  ...(closedAt === undefined ? {} : { closedAt: null }),
  name: String(rest['symbol']).slice(0, 6),
});

const filters = fc.record({
  symbol: fc.constantFrom(null, 'EURUSD', 'EURUSD.r', 'GBPUSD'),
  side: fc.constantFrom(null, 'buy' as const),
  session: fc.constantFrom(null, 'london' as const, 'off' as const),
  source: fc.constantFrom(null, 'live' as const),
  status: fc.constantFrom(null, 'open' as const, 'closed' as const),
});

void t.test('kept sums are those of the trades, whatever came, changed and went', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'anna');
  const { accountId } = await seedAccount(world, userId, { label: 'Swing', trades: 3 });
  const owner = { userId, accountId };
  const some = fc.array(wish(world.clock.now()), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(some, fc.array(filters, { minLength: 3, maxLength: 3 }), async (wishes, asked) => {
      // The same positions each time: what was there before is replaced.
      await seedTrades(world, owner, wishes.map(toWish));
      for (const filter of [{}, ...asked]) {
        const { kept, added } = await both(world, userId, { ...everything, ...filter });
        t.same(kept, added, JSON.stringify(filter));
      }
    }),
    { numRuns: 25 },
  );
});

void t.test('sums of others are nobody else’s, and an account takes its own along', async (t) => {
  const world = await testApp(t);
  const [anna, bert] = [await person(world, 'anna'), await person(world, 'bert')];
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 4 });
  await seedAccount(world, anna.userId, { label: 'Other', trades: 2 });
  const n = async (userId: string): Promise<number> => {
    const { kept } = await both(world, userId, everything);
    return (kept[0] as { n: number }).n;
  };
  t.equal(await n(bert.userId), 0);
  const before = await n(anna.userId);
  await world.db.withTenant('app', anna.userId, async (tx) => {
    await replaceTrades(
      tx,
      { userId: anna.userId, accountId },
      { positions: new Set(['1']), trades: [], digits: 2, windows: usualWindows },
    );
    await tx.deleteFrom('accounts').where('user_id', '=', anna.userId).where('id', '=', accountId).execute();
  });
  t.ok((await n(anna.userId)) < before);
  t.same(
    (await both(world, anna.userId, everything)).kept,
    (await both(world, anna.userId, everything)).added,
  );
});

void t.test('only what is kept apart is answered from the sums', (t) => {
  t.ok(sumsWhere('x', { ...everything, side: 'buy', status: 'open' }).isExact);
  for (const more of [
    { magic: '7' },
    { ea: { magics: ['7'], parts: [] } },
    { from: new Date(0) },
    { before: new Date(0) },
  ])
    t.notOk(sumsWhere('x', { ...everything, ...more }).isExact, JSON.stringify(more));
  t.end();
});
