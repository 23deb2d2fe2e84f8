import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addBatchDeals } from '../data/import-rows.js';
import { addImport, changeImport } from '../data/imports.js';
import { saveMapping } from '../data/table-mappings.js';
import type { Summary } from '../features/imports/summary.js';
import type { TestApp } from './app.js';

const openedMs = Date.UTC(2026, 5, 2, 10);
const none = { swap: '0', commission: '0', fee: '0', comment: '', magic: null, reason: null };

const told = { login: '900', server: 'Example-Live', name: null, company: null, currency: 'USD' };
/** What stays of a report that has been read. */
export const summary: Summary = {
  account: { ...told, mode: 'real', isHedging: true },
  ...{
    clock: 'server',
    digits: 2,
    totals: [
      { name: 'netProfit', reported: '12.00', computed: '12.00', equal: true, reason: null },
      {
        name: 'sharpe',
        reported: '0.40',
        computed: null,
        equal: null,
        reason: 'it needs the equity of each bar',
      },
    ],
    windowReason: null,
    problems: [{ row: 9, reason: 'The price cannot be read.' }],
    problemCount: 1,
    weekHours: [],
    rejected: 1,
  },
  ...{
    counts: { deals: 2, orders: 0, positions: 1, cash: 0 },
    firstMs: openedMs,
    lastMs: openedMs,
    sample: [
      {
        ...{ row: 1, timeMs: openedMs, type: 0, entry: 0, symbol: 'EURUSD', volume: '0.10' },
        ...{ price: '1.08', profit: '0.00' },
      },
    ],
  },
};

/** A report of one trade that has been read and waits to be saved; the id of its import. */
export async function readyImport(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  userId: string,
): Promise<string> {
  const importId = randomUUID();
  await db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    await addImport(tx, {
      ...{ id: importId, userId, accountId: null, kind: 'report', state: 'ready', at },
      ...{ fileName: 'report.html', fileBytes: 1_000 },
    });
    const read = { format: 'mt5-history', clock_rule: 'ny+7', head: JSON.stringify(summary) };
    await changeImport(tx, { userId, importId }, read);
    await addBatchDeals(
      tx,
      { userId, importId },
      [0, 1].map((entry) => ({
        ...{
          ...none,
          row: entry + 1,
          ticket: String(70 + entry),
          order: String(90 + entry),
          positionId: '90',
        },
        ...{ timeMs: openedMs + entry * 60_000, type: entry, entry, symbol: 'EURUSD', volume: '0.10' },
        ...{ price: '1.08', profit: entry === 0 ? '0' : '12.00' },
      })),
    );
  });
  return importId;
}

/** A table of which nobody knows the columns, and what its owner says of them. */
export const unknownTable = `What;When in;Way;Many;At;When out;For;Won;Cost
EURUSD;20.03.2026 09:00;long;0,10;1,0800;20.03.2026 10:00;1,0850;50,00;-2,50
USDJPY;21.04.2026 09:00;short;0,20;150,00;21.04.2026 10:00;150,50;-66,45;0
`;
export const tableAnswer = {
  ...{ symbol: '#1', openedAt: '#2', side: '#3', volume: '#4', openPrice: '#5' },
  ...{ closedAt: '#6', closePrice: '#7', profit: '#8', commission: '#9' },
};
const rows = unknownTable
  .trim()
  .split('\n')
  .map((line, at) => ({ number: at + 1, cells: line.split(';').map((text, column) => ({ column, text })) }));

/** Such a table that was sent and waits for an answer, of somebody who has answered another one; the id of its import. */
export async function askedImport(
  { db, clock, stateDir }: Pick<TestApp, 'db' | 'clock' | 'stateDir'>,
  userId: string,
): Promise<string> {
  const importId = randomUUID();
  mkdirSync(join(stateDir, 'uploads'), { recursive: true });
  writeFileSync(join(stateDir, 'uploads', importId), unknownTable);
  await db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    await addImport(tx, {
      ...{ id: importId, userId, accountId: null, kind: 'report', state: 'failed', at },
      ...{ fileName: 'table.csv', fileBytes: unknownTable.length },
    });
    const asked = { question: { about: 'columns', head: rows }, answer: null };
    await changeImport(
      tx,
      { userId, importId },
      { head: JSON.stringify({ asked }), failure: 'It is unknown.' },
    );
    const mapping = { mapping: { symbol: '=GOLD' }, headingRow: 1 };
    await saveMapping(tx, userId, { headings: 'others', mapping, at, most: 50 });
  });
  return importId;
}
