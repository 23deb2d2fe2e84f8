import { rollingOf } from '../../domain/stats/rolling.js';
import { linesChart, moneyChart, type Chart } from '../../web/chart.js';
import type { Chosen } from '../../web/chosen.js';
import { journalHelp, type FigureHelp } from '../../web/figure-help.js';
import { amount, decimal, signed } from '../../web/figures.js';
import { fromMinor } from '../../lib/money.js';
import { readCurveLine, watchedWords, type CurveLine } from './curve-line.js';
import type { Desk } from './ground.js';

/** of the last so many trades */
export const windowSize = 50;

const words = {
  balance:
    'The line is the balance: closed results, costs, deposits and withdrawals. Below stands its fall from the peak, which deposits and withdrawals move along.',
  net: 'Summed net by time of closing. Below stands the fall from the peak.',
};

/** The most that a line stood below its peak. */
function deepestFall({ values, peaks }: CurveLine['line']): number {
  let deepest = 0;
  for (let at = 0; at < values.length; at += 1)
    deepest = Math.max(deepest, (peaks[at] ?? 0) - (values[at] ?? 0));
  return deepest;
}

/** The balance or the summed net, with its falls and what was paid in and out; null: there is nothing to draw. */
export const readCurve = async ({ tx, userId, chosen }: Desk) =>
  chosen.trades.ids.length === 0 ? null : curveView(chosen, await readCurveLine(tx, userId, chosen));

function curveView(chosen: Chosen, { kind, line, unwatched }: CurveLine) {
  const { digits = 2, currency = '' } = chosen.group ?? {};
  const last = line.values[line.values.length - 1] ?? 0;
  const deepest = deepestFall(line);
  const text = (minor: number): string => amount(fromMinor(minor, digits), digits) ?? '';
  const name = kind === 'balance' ? 'Balance' : 'Net';
  return {
    title: kind === 'balance' ? 'Balance' : 'Net of these trades',
    note: `deepest fall ${signed(fromMinor(-deepest, digits), digits) ?? ''} ${currency}`,
    chart: moneyChart({
      ...{ id: 'analytics-curve', name, line, digits, currency, isStepped: true },
      words: `${words[kind]} ${unwatched ?? watchedWords(chosen)}`,
      label: `${name}, at the end ${text(last)} ${currency}, deepest fall ${text(deepest)} ${currency}`,
      from: line.values[0] ?? 0,
      timeZone: chosen.ground.timeZone,
    }),
  };
}

interface Figure {
  id: string;
  help: FigureHelp;
  label: string;
  unit: string;
  digits: number;
  /** of each window, NaN: none */
  values: Float64Array;
  base: number;
}

function chartOf(
  figure: Figure,
): Pick<Figure, 'label' | 'unit' | 'help'> & { last: string | null; chart: Chart } {
  const { id, help, label, unit, digits, values, base } = figure;
  const last = values.at(-1) ?? NaN;
  const text = Number.isNaN(last) ? null : amount(decimal(last, digits, digits), digits);
  const now = text === null ? 'not known now' : `now ${text} ${unit}`.trim();
  const x = values.map((_, at) => at + windowSize);
  return {
    ...{ label, unit, help, last: text },
    chart: linesChart({
      ...{ id, words: '', x, xLabel: 'Trade', series: [{ label, unit, digits, values }], base },
      label: `${label} of the last ${windowSize} trades, ${now}`,
    }),
  };
}

/** Win rate, profit factor and expectancy of the last trades, trade by trade; null: there are too few. */
export function rollingView({ trades, group }: Chosen) {
  if (trades.ids.length < 2 * windowSize) return null;
  const { expectancy, winRate, profitFactor } = rollingOf(trades.nets, windowSize);
  const { digits = 2, currency = '' } = group ?? {};
  const of = (values: Float64Array, factor = 1): Float64Array =>
    values.subarray(windowSize - 1).map((value) => value * factor);
  return (
    [
      {
        ...{ id: 'rolling-won', label: 'Win rate', unit: '%', digits: 1, base: 50 },
        help: journalHelp('winRate'),
        values: of(winRate, 100),
      },
      {
        id: 'rolling-factor',
        label: 'Profit factor',
        help: journalHelp('profitFactor'),
        unit: '',
        digits: 2,
        values: of(profitFactor),
        base: 1,
      },
      {
        ...{ id: 'rolling-each', label: 'Per trade', unit: currency, digits, base: 0 },
        help: journalHelp('expectancy'),
        values: of(expectancy, 10 ** -digits),
      },
    ] satisfies Figure[]
  ).map(chartOf);
}
