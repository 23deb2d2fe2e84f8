import { backtestOf, backtestOfImport, mostPasses, type BacktestRow } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import type { ImportRow } from '../../data/imports.js';
import { amount } from '../../web/figures.js';
import { dealEntryWord, dealTypeWord } from '../../web/mt5-words.js';
import { moneyText, testerTime } from '../../web/tester-words.js';
import { backtestCounts } from './save-backtest.js';
import { countsOf, type Counts } from './save.js';
import { isBacktest, summaryOf, type Summary } from './summary.js';

/** What of an import's rows is new: to its account, or to the backtests. */
export const importCounts = (
  tx: Tx,
  row: ImportRow,
  accountId: string | null,
  summary: Summary,
): Promise<Counts> => {
  const batch = { userId: row.user_id, importId: row.id };
  return isBacktest(row.format)
    ? backtestCounts(tx, batch, summary)
    : countsOf(tx, batch, accountId, summary);
};

const number = (value: number): string => String(amount(String(value), 0));

const factsOf = (run: BacktestRow): [string, string][] =>
  (
    [
      ['Expert', run.expert],
      ['Symbol', run.symbol],
      ['Period', run.period],
      [
        'Deposit',
        run.deposit === null
          ? ''
          : `${String(moneyText(run.deposit, run.digits))} ${run.currency ?? ''}`.trim(),
      ],
      ['Leverage', run.leverage ?? ''],
      ['Server', run.server],
      ['Deals', run.columns.length > 0 ? '' : `${number(run.deals)}, of ${number(run.positions)} positions`],
      ['Passes', run.columns.length === 0 ? '' : number(run.passes)],
    ] satisfies [string, string][]
  ).filter(([, value]) => value !== '');

const sampleView = (row: Summary['sample'][number]) => ({
  at: testerTime(row.timeMs),
  kind: `${dealTypeWord(row.type)} ${row.type > 1 ? '' : dealEntryWord(row.entry)}`.trim(),
  symbol: row.type > 1 ? '' : row.symbol,
  volume: row.type > 1 ? '' : row.volume,
  price: row.type > 1 ? '' : row.price,
  profit: amount(row.profit),
});

/** A tester's report on the page of its import; null: the file is none, or has not been read. */
export async function backtestRegion(
  tx: Tx,
  row: ImportRow,
  { given, errors }: { given: { label?: string }; errors: Readonly<Record<string, string>> },
) {
  if (!isBacktest(row.format)) return null;
  const batch = { userId: row.user_id, importId: row.id };
  const there = await backtestOfImport(tx, batch);
  const run = await backtestOf(tx, row.user_id, row.id, { waiting: true });
  const inputs = run?.inputs ?? [];
  return {
    there: there === undefined ? null : { name: there.name, href: `/backtests/${there.id}` },
    isOwn: there?.id === row.id,
    facts: run === undefined ? [] : factsOf(run),
    inputs: inputs.slice(0, 200),
    inputsLeft: Math.max(0, inputs.length - 200),
    passesLeft: Math.max(0, (run?.passes ?? 0) - mostPasses),
    name: given.label ?? run?.name ?? '',
    error: errors['label'] ?? '',
    sample: (summaryOf(row.head)?.sample ?? []).map(sampleView),
  };
}
