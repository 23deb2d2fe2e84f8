import { writtenWithin } from '../../data/journal-pages.js';
import { daysSummary, tallyOf, type TradedDay } from '../../domain/stats/day-tally.js';
import { dayOf } from '../../lib/day.js';
import { addMonths, firstDay, isMonth, isYear, lastDay, monthOf, weeksOf } from '../../lib/month.js';
import { dayWord, monthWord } from '../../web/day-words.js';
import { journalHelp, otherHelp, type FigureHelp } from '../../web/figure-help.js';
import { amount } from '../../web/figures.js';
import { partsOf } from '../../web/parting.js';
import { count } from '../../web/words.js';
import { readUnit, textIn, valueIn } from '../../web/tally-text.js';
import { monthGrid, pageLink, type Days, type Shown } from './calendar-month.js';
import { yearGrid } from './calendar-year.js';
import { hrefWith, tradesHref, type Desk } from './ground.js';
import { headView } from './head.js';

const daysOf = async ({ tx, userId, chosen }: Desk): Promise<Days> =>
  new Map((await partsOf(tx, userId, chosen, 'day')).map(({ key, bucket }) => [key, bucket]));

type Stretch = { kind: 'month'; month: string } | { kind: 'year'; year: string };

/** The month or the year that is asked for; else this month, or the last one with trades where they lie further back. */
function readStretch({ more }: Desk, days: Days, today: string): Stretch {
  const [month = '', year = ''] = [more['month'], more['year']];
  if (isMonth(month)) return { kind: 'month', month };
  if (isYear(year)) return { kind: 'year', year };
  const last = [...days.keys()].at(-1);
  const isFar = last !== undefined && monthOf(last) < addMonths(monthOf(today), -1);
  return { kind: 'month', month: monthOf(isFar ? last : today) };
}

const startOf = (stretch: Stretch): string => (stretch.kind === 'month' ? stretch.month : stretch.year);
const wordOf = (stretch: Stretch): string =>
  stretch.kind === 'month' ? monthWord(stretch.month) : stretch.year;

const beside = (stretch: Stretch, count: number): Stretch =>
  stretch.kind === 'month'
    ? { kind: 'month', month: addMonths(stretch.month, count) }
    : { kind: 'year', year: String(Number(stretch.year) + count) };

const hrefOf = (desk: Desk, stretch: Stretch): string =>
  stretch.kind === 'month'
    ? hrefWith('/calendar', desk, { month: stretch.month, year: '' })
    : hrefWith('/calendar', desk, { year: stretch.year, month: '' });

/** The way to a stretch before or after; null where the calendar ends. */
function stepView(desk: Desk, stretch: Stretch) {
  const start = startOf(stretch);
  if (!(stretch.kind === 'month' ? isMonth(start) : isYear(start))) return null;
  return { label: wordOf(stretch), href: hrefOf(desk, stretch) };
}

/** Links to the other ways of seeing the same days. */
function toolsView(desk: Desk, stretch: Stretch, today: string) {
  const unit = readUnit(desk);
  const year = startOf(stretch).slice(0, 4);
  const month =
    stretch.kind === 'month' ? stretch.month : year === today.slice(0, 4) ? monthOf(today) : `${year}-01`;
  const now: Stretch =
    stretch.kind === 'month'
      ? { kind: 'month', month: monthOf(today) }
      : { kind: 'year', year: today.slice(0, 4) };
  return {
    kinds: [
      { label: 'Month', href: hrefOf(desk, { kind: 'month', month }), current: stretch.kind === 'month' },
      { label: 'Year', href: hrefOf(desk, { kind: 'year', year }), current: stretch.kind === 'year' },
    ],
    units: [
      {
        label: desk.chosen.group?.currency ?? 'Money',
        href: hrefWith('/calendar', desk, { in: '' }),
        current: unit === 'money',
      },
      { label: 'R', href: hrefWith('/calendar', desk, { in: 'r' }), current: unit === 'r' },
    ],
    before: stepView(desk, beside(stretch, -1)),
    after: stepView(desk, beside(stretch, 1)),
    now: startOf(now) === startOf(stretch) ? null : { label: wordOf(now), href: hrefOf(desk, now) },
  };
}

const dayCard = (name: 'bestDay' | 'worstDay', found: TradedDay | null, { desk, unit }: Shown) => {
  const help = otherHelp(name);
  const text = textIn(unit, found?.value ?? null, desk);
  return {
    ...{ label: help.label, help },
    ...{ value: text.value ?? '—', unit: text.unit, tone: text.tone, n: '' },
    note: found === null ? 'no day to compare' : dayWord(found.day),
  };
};

/** What the stretch came to, and how its days went. */
function cardsOf(stretch: Stretch, shown: Shown) {
  const { desk, days, unit } = shown;
  const own = [...days].filter(([day]) => day.startsWith(startOf(stretch)));
  const tally = tallyOf(own.map(([, one]) => one));
  if (tally.n === 0) return null;
  const summary = daysSummary(own.map(([day, one]) => ({ day, value: valueIn(unit, one) })));
  const net = valueIn(unit, tally);
  const n = `n ${amount(String(tally.n), 0) ?? ''}`;
  const made = (label: string, help: FigureHelp, value: number | null, note: string) => {
    const text = textIn(unit, value, desk);
    return {
      ...text,
      label,
      help,
      value: text.value ?? '—',
      n,
      note: text.value === null ? text.reason : note,
    };
  };
  const plain = (label: string, help: FigureHelp, value: string, note: string) => ({
    ...{ label, help },
    value,
    unit: '',
    tone: '',
    n,
    note,
  });
  return [
    made(
      'Net',
      journalHelp('net'),
      net,
      unit === 'r' ? `of ${count(tally.withR, 'trade')} with a stop` : wordOf(stretch),
    ),
    plain(
      'Trades',
      journalHelp('trades'),
      amount(String(tally.n), 0) ?? '',
      `${tally.wins} won · ${tally.losses} lost`,
    ),
    plain(
      'Winning days',
      otherHelp('winningDays'),
      String(summary.won),
      `of ${count(summary.traded, 'day')} with trades · ${summary.lost} lost`,
    ),
    made(
      'Per day',
      otherHelp('perDay'),
      net === null ? null : net / summary.traded,
      'of the days with trades',
    ),
    dayCard('bestDay', summary.best, shown),
    dayCard('worstDay', summary.worst, shown),
  ];
}

/** The pages of the journal that the calendar shows: those of whole weeks around a month. */
const writtenOf = ({ tx, userId }: Desk, stretch: Stretch) => {
  const start = startOf(stretch);
  if (stretch.kind === 'year')
    return writtenWithin(tx, userId, { from: `${start}-01-01`, to: `${start}-12-31` });
  const days = weeksOf(start).flat();
  return writtenWithin(tx, userId, { from: days[0] ?? firstDay(start), to: days.at(-1) ?? lastDay(start) });
};

const stretchTrades = (desk: Desk, stretch: Stretch): string => {
  const start = startOf(stretch);
  const [from, to] =
    stretch.kind === 'month' ? [firstDay(start), lastDay(start)] : [`${start}-01-01`, `${start}-12-31`];
  return tradesHref(desk, { from, to, period: '' });
};

/** Why a stretch is empty, and where trades are. */
function emptyView(desk: Desk, days: Days, stretch: Stretch) {
  const last = [...days.keys()].at(-1);
  if (last === undefined) return null;
  const to: Stretch =
    stretch.kind === 'month'
      ? { kind: 'month', month: monthOf(last) }
      : { kind: 'year', year: last.slice(0, 4) };
  return {
    text: `No trade closed in ${wordOf(stretch)}. The last one closed on ${dayWord(last)}.`,
    label: `Show ${wordOf(to)}`,
    href: hrefOf(desk, to),
  };
}

/** The days of a month or of a year, each with what the trades came to that closed on it in the user's zone. */
export async function calendarView(desk: Desk) {
  const days = await daysOf(desk);
  const today = dayOf(desk.now, desk.timeZone);
  const stretch = readStretch(desk, days, today);
  const shown: Shown = { desk, days, unit: readUnit(desk), today, written: await writtenOf(desk, stretch) };
  const cards = cardsOf(stretch, shown);
  return {
    ...(await headView(desk, '/calendar')),
    word: wordOf(stretch),
    tools: toolsView(desk, stretch, today),
    cards,
    empty: cards === null ? emptyView(desk, days, stretch) : null,
    tradesOfStretch: cards === null ? null : stretchTrades(desk, stretch),
    page:
      stretch.kind === 'month' ? pageLink({ kind: 'month', startsOn: firstDay(stretch.month) }, shown) : null,
    weeks: stretch.kind === 'month' ? monthGrid(stretch.month, shown) : null,
    months: stretch.kind === 'year' ? yearGrid(stretch.year, shown) : null,
    zone: desk.timeZone,
  };
}
