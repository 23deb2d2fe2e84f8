import { createHash } from 'node:crypto';
import {
  addBacktest,
  addPasses,
  completeBacktest,
  mostPasses,
  type NewBacktest,
} from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import type { OfBatch } from '../../data/import-rows.js';
import type { ReportPart } from '../../reports/reading.js';
import type { TesterRun } from '../../reports/report.js';
import { timeFrame } from '../../web/tester-words.js';
import { isBacktest } from './summary.js';

// So much of a file is kept that no page and no answer is without a bound.
const mostColumns = 256;
const mostLines = 2_000;
const mostText = 300;

type Head = Extract<ReportPart, { kind: 'head' }>['head'];
type AsUser = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

// PostgreSQL keeps no NUL in a text.
const cut = (text: string): string => text.replaceAll('\0', '').slice(0, mostText);
const cutLines = (lines: TesterRun['inputs']): string =>
  JSON.stringify(
    lines.slice(0, mostLines).map(({ name, value }) => ({ name: cut(name), value: cut(value) })),
  );

const nameOf = ({ expert, symbol, period }: Pick<TesterRun, 'expert' | 'symbol' | 'period'>): string =>
  [expert.split(/[\\/]/).at(-1), symbol, timeFrame(period)]
    .filter(Boolean)
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 60) || 'Backtest';

const isDecimal = (text: string | null): text is string => text !== null && /^\d{1,15}(\.\d+)?$/.test(text);

const runOf = (head: Head): NewBacktest => {
  const { tester, account, optimisation, digits, counts } = head;
  const [expert = '', symbol = '', period = ''] = [tester?.expert, tester?.symbol, tester?.period].map(
    (text) => cut(text ?? ''),
  );
  const deposit = tester?.deposit ?? null;
  return {
    ...{ name: nameOf({ expert, symbol, period }), format: head.format, expert, symbol, period, digits },
    ...{ server: account.server ?? '', currency: account.currency ?? tester?.currency ?? null },
    ...{ deposit: isDecimal(deposit) ? deposit : null, leverage: tester?.leverage ?? null },
    ...{ first_ms: head.firstMs, last_ms: head.lastMs, deals: counts.deals, positions: counts.positions },
    inputs: cutLines(tester?.inputs ?? []),
    results: cutLines(tester?.results ?? []),
    totals: JSON.stringify(head.totals),
    figures: JSON.stringify(head.figures),
    columns: JSON.stringify((optimisation?.columns ?? []).slice(0, mostColumns).map(cut)),
  };
};

/** What tells a test from another: all but when the report was saved. */
const tellingOf = (part: ReportPart): unknown => {
  if (part.kind !== 'head') return part;
  const { format, tester, optimisation, totals, counts } = part.head;
  return { format, tester, optimisation, totals, counts };
};

/** Keeps the parts of a tester's report that an account has no place for; parts of other files pass by. */
export function backtestReader(asUser: AsUser, batch: OfBatch) {
  const hash = createHash('sha256');
  let isOne = false;
  let passes = 0;
  const takePasses = async (rows: readonly string[][]): Promise<void> => {
    const first = passes + 1;
    passes += rows.length;
    const kept = rows.slice(0, Math.max(0, mostPasses - first + 1));
    const numbered = kept.map((cells, at) => ({
      row: first + at,
      cells: cells.slice(0, mostColumns).map(cut),
    }));
    await asUser((tx) => addPasses(tx, batch, numbered));
  };
  return {
    take: async (part: ReportPart): Promise<void> => {
      if (part.kind === 'head') isOne = isBacktest(part.head.format);
      if (!isOne) return;
      hash.update(JSON.stringify(tellingOf(part)));
      if (part.kind === 'head') await asUser((tx) => addBacktest(tx, batch, runOf(part.head)));
      if (part.kind === 'passes') await takePasses(part.rows);
    },
    /** Once all has been read. False: it is no tester's report. */
    complete: async (tx: Tx): Promise<boolean> => {
      if (isOne) await completeBacktest(tx, batch, { digest: hash.digest('hex'), passes });
      return isOne;
    },
  };
}
