import { testedMonths } from '../../data/backtest-rows.js';
import type { BacktestRow } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { expertRules, inTable, tradeMarks } from '../../data/experts.js';
import { countTrades } from '../../data/trade-rows.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { byHand, expertFinder, isSameExpert } from '../../domain/expert.js';
import { plainName } from '../../domain/instrument.js';
import { yearsOf } from '../../domain/monthly-returns.js';
import { toMinor } from '../../lib/money.js';
import { signed, toneOf } from '../../web/figures.js';
import { readTradeFilter } from '../../web/trade-filter.js';
import { count } from '../../web/words.js';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const cellOf = (value: number | null) => {
  const text = value === null ? null : (100 * value).toFixed(1);
  return { text: signed(text, 1), tone: toneOf(text) };
};

/** Returns of the months of a test, a year a row. */
async function monthsView(tx: Tx, row: BacktestRow, userId: string) {
  const minor = (text: string): number => toMinor(text, row.digits);
  const months = await testedMonths(tx, { userId, importId: row.id });
  const opening = row.format === 'mt4-tester' ? minor(row.deposit ?? '0') : 0;
  const all = months.map(({ month, net, flow }) => ({ month, net: minor(net), flow: minor(flow) }));
  return {
    heads: monthNames,
    years: yearsOf(all, opening).map(({ year, months: cells, total }) => ({
      year,
      cells: cells.map(cellOf),
      total: cellOf(total),
    })),
  };
}

/** The experts of the same name that trade its symbol, with how often they did. */
async function liveView(tx: Tx, { expert, symbol }: BacktestRow, userId: string) {
  const rules = await expertRules(tx, userId);
  const names = new Set((await tradeMarks(tx, userId)).map(expertFinder(rules)));
  const found = [];
  for (const name of names) {
    if (name === byHand || !isSameExpert(name, expert)) continue;
    const { filter } = readTradeFilter({ ea: name, symbol: plainName(symbol) }, 'UTC');
    const n = await countTrades(tx, tradesWhere(userId, await inTable(tx, userId, filter)));
    const key = rules.find((rule) => rule.name === name)?.id ?? encodeURIComponent(name);
    if (n > 0) found.push({ name, href: `/eas/${key}`, n: `${count(n, 'trade')} of ${plainName(symbol)}` });
  }
  return found;
}

/** What stands beside a run of a tester: its months, and the same expert live. Null: it is an optimisation. */
export const besideView = async (tx: Tx, row: BacktestRow, userId: string) =>
  row.figures.length === 0
    ? null
    : { months: await monthsView(tx, row, userId), live: await liveView(tx, row, userId) };
