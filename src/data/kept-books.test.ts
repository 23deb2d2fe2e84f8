import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Book } from '../domain/stats/book.js';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { asAdministrator } from '../testing/database.js';
import { seedAccount } from '../testing/trading.js';
import { seedTrades } from '../testing/trades.js';
import { listAccounts } from './accounts.js';
import { Books } from './books.js';
import type { Tx } from './database.js';

t.setTimeout(600_000);

/** Somebody with an account large enough to be kept, and programs that start one after another. */
async function world(t: Test) {
  const app = await testApp(t);
  const { userId } = await person(app, 'anna');
  const { accountId } = await seedAccount(app, userId, { trades: 1_700 });
  const asked = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => app.db.withTenant('app', userId, work);
  const started = () => {
    const later: Promise<void>[] = [];
    const books = new Books(1e9, (owner, work) => {
      later.push(app.db.withTenant('app', owner, work));
    });
    return {
      read: () => asked(async (tx) => books.joined(tx, await listAccounts(tx, userId))),
      /** how often something was kept */
      kept: async () => {
        await Promise.all(later);
        return later.length;
      },
    };
  };
  return { app, userId, accountId, asked, started };
}

const netOf = ({ trades }: Book): number => trades.nets.reduce((sum, net) => sum + net, 0);

void t.test('a large book is kept, and what came since is read behind it at the next start', async (t) => {
  const { app, userId, accountId, started } = await world(t);
  const first = started();
  const before = await first.read();
  t.equal(before.trades.ids.length, 1_700);
  t.equal(await first.kept(), 1);
  const second = started();
  t.same((await second.read()).trades, before.trades);
  t.equal(await second.kept(), 0, 'what is kept is not kept again');
  await seedTrades(app, { userId, accountId }, [{ positionId: '990001', gross: 5_000 }]);
  const after = await started().read();
  t.equal(after.trades.ids.length, 1_701);
  t.equal(netOf(after), netOf(before) + 5_000 - 35);
});

void t.test('what is kept is what is read, and nobody else reads it', async (t) => {
  const { app, userId, asked, started } = await world(t);
  const first = started();
  await first.read();
  await first.kept();
  const count = (tx: Tx): Promise<unknown> =>
    sql<{ n: number }>`select count(*)::int as n from kept_books`.execute(tx).then(({ rows }) => rows[0]?.n);
  t.equal(await asked(count), 1);
  const bob = await person(app, 'bob');
  t.equal(await app.db.withTenant('app', bob.userId, count), 0);
  // A trade that no version tells of: only whoever reads the trades themselves misses it.
  await asAdministrator(app.login, (client) =>
    client.query(
      `begin; set local session_replication_role = replica; delete from trades where user_id = '${userId}' and position_id = 700005; commit`,
    ),
  );
  t.equal((await started().read()).trades.ids.length, 1_700, 'the kept book is taken');
  await asked((tx) => sql`update kept_books set shape = 'of an older program'`.execute(tx));
  const last = started();
  t.equal((await last.read()).trades.ids.length, 1_699, 'one that cannot be read is not');
  t.equal(await last.kept(), 1, 'and another takes its place');
  t.equal(
    await started()
      .read()
      .then(({ trades }) => trades.ids.length),
    1_699,
  );
});

void t.test('after many changes it is kept anew, and never an older one over a newer', async (t) => {
  const { app, userId, accountId, asked, started } = await world(t);
  const program = started();
  await program.read();
  const version = async (): Promise<string | undefined> => {
    await program.kept();
    return asked(async (tx) => (await tx.selectFrom('kept_books').select('version').execute())[0]?.version);
  };
  const first = await version();
  for (let number = 0; number < 20; number += 1) {
    await seedTrades(app, { userId, accountId }, [{ positionId: String(991_000 + number) }]);
    await program.read();
  }
  const second = await version();
  t.ok(BigInt(second ?? 0) >= BigInt(first ?? 0) + 32n, 'kept anew');
  const [fresh, known] = [await started().read(), await program.read()];
  t.same(fresh.trades.ids, known.trades.ids);
  t.same(fresh.trades.nets, known.trades.nets);
});
