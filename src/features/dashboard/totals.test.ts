import fc from 'fast-check';
import t from 'tap';
import type { AccountRow } from '../../data/accounts.js';
import { categories } from '../../data/schema-trading.js';
import { toMinor } from '../../lib/money.js';
import { totalsOf } from './api-routes.js';
import { membersOf } from '../../web/members.js';

const cents = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((minor) => (minor / 100).toFixed(2));
const account = fc.record({
  id: fc.uuid(),
  category: fc.constantFrom(...categories),
  currency: fc.constantFrom('USD', 'EUR', null),
  currency_digits: fc.constant(2),
  balance: fc.option(cents, { freq: 10 }),
  equity: cents,
  floating: cents,
}) as unknown as fc.Arbitrary<AccountRow>;

void t.test('totals never cross a category or a currency, and lose no account', async (t) => {
  fc.assert(
    fc.property(fc.array(account, { maxLength: 12 }), (accounts) => {
      for (const { category, currency, members } of membersOf(accounts))
        if (!members.every((one) => one.category === category && one.currency === currency)) return false;
      const counted = membersOf(accounts).flatMap(({ members }) => members);
      return counted.length === accounts.filter(({ currency }) => currency !== null).length;
    }),
  );
  t.pass();
});

void t.test('a total is the sum to the cent, and unknown where a part of it is', async (t) => {
  fc.assert(
    fc.property(fc.array(account, { maxLength: 12 }), (accounts) =>
      totalsOf(accounts, new Map()).every(({ category, currency, balance, equity }) => {
        const own = accounts.filter((one) => one.category === category && one.currency === currency);
        const sum = own.reduce((total, one) => total + toMinor(one.equity ?? '0', 2), 0);
        const isKnown = own.every((one) => one.balance !== null);
        return toMinor(equity ?? 'x', 2) === sum && (balance !== null) === isKnown;
      }),
    ),
  );
  t.pass();
});
