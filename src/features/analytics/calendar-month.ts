import { tallyOf, type Tally } from '../../domain/stats/day-tally.js';
import type { writtenWithin } from '../../data/journal-pages.js';
import type { PageKey } from '../../domain/journal-page.js';
import { monthOf, weeksOf } from '../../lib/month.js';
import { dayWord } from '../../web/day-words.js';
import { hrefOf, titleOf } from '../../web/journal-page-words.js';
import { count } from '../../web/words.js';
import { tintOf } from '../../web/tint.js';
import { tallyWords, textIn, valueIn, type Unit } from '../../web/tally-text.js';
import { tradesHref, type Desk } from './ground.js';

/** Days (`2026-11-21`) on which trades closed, in their order. */
export type Days = ReadonlyMap<string, Tally>;

export interface Shown {
  desk: Desk;
  days: Days;
  unit: Unit;
  today: string;
  /** the first days of the pages on which something stands */
  written: Written;
}

export type Written = Awaited<ReturnType<typeof writtenWithin>>;

/** The way to a page of the journal. */
export function pageLink(key: PageKey, { written }: Pick<Shown, 'written'>) {
  const isWritten = written[key.kind].has(key.startsOn);
  const title = titleOf(key);
  return {
    href: hrefOf(key),
    isWritten,
    label: `${isWritten ? 'Read the journal' : 'Write in the journal'}: ${title}`,
  };
}

/** The largest value of some days, whatever its sign. */
export const mostOf = (days: readonly string[], { days: known, unit }: Shown): number =>
  days.reduce((most, day) => {
    const tally = known.get(day);
    return tally === undefined ? most : Math.max(most, Math.abs(valueIn(unit, tally) ?? 0));
  }, 0);

const stretchHref = (desk: Desk, from: string, to: string): string =>
  tradesHref(desk, { from, to, period: '' });

/** What was made in a stretch of days, with the way to its trades; null: nothing closed in it. */
function madeIn(tally: Tally | undefined, [from, to]: [string, string], { desk, unit }: Shown) {
  if (tally === undefined || tally.n === 0) return null;
  const { value, short, tone } = textIn(unit, valueIn(unit, tally), desk);
  const span = from === to ? dayWord(from) : `${dayWord(from)} to ${dayWord(to)}`;
  return {
    ...{ value, short, tone, n: String(tally.n), trades: count(tally.n, 'trade') },
    href: stretchHref(desk, from, to),
    words: `${span}: ${tallyWords(unit, tally, desk)}`,
  };
}

function cellOf(day: string, month: string, most: number, shown: Shown) {
  const { days, unit, today } = shown;
  const tally = days.get(day);
  const isOutside = monthOf(day) !== month;
  const value = tally === undefined ? null : valueIn(unit, tally);
  return {
    date: String(Number(day.slice(8))),
    isOutside,
    isToday: day === today,
    tint: isOutside || value === null ? '' : tintOf(value, most),
    made: madeIn(tally, [day, day], shown),
    page: pageLink({ kind: 'day', startsOn: day }, shown),
  };
}

/** The weeks of a month with what each of their days made, and each week, days of the months beside it included. */
export function monthGrid(month: string, shown: Shown) {
  const weeks = weeksOf(month);
  const most = mostOf(
    weeks.flat().filter((day) => monthOf(day) === month),
    shown,
  );
  return weeks.map((week) => {
    const tally = tallyOf(week.flatMap((day) => shown.days.get(day) ?? []));
    return {
      cells: week.map((day) => cellOf(day, month, most, shown)),
      total: madeIn(tally, [week[0] ?? '', week.at(-1) ?? ''], shown),
      page: pageLink({ kind: 'week', startsOn: week[0] ?? '' }, shown),
    };
  });
}
