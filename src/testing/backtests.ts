import { randomUUID } from 'node:crypto';
import { addBacktest, addPasses, completeBacktest, keepBacktest } from '../data/backtests.js';
import { addBatchDeals } from '../data/import-rows.js';
import { addImport, changeImport } from '../data/imports.js';
import type { TestApp } from './app.js';
import { summary } from './imported.js';

type World = Pick<TestApp, 'db' | 'clock'>;

const startMs = Date.UTC(2025, 0, 6, 8);
const lines = (text: string): string =>
  JSON.stringify(text.split(' ').map((name, at) => ({ name, value: String(at + 1) })));

const figure = (name: string, value: string | null, reason: string | null = null) => ({
  name,
  value,
  reason,
});
const total = (name: string, reported: string, equal: boolean | null) => ({
  ...{ name, reported, equal, computed: equal === null ? null : reported },
  reason: equal === null ? 'it is made of the equity, of which the report has no samples' : null,
});

const ofRun = {
  figures: JSON.stringify([
    figure('netProfit', '240.00'),
    figure('grossProfit', '600.00'),
    figure('grossLoss', '-360.00'),
    figure('profitFactor', '1.666667'),
    figure('expectedPayoff', '2.00'),
    figure('balanceDrawdownMaximal', '36.00'),
    figure('balanceDrawdownMaximalPct', '0.35'),
    figure('totalTrades', '120'),
    figure('longTrades', '120'),
    figure('shortTrades', '0'),
    figure('profitTrades', '60'),
    figure('sharpe', null, 'it is made of the equity, of which the report has no samples'),
  ]),
  totals: JSON.stringify([
    total('netProfit', '240.00', true),
    total('sharpe', '1.50', null),
    total('averageProfit', '10.01', false),
  ]),
};

const about = {
  ...{ expert: 'Crossing Averages', symbol: 'EURUSD', period: 'H1 (2025.01.01 - 2025.06.30)' },
  ...{ server: 'Example-Demo', currency: 'EUR', deposit: '10000.00', leverage: '1:100', digits: 2 },
};

interface Wishes {
  name?: string;
  trades?: number;
  /** of an optimisation, in place of trades */
  passes?: number;
}

const dealsOf = (trades: number) => {
  const none = { swap: '0', commission: '0', fee: '0', comment: '', magic: null, reason: null };
  const cash = {
    ...{ ...none, row: 1, ticket: '1', order: '0', positionId: '0', timeMs: startMs - 3_600_000, type: 2 },
    ...{ entry: 0, symbol: '', volume: '0', price: '0', profit: '10000' },
  };
  const trips = Array.from({ length: 2 * trades }, (_, at) => ({
    ...{ ...none, row: at + 2, ticket: String(at + 2), order: '0', positionId: String(1_000 + (at >> 1)) },
    ...{ timeMs: startMs + at * 7_200_000, type: at % 2, entry: at % 2, symbol: 'EURUSD', volume: '0.10' },
    ...{ price: '1.08123', profit: at % 2 === 0 ? '0' : at % 4 === 1 ? '10.00' : '-6.00' },
  }));
  return [cash, ...trips];
};

/** A tester's report that has been read and saved; its id. */
export async function seedBacktest(
  { db, clock }: World,
  userId: string,
  { name = 'Crossing Averages EURUSD H1', trades = 120, passes = 0 }: Wishes = {},
): Promise<string> {
  const importId = randomUUID();
  const batch = { userId, importId };
  const isRun = passes === 0;
  await db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    await addImport(tx, {
      ...{ id: importId, userId, accountId: null, kind: 'report', state: 'saved', at },
      fileName: isRun ? 'tester.html' : 'optimisation.xml',
    });
    const format = isRun ? 'mt5-tester' : 'mt5-optimiser';
    await changeImport(tx, batch, { format, head: JSON.stringify(summary) });
    await addBacktest(tx, batch, {
      ...{ ...about, name, format, deals: isRun ? 2 * trades + 1 : 0, positions: isRun ? trades : 0 },
      ...{ first_ms: isRun ? startMs : null, last_ms: isRun ? startMs + trades * 14_400_000 : null },
      inputs: lines('FastPeriod SlowPeriod TakeProfitInPoints'),
      results: lines('Bars Ticks'),
      ...(isRun ? ofRun : { columns: JSON.stringify(['Pass', 'Profit', 'Trades', 'Mode']) }),
    });
    if (isRun) await addBatchDeals(tx, batch, dealsOf(trades));
    await addPasses(
      tx,
      batch,
      Array.from({ length: passes }, (_, at) => ({
        row: at + 1,
        cells: [`${at}`, `${((at * 37) % 101) - 40}.50`, '12', 'swing'],
      })),
    );
    await completeBacktest(tx, batch, { digest: importId, passes });
    await keepBacktest(tx, batch, { name, at });
  });
  return importId;
}
