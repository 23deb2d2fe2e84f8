import { sql } from 'kysely';
import t from 'tap';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';
import { pickedTrades, taggingAlone, tagTrades } from './journal-bulk.js';
import { journalConditions, type LabelChoice } from './journal-filter.js';
import { labelsOf } from './labels.js';
import { all } from './trade-filter.js';

t.setTimeout(600_000);

void t.test('trades of a tag are found by their ids, and by each of its names', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'anna');
  const { accountId } = await seedAccount(world, userId, { trades: 0 });
  const ids = await seedTrades(world, { userId, accountId }, [{}, {}, {}]);
  const [tagged = '', ...others] = ids;
  const tagId = await world.db.withTenant('app', userId, async (tx) => {
    const id = (await labelsOf(tx, userId, 'tags')).find(({ name }) => name === 'News')?.id ?? '';
    const change = { tagId: id, at: world.clock.now(), most: 30 };
    await taggingAlone(tx, userId, () => tagTrades(tx, userId, pickedTrades(userId, [tagged]), change));
    return id;
  });
  const where = (choice: Partial<LabelChoice>) => {
    const tags = { ids: [], names: [], none: false, ...choice };
    const own = sql<boolean>`t.user_id = ${userId}`;
    return all([
      own,
      ...journalConditions(userId, {
        tags,
        setups: null,
        hasNotes: null,
        mistakes: null,
        mood: null,
        quality: null,
        followedPlan: null,
      }),
    ]);
  };
  const found = (choice: Partial<LabelChoice>): Promise<string[]> =>
    world.db.withTenant('app', userId, async (tx) => {
      const { rows } = await sql<{ id: string }>`select t.id from trades t where ${where(choice)}`.execute(
        tx,
      );
      return rows.map(({ id }) => id).sort();
    });
  t.same(await found({ ids: [tagId] }), [tagged]);
  t.same(await found({ names: ['NEWS', 'Swing'] }), [tagged]);
  t.same(await found({ names: ['Swing'] }), []);
  t.same(await found({ none: true }), [...others].sort());
  t.same(await found({ ids: [tagId], none: true }), [...ids].sort());
  t.same(await found({}), [...ids].sort());
  const plan = await world.db.withTenant('app', userId, (tx) =>
    sql<{ 'QUERY PLAN': string }>`explain select t.id from trades t where ${where({ ids: [tagId] })}`.execute(
      tx,
    ),
  );
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  t.notMatch(text, 'Semi Join', 'the entries are not asked for each trade');
  t.match(text, /\bid = ANY \((\(InitPlan|\$)/);
});
