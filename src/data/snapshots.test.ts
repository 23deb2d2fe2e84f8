import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { addUser } from './users.js';
import { addAccount, type Reading } from './accounts.js';
import { testDatabase } from '../testing/database.js';
import { rowsOf } from '../testing/rows.js';
import { addSnapshot, listSnapshots, thinSnapshots } from './snapshots.js';

const startMs = Date.parse('2026-03-02T09:00:00Z');
const at = (seconds: number): Date => new Date(startMs + seconds * 1_000);

const sample = (seconds: number, equity: number): Reading => ({
  ...{
    at: at(seconds),
    company: 'A Broker',
    currency: 'USD',
    currencyDigits: 2,
    marginMode: 2,
    leverage: 100,
  },
  ...{ balance: '1000.00', credit: '0.00', equity: equity.toFixed(2), floating: '0.00', margin: '0.00' },
  ...{ freeMargin: '1000.00', marginLevel: null },
});

async function world(t: Test) {
  const { db, login } = await testDatabase(t);
  const owner = { userId: randomUUID(), accountId: randomUUID() };
  const { userId, accountId } = owner;
  await db.withTenant('app', userId, async (tx) => {
    const person = {
      userId,
      email: 'a@example.org',
      passwordHash: '',
      role: 'user' as const,
      timeZone: 'UTC',
    };
    await addUser(tx, { ...person, verifiedAt: at(0), createdAt: at(0) });
    const account = { id: accountId, userId, type: 'live' as const, category: 'Demo' as const, label: 'A' };
    await addAccount(tx, { ...account, at: at(0), connection: null });
  });
  const add = (seconds: number, equity: number): Promise<void> =>
    db.withTenant('sync', userId, (tx) => addSnapshot(tx, owner, sample(seconds, equity)));
  const thin = (seconds: number, grain: 'minute' | 'hour'): Promise<number> =>
    db.withTenant('sync', userId, (tx) => thinSnapshots(tx, owner, { before: at(seconds), grain }));
  const list = () =>
    db.withTenant('sync', userId, (tx) =>
      listSnapshots(tx, owner, { after: new Date(0), until: at(1e6), limit: 10_000 }),
    );
  const hash = async () => (await rowsOf(login, userId))['account_snapshots'];
  return { add, thin, list, hash };
}

await t.test('of each minute the last sample stays, with the extremes of all it stands for', async (t) => {
  const { add, thin, list, hash } = await world(t);
  const equities = [100, 90, 120, 110, 105, 95, 130, 125];
  for (const [index, equity] of equities.entries()) await add(index * 15, equity);
  t.equal(await thin(120, 'minute'), 6);
  const rows = await list();
  t.same(
    rows.map((row) => [row.at, row.equity, row.low_equity, row.high_equity, row.grain]),
    [
      [at(45), '110.00', '90.00', '120.00', 'minute'],
      [at(105), '125.00', '95.00', '130.00', 'minute'],
    ],
  );
  const once = await hash();
  t.equal(await thin(120, 'minute'), 0);
  t.same(await hash(), once, 'doing it twice changes nothing');
});

await t.test('a minute that is not over yet is left alone, and the last sample always stays', async (t) => {
  const { add, thin, list } = await world(t);
  for (const seconds of [0, 15, 30, 60, 75]) await add(seconds, 100 + seconds);
  t.equal(await thin(75, 'minute'), 2);
  t.same(
    (await list()).map((row) => [row.at, row.grain]),
    [
      [at(30), 'minute'],
      [at(60), 'sample'],
      [at(75), 'sample'],
    ],
  );
});

await t.test('hours are made of minutes, whatever was thinned before, and keep every extreme', async (t) => {
  const { add, thin, list, hash } = await world(t);
  const equity = (index: number): number => 1_000 + Math.round(100 * Math.sin(index * 1.7));
  const count = 3 * 240;
  for (let index = 0; index < count; index += 1) await add(index * 15, equity(index));
  await thin(2 * 3_600, 'minute');
  await thin(3_600, 'hour');
  await thin(3 * 3_600, 'minute');
  await thin(2 * 3_600, 'hour');
  const rows = await list();
  t.equal(rows.filter((row) => row.grain === 'hour').length, 2);
  t.equal(rows.filter((row) => row.grain === 'minute').length, 60);
  const all = Array.from({ length: count }, (_, index) => equity(index));
  t.equal(Math.min(...rows.map((row) => Number(row.low_equity))), Math.min(...all));
  t.equal(Math.max(...rows.map((row) => Number(row.high_equity))), Math.max(...all));
  t.same(rows.at(-1)?.at, at((count - 1) * 15));
  const once = await hash();
  t.equal((await thin(2 * 3_600, 'hour')) + (await thin(3 * 3_600, 'minute')), 0);
  t.same(await hash(), once);
});

await t.test('two samples of one instant are one', async (t) => {
  const { add, list } = await world(t);
  await add(0, 100);
  await add(0, 200);
  t.same(
    (await list()).map((row) => row.equity),
    ['100.00'],
  );
});
