import { randomUUID } from 'node:crypto';
import { addAccount } from '../data/accounts.js';
import { saveSpec } from '../data/instrument-specs.js';
import type { ManualTrade } from '../domain/manual-trade.js';
import { writeManualTrade } from '../sync/manual-trades.js';
import type { TestApp } from './app.js';

/** An account by hand with one trade of gold, whose contract size its owner has said. */
export async function enterTrade(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  userId: string,
): Promise<{ manualTradeId: string; manualAccountId: string; spokenName: string }> {
  const at = clock.now();
  const [manualAccountId, spokenName] = [randomUUID(), 'XAUUSD'];
  const trade: ManualTrade = {
    ...{
      symbol: spokenName,
      side: 'buy',
      lots: '0.10',
      openPrice: '2350.00',
      stopLoss: '2340.00',
      takeProfit: null,
    },
    openedAt: new Date(at.getTime() - 7_200_000),
    exit: { at: new Date(at.getTime() - 3_600_000), price: '2351.00' },
    ...{ commission: '0', swap: '0', net: null, comment: '', magic: '0' },
  };
  return db.withTenant('app', userId, async (tx) => {
    const account = { id: manualAccountId, userId, type: 'manual' as const, category: 'Real' as const, at };
    const currency = { code: 'USD', digits: 2 };
    await addAccount(tx, { ...account, label: 'By hand', connection: null, currency });
    await saveSpec(
      tx,
      userId,
      { name: spokenName, contractSize: '10', pipSize: null, quoteCurrency: 'USD', digits: 2 },
      at,
    );
    const owner = { userId, accountId: manualAccountId };
    const said = { rate: null, estimate: 'Contract size 10, from your instruments.' };
    const manualTradeId = await writeManualTrade(tx, owner, {
      ...{ id: randomUUID(), trade, at, digits: 2, gross: 100, said, facts: { digits: 2, point: 0.01 } },
    });
    return { manualTradeId, manualAccountId, spokenName };
  });
}
