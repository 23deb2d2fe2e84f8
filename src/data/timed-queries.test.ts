import { sql } from 'kysely';
import t from 'tap';
import { testDatabase } from '../testing/database.js';
import { nobody, openDatabase } from './database.js';

t.setTimeout(60_000);

void t.test('each statement says how long it took, one that fails too', async (t) => {
  const { login, passwords } = await testDatabase(t);
  const took: number[] = [];
  const db = openDatabase({
    ...{ address: login.address, passwords, random: () => 0, onError: () => undefined },
    onQuery: (ms) => void took.push(ms),
  });
  t.teardown(() => db.close());
  const slow = (): number => took.filter((ms) => ms > 500).length;
  await db.ping();
  await db.withTenant('app', nobody, (tx) => sql`select 1`.execute(tx));
  t.ok(took.length >= 2);
  t.equal(slow(), 0);
  await db.withTenant('app', nobody, (tx) => sql`select pg_sleep(0.6)`.execute(tx));
  t.equal(slow(), 1);
  await t.rejects(
    db.withTenant('app', nobody, (tx) =>
      sql`select 1 / (case when pg_sleep(0.6) is null then 1 else 0 end)`.execute(tx),
    ),
  );
  t.equal(slow(), 2);
});
