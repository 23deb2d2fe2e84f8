import { listAccounts } from '../../data/accounts.js';
import { categories } from '../../data/schema-trading.js';
import { netLine } from '../../domain/stats/line.js';
import { thinned } from '../../domain/stats/thinning.js';
import { fromMinor } from '../../lib/money.js';
import type { Chosen } from '../../web/chosen.js';
import { amount, signed } from '../../web/figures.js';
import { periodKeys, periodLabel } from '../../web/periods.js';
import { linePaths, type PlacedLine } from '../../web/spark.js';
import { compareHref, groupOf, sideHref, sides, type Desks, type Side } from './compare-query.js';
import { compareRows, isSameMoney } from './compare-figures.js';
import { filtersView } from './filters.js';
import { topView } from './head.js';
import { leastTrades } from './parts.js';

const path = '/analytics/compare';
const mostPoints = 450;

/** The sum of the nets, trade by trade, from zero before the first one; few points that show the same line. */
function lineOf({ trades }: Chosen): PlacedLine {
  const { values } = netLine(trades);
  const places = thinned({ at: Float64Array.from(values.keys()), values }, mostPoints);
  return {
    places: [0, ...places.map((place) => place + 1)],
    values: [0, ...places.map((place) => values[place] ?? 0)],
  };
}

const endOf = ({ trades, group }: Chosen): string => {
  const digits = group?.digits ?? 2;
  const net = trades.nets.reduce((sum, one) => sum + one, 0);
  return `${signed(fromMinor(net, digits), digits) ?? ''} ${group?.currency ?? ''}`;
};

/** Both lines in one box where their money is the same, else each in its own. */
function curvesOf({ a, b }: Desks) {
  const [one, other] = [
    { side: 'A', tone: 'line-a', chosen: a.chosen },
    { side: 'B', tone: 'line-b', chosen: b.chosen },
  ].filter(({ chosen }) => chosen.trades.ids.length > 0);
  if (one === undefined) return [];
  const boxes =
    other === undefined ? [[one]] : isSameMoney(a.chosen, b.chosen) ? [[one, other]] : [[one], [other]];
  return boxes.map((box) => {
    const { paths, zero } = linePaths(box.map(({ chosen }) => lineOf(chosen)));
    return {
      zero,
      label: box
        .map(
          ({ side, chosen }) => `${side} ends at ${endOf(chosen)} after ${chosen.trades.ids.length} trades`,
        )
        .join(', '),
      lines: box.map(({ side, tone, chosen }, at) => ({
        ...{ side, tone, d: paths[at] ?? '', end: endOf(chosen) },
        n: amount(String(chosen.trades.ids.length), 0) ?? '',
      })),
    };
  });
}

async function accountOptions({ a }: Desks) {
  const accounts = await listAccounts(a.tx, a.userId);
  const used = categories.filter((category) => accounts.some((account) => account.category === category));
  return [
    { value: '', label: 'All' },
    ...used.map((category) => ({ value: category, label: `All ${category}` })),
    ...accounts.map(({ id, label }) => ({ value: id, label })),
  ];
}

const periodOptions = [
  { value: '', label: 'All, or as below' },
  ...periodKeys.map((key) => ({ value: key, label: periodLabel(key) })),
];

async function sideView(desks: Desks, side: Side, accounts: Awaited<ReturnType<typeof accountOptions>>) {
  const desk = desks[side];
  const filters = await filtersView(desk, path, (changed) => sideHref(desks, side, changed));
  const n = desk.chosen.trades.ids.length;
  return {
    name: side.toUpperCase(),
    prefix: `${side}.`,
    filters: {
      ...filters,
      options: { ...filters.options, account: accounts, period: periodOptions },
    },
    n: amount(String(n), 0) ?? '',
    isThin: n < leastTrades,
    isNothing: n === 0,
    title:
      filters.chips.length === 0 ? 'Every closed trade' : filters.chips.map(({ label }) => label).join(' · '),
    money: desk.chosen.group === null ? '' : `${desk.chosen.group.category} ${desk.chosen.group.currency}`,
  };
}

/** Two filters side by side: what each came to, and how far A lies from B. */
export async function compareView(desks: Desks) {
  const { a, b } = desks;
  const accounts = await accountOptions(desks);
  const views = [];
  for (const side of sides) views.push(await sideView(desks, side, accounts));
  const [ofA, ofB] = [{ ...a.read.values }, { ...b.read.values }];
  const isNothing = a.chosen.trades.ids.length + b.chosen.trades.ids.length === 0;
  return {
    ...topView(a, path, (group) => compareHref({ a: ofA, b: ofB }, group)),
    isEmpty: a.chosen.book.trades.ids.length + b.chosen.book.trades.ids.length === 0,
    note: 'two filters side by side',
    group: groupOf(desks),
    sides: views,
    swapHref: compareHref({ a: ofB, b: ofA }, groupOf(desks)),
    rows: isNothing ? [] : compareRows(a.chosen, b.chosen),
    curves: curvesOf(desks),
  };
}
