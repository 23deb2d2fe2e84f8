import { sql } from 'kysely';
import { test } from 'tap';
import { differences } from '../lib/differences.js';
import { person } from '../testing/cast.js';
import { testApp } from '../testing/app.js';
import { seedAccount } from '../testing/trading.js';
import { factsOf, keysInUse, type Facts } from './fingerprints.js';
import { withSnapshot } from './snapshot.js';

void test('one changed character is found, and where; the order of rows is not', async (t) => {
  const world = await testApp(t);
  const [one, other] = [await person(world, 'one'), await person(world, 'other')];
  const account = await seedAccount(world, one.userId, { trades: 5 });
  await seedAccount(world, other.userId, { trades: 3 });
  const look = (): Promise<Facts> =>
    withSnapshot(world.login.address, world.passwords.backup, ({ tx }) => factsOf(tx));
  const before = await look();
  t.same(differences(before, await look()), []);
  t.equal(Object.keys(before.accounts).length, 2);
  t.equal(before.tables['trades']?.[one.userId]?.rows, 5);
  t.equal(before.figures[account.accountId]?.totalTrades.value, 5);

  const change = (set: string): Promise<unknown> =>
    world.db.withTenant('app', one.userId, async (tx) => {
      if (set === 'comment')
        await sql`update trades set comment = comment || '.' where user_id = ${one.userId} and first_ticket = 100`.execute(
          tx,
        );
      else
        await sql`update deals set profit = profit + 0.01 where user_id = ${one.userId} and ticket = 101`.execute(
          tx,
        );
    });
  await change('comment');
  const places = differences(before, await look());
  t.ok(
    places.every((place) => place.includes(one.userId)),
    'of the one whose row it is',
  );
  t.ok(places.some((place) => place.startsWith(`tables.trades.${one.userId}.hash`)));
  t.notOk(places.some((place) => place.startsWith('figures')));
  await change('profit');
  const more = differences(before, await look());
  t.ok(more.some((place) => place.startsWith(`accounts.${account.accountId}.ledger`)));
  t.ok(more.some((place) => place.startsWith(`figures.${account.accountId}.netProfit`)));
});

void test('rows that change places are no difference', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'one');
  await seedAccount(world, userId, { trades: 5 });
  const look = (): Promise<Facts> =>
    withSnapshot(world.login.address, world.passwords.backup, ({ tx }) => factsOf(tx));
  const before = await look();
  await world.db.withTenant('app', userId, (tx) =>
    sql`update orders set comment = comment where user_id = ${userId} and ticket in (select min(ticket) from orders where user_id = ${userId})`.execute(
      tx,
    ),
  );
  t.same(differences(before.tables['orders'], (await look()).tables['orders']), []);
});

void test('keys are counted by their ids', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'one');
  await seedAccount(world, userId);
  const keys = await withSnapshot(world.login.address, world.passwords.backup, ({ tx }) => keysInUse(tx));
  t.same(Object.values(keys), [1]);
});
