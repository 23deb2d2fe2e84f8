import type { Tx } from '../../data/database.js';
import { isRunning } from '../../data/imports.js';
import {
  addBatchDeals,
  addBatchOrders,
  type BatchDeal,
  type BatchOrder,
  type OfBatch,
} from '../../data/import-rows.js';
import { addBatchEntries } from '../../data/journal-import.js';
import { Fault } from '../../lib/fault.js';
import { noteHour, type WeekHours } from '../../domain/week-hours.js';
import type { ReportPart } from '../../reports/reading.js';
import type { Problem } from '../../reports/report.js';
import type { Kit } from '../../web/kit.js';
import { gather } from './gathering.js';
import { backtestReader } from './read-backtest.js';
import type { Summary } from './summary.js';

const mostShown = 200;
const sampleSize = 10;
/** rows of a transaction */
const gathered = 4_000;
type Head = Extract<ReportPart, { kind: 'head' }>['head'];
type DealPart = Extract<ReportPart, { kind: 'deals' }>;

/** What a report says beside the rows that went to the database. */
export interface Collected {
  head: Head;
  summary: Summary;
  hours: WeekHours;
}

const emptySummary = (head: Head): Summary => {
  const { account, clock, digits, totals, windowReason, counts, firstMs, lastMs } = head;
  return {
    ...{ account, clock, digits, totals, windowReason, counts, firstMs, lastMs },
    ...{ problems: [], problemCount: 0, rejected: 0, sample: [], weekHours: [] },
  };
};

function noteProblems(summary: Summary, problems: readonly Problem[]): void {
  summary.problems.push(...problems.slice(0, mostShown - summary.problems.length));
  summary.problemCount += problems.length;
  summary.rejected += problems.filter(({ row }) => row !== null).length;
}

function noteDeals({ summary, hours }: Collected, { rows }: DealPart): void {
  const room = Math.max(0, sampleSize - summary.sample.length);
  for (const { row, timeMs, type, entry, symbol, volume, price, profit } of rows.slice(0, room))
    summary.sample.push({ row, timeMs, type, entry, symbol, volume, price, profit });
  for (const { symbol, timeMs } of rows) noteHour(hours, symbol, timeMs);
}

/** Takes the parts of a report: rows go to the database, the rest is told in the end. */
export function collector({ db }: Kit, { userId, importId }: OfBatch) {
  const batch = { userId, importId };
  /** Rows are only added while they are wanted: whoever drops a file meanwhile waits for those under way. */
  const asUser = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.withTenant('app', userId, async (tx) => {
      if (!(await isRunning(tx, batch)))
        throw new Fault(409, 'dropped', 'This file was dropped while it was being read.');
      return work(tx);
    });
  let found: Collected | null = null;
  const backtest = backtestReader(asUser, batch);
  const deals = gather<BatchDeal>((rows) => asUser((tx) => addBatchDeals(tx, batch, rows)), gathered);
  const orders = gather<BatchOrder>((rows) => asUser((tx) => addBatchOrders(tx, batch, rows)), gathered);
  const take = async (part: ReportPart): Promise<void> => {
    await backtest.take(part);
    if (part.kind === 'head') found = { head: part.head, summary: emptySummary(part.head), hours: new Map() };
    if (found === null) return;
    if (part.kind === 'problems') noteProblems(found.summary, part.rows);
    if (part.kind === 'orders') await orders.add(part.rows);
    if (part.kind === 'entries') await asUser((tx) => addBatchEntries(tx, batch, part.rows));
    if (part.kind !== 'deals') return;
    noteDeals(found, part);
    await deals.add(part.rows);
  };
  /** Once all has been told; throws where nothing was. */
  const collected = async (): Promise<Collected> => {
    await deals.end();
    await orders.end();
    if (found === null) throw new Error('The reader told nothing.');
    return { ...found, summary: { ...found.summary, weekHours: [...found.hours] } };
  };
  const settled = async (): Promise<void> => {
    await deals.settled();
    await orders.settled();
  };
  return { take, collected, settled, completeBacktest: backtest.complete };
}
