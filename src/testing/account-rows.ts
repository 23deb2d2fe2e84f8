import { recordDeals, type OwnedAccount } from '../data/deals.js';
import { addSnapshot } from '../data/snapshots.js';
import { dealType } from '../domain/deal.js';
import type { TestApp } from './app.js';
import { deal } from './trading.js';

const cashTypes = [dealType.balance, dealType.balance, dealType.credit, dealType.dividend, 99];

/** So many cash operations more, a minute apart: deposits of 25, withdrawals of 12.50, and others. */
export const addCash = async (
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  owner: OwnedAccount,
  count: number,
): Promise<void> => {
  const at = clock.now();
  const deals = Array.from({ length: count }, (_, index) =>
    deal(50_000 + index, {
      type: cashTypes[index % cashTypes.length] ?? dealType.balance,
      order: '0',
      symbol: '',
      profit: index % cashTypes.length === 1 ? -1_250 : 2_500,
      serverMs: at.getTime() - (count - index) * 60_000,
    }),
  );
  await db.withTenant('app', owner.userId, (tx) => recordDeals(tx, owner, deals, { at, digits: 2 }));
};

/** So many samples of equity before the seeded one, 15 s apart. */
export const addSamples = async (
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  owner: OwnedAccount,
  count: number,
): Promise<void> => {
  const now = clock.now().getTime();
  await db.withTenant('app', owner.userId, async (tx) => {
    for (let index = 1; index <= count; index += 1)
      await addSnapshot(tx, owner, { ...quiet, at: new Date(now - index * 15_000) });
  });
};

const quiet: Omit<Parameters<typeof addSnapshot>[2], 'at'> = {
  company: 'Example Markets',
  currency: 'USD',
  currencyDigits: 2,
  marginMode: 2,
  leverage: 100,
  balance: '1000.00',
  credit: '0.00',
  equity: '1000.00',
  floating: '0.00',
  margin: '0.00',
  freeMargin: '1000.00',
  marginLevel: null,
};

/** The broker corrects the deposit's comment: the state before becomes an older version. */
export const changeDeal = async (
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  owner: OwnedAccount,
): Promise<void> => {
  const at = clock.now();
  const changed = deal(1, {
    type: dealType.balance,
    order: '0',
    symbol: '',
    profit: 100_000,
    comment: 'Wire',
  });
  await db.withTenant('app', owner.userId, (tx) => recordDeals(tx, owner, [changed], { at, digits: 2 }));
};
