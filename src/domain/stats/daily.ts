import { known, missing, type Figure } from '../metatrader/figure.js';
import { isSpread, momentsOf } from './moments.js';

/** A day of trading: its number (days since 1970 in somebody's zone), what it began with and what was made on it. */
export interface DayResult {
  day: number;
  /** minor units; above zero */
  start: number;
  result: number;
}

const leastDays = 20;

/** Whether a day is a Saturday or a Sunday; day 0 was a Thursday. */
const isWeekend = (day: number): boolean => (((day + 3) % 7) + 7) % 7 >= 5;

/**
 * What each day made of what it began with, from the first traded day to the last: 0 for idle days from Monday to Friday,
 * or for all idle days where the market never rests. Null where a day began with nothing.
 */
export function dailyReturns(
  days: readonly DayResult[],
  { isAlwaysOpen }: { isAlwaysOpen: boolean },
): Float64Array | null {
  if (days.some(({ start }) => start <= 0)) return null;
  const traded = new Map(days.map(({ day, start, result }) => [day, result / start]));
  const [first, last] = [days[0]?.day ?? 0, days.at(-1)?.day ?? -1];
  const returns: number[] = [];
  for (let day = first; day <= last; day += 1) {
    const one = traded.get(day);
    if (one !== undefined) returns.push(one);
    else if (isAlwaysOpen || !isWeekend(day)) returns.push(0);
  }
  return Float64Array.from(returns);
}

const daysOfYear = (isAlwaysOpen: boolean): number => (isAlwaysOpen ? 365 : 252);

export interface DailyFigures {
  sharpeDaily: Figure;
  sortino: Figure;
}

const downsideOf = (returns: Float64Array): number => {
  let squares = 0;
  for (const one of returns) if (one < 0) squares += one * one;
  return Math.sqrt(squares / returns.length);
};

/**
 * Sharpe and Sortino of daily returns, annualised, without a rate free of risk: the mean over the sample's deviation, and over
 * the root mean square of losses among all days (metrics.md §2; empyrical, quantstats).
 */
export function dailyFigures(
  returns: Float64Array | null,
  { isAlwaysOpen }: { isAlwaysOpen: boolean },
): DailyFigures {
  const both = (figure: Figure): DailyFigures => ({ sharpeDaily: figure, sortino: figure });
  if (returns === null) return both(missing('a day began without money'));
  if (returns.length < leastDays) return both(missing(`fewer than ${leastDays} days`));
  const moments = momentsOf(returns);
  const yearly = Math.sqrt(daysOfYear(isAlwaysOpen));
  const downside = downsideOf(returns);
  return {
    sharpeDaily: isSpread(moments)
      ? known((moments.mean / moments.deviation) * yearly)
      : missing('no variance'),
    sortino: downside === 0 ? missing('no day lost') : known((moments.mean / downside) * yearly),
  };
}
