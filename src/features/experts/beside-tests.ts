import { testRuns, type ListedBacktest } from '../../data/backtests.js';
import type { Books } from '../../data/books.js';
import type { Tx } from '../../data/database.js';
import { isSameExpert } from '../../domain/expert.js';
import { plainName } from '../../domain/instrument.js';
import { metatraderFigures, type MetatraderFigure } from '../../domain/metatrader/figure.js';
import { dayMs } from '../../lib/clock.js';
import { chooseTrades, metatraderOf, type Chosen } from '../../web/chosen.js';
import { figureText } from '../../web/figure-text.js';
import { amount, signed } from '../../web/figures.js';
import { figureOf } from '../../web/tester-figures.js';
import { everyTrade, type Asker } from './desk.js';

const mostRuns = 500;
const mostShown = 6;
const monthMs = (365.25 / 12) * dayMs;

/** Months from the first to the last; less than one counts as one. */
const monthsOf = (firstMs: number, lastMs: number): number => Math.max(1, (lastMs - firstMs) / monthMs);

type Column = Record<
  'totalTrades' | 'profitFactor' | 'winRate' | 'expectedPayoff' | 'monthlyNet',
  string | null
>;

const share = (part: number | null, whole: number | null): string | null =>
  part === null || whole === null || whole === 0 ? null : `${((100 * part) / whole).toFixed(1)} %`;

/** As the report has it. */
function testColumn(run: ListedBacktest): Column {
  const value = (name: MetatraderFigure): number | null => {
    const text = figureOf(run, name).value;
    return text === null ? null : Number(text);
  };
  const money = (figure: number | null): string | null =>
    figure === null ? null : signed(figure.toFixed(run.digits), run.digits);
  const [total, net, factor] = [value('totalTrades'), value('netProfit'), value('profitFactor')];
  const months =
    run.first_ms === null || run.last_ms === null
      ? null
      : monthsOf(Number(run.first_ms), Number(run.last_ms));
  return {
    totalTrades: total === null ? null : amount(String(total), 0),
    profitFactor: factor === null ? null : amount(factor.toFixed(2)),
    winRate: share(value('profitTrades'), total),
    expectedPayoff: money(value('expectedPayoff')),
    monthlyNet: net === null || months === null ? null : money(net / months),
  };
}

/** The same of trades, by MetaTrader's own reckoning too: a result of zero is won, and each exit is one. */
function liveColumn(chosen: Chosen): Column {
  const figures = metatraderOf(chosen);
  const { trades, group } = chosen;
  const ground = { digits: group?.digits ?? 2, currency: '' };
  const text = (name: MetatraderFigure): string | null =>
    figureText(figures[name], metatraderFigures[name], ground).value;
  const lastMs = trades.closedMs.at(-1);
  const firstMs = trades.openedMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  const net = lastMs === undefined ? null : figures.netProfit.value;
  const months = monthsOf(firstMs, lastMs ?? firstMs);
  return {
    totalTrades: text('totalTrades'),
    profitFactor: text('profitFactor'),
    winRate: share(figures.profitTrades.value, figures.totalTrades.value),
    expectedPayoff: text('expectedPayoff'),
    monthlyNet:
      net === null ? null : figureText({ value: net / months, reason: null }, 'money', ground).value,
  };
}

const words: Readonly<Record<keyof Column, string>> = {
  totalTrades: 'Trades',
  profitFactor: 'Profit factor',
  winRate: 'Win rate',
  expectedPayoff: 'Per trade',
  monthlyNet: 'Net a month',
};

/** Tests of the same expert and symbol, each beside what it makes live in the money that is looked at. */
export async function besideTests(
  tx: Tx,
  books: Books,
  { asker, name, symbols, group }: { asker: Asker; name: string; symbols: readonly string[]; group: string },
) {
  const { userId, timeZone } = asker;
  const runs = (await testRuns(tx, userId, mostRuns)).filter(
    ({ expert, symbol }) => isSameExpert(name, expert) && symbols.includes(plainName(symbol)),
  );
  const shown = [];
  for (const run of runs.slice(0, mostShown)) {
    const filter = { ...everyTrade, ea: name, symbol: plainName(run.symbol) };
    const chosen = await chooseTrades(tx, books, { userId, timeZone, filter, group });
    const [test, live] = [testColumn(run), liveColumn(chosen)];
    shown.push({
      name: run.name,
      href: `/backtests/${run.id}`,
      symbol: plainName(run.symbol),
      heads: [
        `Backtest${run.currency === null ? '' : `, ${run.currency}`}`,
        `Live, ${chosen.group?.currency ?? ''}`,
      ],
      rows: (Object.keys(words) as (keyof Column)[]).map((key) => ({
        label: words[key],
        test: test[key],
        live: live[key],
      })),
    });
  }
  return shown;
}
