import t from 'tap';
import { person } from '../testing/cast.js';
import { testApp } from '../testing/app.js';
import { seedAccount } from '../testing/trading.js';
import { listAccounts } from './accounts.js';
import { ledgerSums } from './reconciliations.js';

void t.test('a seeded account adds up: deals, trades and cash meet the balance', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'anna');
  const { accountId } = await seedAccount(world, userId, { trades: 5, isExposed: true });
  await world.db.withTenant('app', userId, async (tx) => {
    const [account] = await listAccounts(tx, userId);
    const sums = await ledgerSums(tx, { userId, accountId }, 2);
    t.equal(account?.balance, '1020.25');
    t.match(sums, {
      ledger: 102_025,
      tradesNet: 2_025,
      cash: 100_000,
      creditLedger: 0,
      unlisted: 0,
      archivedMs: null,
    });
  });
});
