import type { JournalFigure } from '../../domain/stats/journal-figure.js';
import { thinned } from '../../domain/stats/thinning.js';
import { dayOf } from '../../lib/day.js';
import { axisChart } from '../../web/axis-chart.js';
import { journalOf } from '../../web/chosen.js';
import { dayWord } from '../../web/day-words.js';
import { amount } from '../../web/figures.js';
import { journalHelp } from '../../web/figure-help.js';
import type { Visitor } from '../../web/kit.js';
import { shortSigned } from '../../web/tint.js';
import { when } from '../../web/words.js';
import { textOf } from '../../web/figure-cards.js';
import { lineOf } from './curve-line.js';
import type { Desk } from './ground.js';
import { headView } from './head.js';
import { monthsTable } from './months.js';
import { partRows } from './parts.js';
import { extremeTrades } from './report-trades.js';
import { spreadsView } from './spread.js';

const mostPoints = 700;
const mostSymbols = 12;

const keyFigures: readonly JournalFigure[] = [
  ...(['net', 'trades', 'winRate', 'profitFactor', 'expectancy', 'maxDrawdown'] as const),
  ...(['averageWin', 'averageLoss', 'payoff', 'expectancyR', 'maxDrawdownPct', 'recoveryFactor'] as const),
  ...(['twr', 'cagr', 'absoluteGain', 'xirr', 'sharpeDaily', 'sortino'] as const),
  ...([
    'longestWinStreak',
    'longestLossStreak',
    'commission',
    'swap',
    'sqn',
    'averageHoldingSeconds',
  ] as const),
];

const figuresOf = ({ chosen }: Desk) => {
  const summary = journalOf(chosen);
  return keyFigures.map((name) => ({
    help: journalHelp(name),
    ...textOf(summary, name, chosen, name !== 'maxDrawdown'),
  }));
};

/** The balance of whole accounts, or what some of their trades came to, with axes. */
function curveOf({ chosen, timeZone }: Desk) {
  const { kind, line } = lineOf(chosen);
  const unit = 10 ** (chosen.group?.digits ?? 2);
  const places = thinned({ at: line.atMs, values: line.values }, mostPoints);
  const points = {
    times: places.map((at) => line.atMs[at] ?? 0),
    values: places.map((at) => (line.values[at] ?? 0) / unit),
  };
  const chart = axisChart(points, {
    timeText: (ms) => dayWord(dayOf(new Date(ms), timeZone)),
    valueText: (value) => shortSigned(value).replace('+', ''),
  });
  const title = kind === 'balance' ? 'Balance' : 'Net of these trades';
  return chart === null ? null : { ...chart, title };
}

/** Who, of what, when: what stands at the top of a sheet that leaves the house. */
function aboutOf(desk: Desk, visitor: Pick<Visitor, 'name' | 'email'>, chips: readonly string[]) {
  const { chosen, timeZone, now } = desk;
  const { trades, group } = chosen;
  const day = (ms: number | undefined): string =>
    ms === undefined ? '—' : dayWord(dayOf(new Date(ms), timeZone));
  return [
    { term: 'Trader', text: visitor.name === '' ? visitor.email : visitor.name },
    { term: 'Accounts', text: group?.members.map(({ label }) => label).join(', ') ?? '—' },
    { term: 'Money', text: group === null ? '—' : `${group.category} ${group.currency}` },
    { term: 'Closed', text: `${day(trades.closedMs[0])} to ${day(trades.closedMs.at(-1))}` },
    { term: 'Trades', text: amount(String(trades.ids.length), 0) ?? '' },
    { term: 'Filters', text: chips.length === 0 ? 'none' : chips.join(' · ') },
    { term: 'Made', text: `${when(now, timeZone) ?? ''}, ${timeZone}` },
  ];
}

const breakdowns = [
  { by: 'symbol', head: 'Symbol', title: 'By symbol' },
  { by: 'weekday', head: 'Weekday', title: 'By weekday of the opening' },
  { by: 'session', head: 'Session', title: 'By session of the opening' },
] as const;

/** Everything of a filter on a sheet of paper. */
export async function reportView(desk: Desk, visitor: Pick<Visitor, 'name' | 'email'>) {
  const head = await headView(desk, '/analytics/report');
  const parts = [];
  for (const { by, ...words } of breakdowns) {
    const rows = await partRows(desk, by);
    parts.push({ ...words, rows: rows.slice(0, mostSymbols), left: Math.max(0, rows.length - mostSymbols) });
  }
  return {
    ...head,
    about: aboutOf(
      desk,
      visitor,
      head.filters.chips.map(({ label }) => label),
    ),
    currency: desk.chosen.group?.currency ?? '',
    figures: figuresOf(desk),
    curve: curveOf(desk),
    tables: [
      { title: 'Months', table: monthsTable(desk, 'money', { isShort: true }) },
      { title: 'Months, time-weighted growth', table: monthsTable(desk, 'twr') },
    ],
    parts,
    spreads: spreadsView(desk),
    extremes: extremeTrades(desk),
  };
}
