import { tallyOf } from '../../domain/stats/day-tally.js';
import { monthOf, monthsOfYear, weeksOf } from '../../lib/month.js';
import { dayWord, monthName } from '../../web/day-words.js';
import { count } from '../../web/words.js';
import { tintOf } from '../../web/tint.js';
import { tallyWords, textIn, valueIn } from '../../web/tally-text.js';
import { mostOf, pageLink, type Shown } from './calendar-month.js';
import { hrefWith } from './ground.js';

const signOf = (value: number): string => (value > 0 ? '+' : value < 0 ? '−' : '0');

/** A day of a small month; null: it is of the month before or after. */
function cellOf(day: string, month: string, most: number, shown: Shown) {
  const { desk, days, unit, today } = shown;
  if (monthOf(day) !== month) return null;
  const tally = days.get(day);
  const value = tally === undefined ? null : valueIn(unit, tally);
  return {
    date: String(Number(day.slice(8))),
    isToday: day === today,
    page: pageLink({ kind: 'day', startsOn: day }, shown),
    tint: value === null ? '' : tintOf(value, most),
    sign: tally === undefined ? '' : value === null ? '·' : signOf(value),
    title: tally === undefined ? '' : `${dayWord(day)}: ${tallyWords(unit, tally, desk)}`,
  };
}

/** Twelve small months: which days gained, which lost, and how much beside one another. */
export function yearGrid(year: string, shown: Shown) {
  const { desk, days, unit } = shown;
  const months = monthsOfYear(year);
  const most = mostOf(
    [...days.keys()].filter((day) => day.startsWith(year)),
    shown,
  );
  return months.map((month) => {
    const weeks = weeksOf(month);
    const own = weeks.flat().filter((day) => monthOf(day) === month);
    const tally = tallyOf(own.flatMap((day) => days.get(day) ?? []));
    return {
      name: monthName(month),
      href: hrefWith('/calendar', desk, { month, year: '' }),
      trades: tally.n === 0 ? '' : count(tally.n, 'trade'),
      total: tally.n === 0 ? null : textIn(unit, valueIn(unit, tally), desk),
      weeks: weeks.map((week) => week.map((day) => cellOf(day, month, most, shown))),
    };
  });
}
