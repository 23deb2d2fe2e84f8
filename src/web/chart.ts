import { thinned } from '../domain/stats/thinning.js';
import { fromMinor } from '../lib/money.js';
import { stamp } from './day-words.js';
import { amount, signed } from './figures.js';

/** What stands behind a chart for those who cannot see it, and for whoever wants figures. */
interface ChartTable {
  caption: string;
  heads: string[];
  rows: (string | null)[][];
}

/** What views/parts/chart.eta draws. */
export interface Chart {
  /** of the page: what was zoomed or opened stays so when the region comes anew */
  id: string;
  kind: 'equity' | 'lines' | 'scatter';
  /** what public/js/chart/ reads of the kind */
  json: string;
  /** the whole chart in a sentence, without markup */
  label: string;
  /** below it; '' for none */
  words: string;
  table: ChartTable;
  /** a second table */
  more: ChartTable | null;
}

/** Points that are sent, and rows of a table, at most. */
export const mostPoints = 1_500;
const mostRows = 60;
const mostFlows = 300;

/** Money over time in minor units, times in ms; NaN is unknown. */
export interface MoneyLine {
  atMs: ArrayLike<number>;
  values: ArrayLike<number>;
  /** what each value fell from */
  peaks?: ArrayLike<number>;
  /** with what floats */
  equity?: ArrayLike<number> | undefined;
  flows?: readonly { atMs: number; amount: number }[];
}

interface MoneyWishes extends Pick<Chart, 'id' | 'label' | 'words'> {
  /** of the line */
  name: string;
  line: MoneyLine;
  digits: number;
  currency: string;
  /** what the line began with: above it stands the colour of gain */
  from: number;
  timeZone: string;
  /** values hold until the next one */
  isStepped?: boolean;
  /** each value is that of a whole day */
  isByDay?: boolean;
}

const known = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);

const seconds = (ms: number): number => Math.round(ms / 1000);

/** Of many payments those of the same stretch are one. */
function flowsOf({ flows = [] }: MoneyLine): { atMs: number; amount: number; n: number }[] {
  const [first, last] = [flows[0]?.atMs ?? 0, flows.at(-1)?.atMs ?? 0];
  const width = flows.length <= mostFlows ? 0 : (last - first) / mostFlows;
  const merged: { atMs: number; amount: number; n: number }[] = [];
  for (const { atMs, amount: paid } of flows) {
    const before = merged.at(-1);
    if (before === undefined || atMs - before.atMs >= width) merged.push({ atMs, amount: paid, n: 1 });
    else {
      before.amount += paid;
      before.n += 1;
    }
  }
  return merged;
}

/** The points that are drawn: of each line the extremes, and the deepest fall. */
export function placesOf({ atMs, values, peaks, equity }: MoneyLine, most: number): number[] {
  const lines = equity === undefined ? [values] : [values, equity];
  // Between two points of equity there may have to be one that breaks its line.
  const share = Math.floor((most - 1) / (equity === undefined ? 1 : 4));
  const places = new Set(lines.flatMap((line) => thinned({ at: atMs, values: line }, share)));
  let deepest = 0;
  if (peaks !== undefined)
    for (let at = 0; at < values.length; at += 1)
      if ((peaks[at] ?? 0) - (values[at] ?? 0) > (peaks[deepest] ?? 0) - (values[deepest] ?? 0)) deepest = at;
  if (values.length > 0) places.add(deepest);
  const kept = [...places].sort((a, b) => a - b);
  return equity === undefined ? kept : withBreaks(kept, equity);
}

/** Where a line is unknown between two places, one of these is kept too, or the line would be drawn across. */
function withBreaks(places: readonly number[], values: ArrayLike<number>): number[] {
  return places.flatMap((place, index) => {
    const before = places[index - 1] ?? place;
    if (!known(values[before]) || !known(values[place])) return [place];
    for (let at = before + 1; at < place; at += 1) if (!known(values[at])) return [at, place];
    return [place];
  });
}

/** A line of money, with all that is known beside it. */
export function moneyChart(wishes: MoneyWishes): Chart {
  const { id, label, words, name, line, digits, currency, timeZone } = wishes;
  const { isByDay = false, isStepped = false } = wishes;
  const { atMs, values, peaks, equity } = line;
  const number = (minor: number | undefined): number | null =>
    known(minor) ? Number(fromMinor(minor, digits)) : null;
  const text = (minor: number | undefined): string | null =>
    known(minor) ? amount(fromMinor(minor, digits), digits) : null;
  const time = (ms: number | undefined): string => {
    const { day, clock } = stamp(new Date(ms ?? 0), timeZone);
    return isByDay ? day : `${day}, ${clock}`;
  };
  const places = placesOf(line, mostPoints);
  const flows = flowsOf(line);
  return {
    ...{ id, label, words, kind: 'equity' },
    json: JSON.stringify({
      ...{ name, currency, digits, zone: timeZone, isByDay, isStepped, from: number(wishes.from) },
      times: places.map((at) => seconds(atMs[at] ?? 0)),
      values: places.map((at) => number(values[at])),
      peaks: peaks && places.map((at) => number(peaks[at])),
      equity: equity && places.map((at) => number(equity[at])),
      flows: flows.map(({ atMs: ms, amount: paid, n }) => [seconds(ms), number(paid), n]),
    }),
    table: {
      caption: `${name}, ${currency}`,
      heads: [
        isByDay ? 'Day' : 'Time',
        `${name}, ${currency}`,
        ...(equity === undefined ? [] : ['Equity']),
        ...(peaks === undefined ? [] : ['Below peak']),
      ],
      rows: placesOf(line, mostRows).map((at) => [
        time(atMs[at]),
        text(values[at]),
        ...(equity === undefined ? [] : [text(equity[at])]),
        ...(peaks === undefined ? [] : [text((values[at] ?? 0) - (peaks[at] ?? 0))]),
      ]),
    },
    more:
      flows.length === 0
        ? null
        : {
            caption: 'Deposits and withdrawals',
            heads: ['Deposits and withdrawals', currency],
            rows: flows
              .slice(-mostRows)
              .map(({ atMs: ms, amount: paid }) => [time(ms), signed(fromMinor(paid, digits), digits)]),
          },
  };
}

interface LineWishes extends Pick<Chart, 'id' | 'label' | 'words'> {
  /** ascending whole numbers */
  x: ArrayLike<number>;
  xLabel: string;
  series: { label: string; unit: string; digits: number; values: ArrayLike<number> }[];
  /** means neither good nor bad */
  base?: number;
}

/** Figures along whole numbers, such as trades one after the other; NaN is unknown. */
export function linesChart({ id, label, words, x, xLabel, series, base }: LineWishes): Chart {
  const share = (most: number): number[] => {
    const each = Math.max(7, Math.floor(most / series.length));
    const places = series.flatMap(({ values }) => thinned({ at: x, values }, each));
    return [...new Set(places)].sort((a, b) => a - b);
  };
  const places = share(mostPoints);
  const number = (value: number | undefined, digits: number): number | null =>
    known(value) ? Number(value.toFixed(digits)) : null;
  return {
    ...{ id, label, words, kind: 'lines' },
    json: JSON.stringify({
      ...{ xLabel, base },
      x: places.map((at) => x[at] ?? 0),
      series: series.map(({ values, digits, ...one }) => ({
        ...one,
        digits,
        values: places.map((at) => number(values[at], digits)),
      })),
    }),
    table: {
      caption: series.map((one) => one.label).join(', '),
      heads: [xLabel, ...series.map(({ label: name, unit }) => (unit === '' ? name : `${name}, ${unit}`))],
      rows: share(mostRows).map((at) => [
        amount(String(x[at] ?? 0), 0),
        ...series.map(({ values, digits }) => {
          const value = values[at];
          return known(value) ? amount(value.toFixed(digits), digits) : null;
        }),
      ]),
    },
    more: null,
  };
}

/** One thing of many, and where it is looked at closely. */
export interface Dot {
  x: number;
  y: number;
  label: string;
  href: string;
}

interface ScatterWishes extends Pick<Chart, 'id' | 'label'> {
  xLabel: string;
  yLabel: string;
  /** of both */
  unit: string;
  digits: number;
  dots: readonly Dot[];
}

/** Many things by two of their figures. */
export function scatterChart({ id, label, dots, xLabel, yLabel, unit, digits }: ScatterWishes): Chart {
  const inOrder = [...dots].sort((a, b) => a.x - b.x);
  const column = <T>(of: (dot: Dot) => T): T[] => inOrder.map(of);
  const [x, y] = [column((dot) => dot.x), column((dot) => dot.y)];
  const text = (value: number | undefined): string | null => signed((value ?? 0).toFixed(digits), digits);
  return {
    ...{ id, label, words: '', kind: 'scatter' },
    json: JSON.stringify({
      ...{ x, y, xLabel, yLabel, unit, digits },
      labels: column((dot) => dot.label),
      hrefs: column((dot) => dot.href),
    }),
    table: {
      caption: `${xLabel} and ${yLabel}`,
      heads: ['Trade', `${xLabel}, ${unit}`, `${yLabel}, ${unit}`],
      rows: thinned({ at: x, values: y }, mostRows).map((at) => [
        inOrder[at]?.label ?? null,
        text(x[at]),
        text(y[at]),
      ]),
    },
    more: null,
  };
}
