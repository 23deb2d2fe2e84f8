import type { BacktestRow } from '../../data/backtests.js';
import { moneyText } from '../../web/tester-words.js';
import { totalsNote, totalView } from '../../web/total-view.js';
import { count, when } from '../../web/words.js';
import { cardsOf } from './cards.js';
import { formatName, shortPeriod, testerDay } from './words.js';

const spanOf = ({ first_ms: first, last_ms: last }: BacktestRow): string =>
  first === null || last === null ? '' : `${testerDay(Number(first))} to ${testerDay(Number(last))}`;

const runOf = (row: BacktestRow): [string, string][] =>
  (
    [
      ['Expert', row.expert],
      ['Symbol', row.symbol],
      ['Period', row.period],
      ['Deals', row.columns.length > 0 ? '' : spanOf(row)],
      [
        'Deposit',
        row.deposit === null
          ? ''
          : `${String(moneyText(row.deposit, row.digits))} ${row.currency ?? ''}`.trim(),
      ],
      ['Leverage', row.leverage ?? ''],
      ['Server', row.server],
      ['From', formatName(row.format)],
    ] satisfies [string, string][]
  ).filter(([, value]) => value !== '');

/** All of a backtest's page but its long lists. */
export const showView = (
  row: BacktestRow,
  { timeZone, name = row.name, error = '' }: { timeZone: string; name?: string; error?: string },
) => ({
  id: row.id,
  name: row.name,
  isOptimisation: row.figures.length === 0,
  note: [row.expert, row.symbol, shortPeriod(row.period)]
    .filter((text) => text !== '' && text !== row.name)
    .join(' · '),
  importHref: `/trades/import/${row.id}`,
  savedAt: when(row.saved_at, timeZone),
  cards: row.figures.length === 0 ? [] : cardsOf(row),
  run: runOf(row),
  inputs: row.inputs,
  inputsNote: count(row.inputs.filter(({ value }) => value !== '').length, 'input'),
  results: row.results.filter(({ value }) => value !== ''),
  totals: row.totals.map(totalView),
  totalsNote: totalsNote(row.totals),
  edit: { name, error },
});
