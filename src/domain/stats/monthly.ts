import { known, missing, type Figure } from '../metatrader/figure.js';
import type { OnBalances } from './growth.js';
import { monthNumber, wallsOf } from './walls.js';

/** What the trades that closed in a month (or several) came to. */
export interface MonthSum {
  n: number;
  /** minor units */
  net: number;
  /** what one unit of money became, without it: 0.02 is two per cent */
  growth: Figure;
}

const noBalance = missing('the balance was not above zero when one of its trades was opened');

/**
 * The months in which trades closed, by the clock of a zone and numbered from January 1970 on, each with its net and its
 * time-weighted growth: each trade's result over the balance that it was opened on, multiplied.
 */
export function monthSums(
  { nets, balances, closedMs }: OnBalances & { closedMs: Float64Array },
  timeZone: string,
): Map<number, MonthSum> {
  const months = new Map<number, { n: number; net: number; factor: number }>();
  wallsOf(closedMs, timeZone).forEach((wall, at) => {
    const number = monthNumber(wall);
    const month = months.get(number) ?? { n: 0, net: 0, factor: 1 };
    const [net, balance] = [nets[at] ?? 0, balances[at] ?? 0];
    month.n += 1;
    month.net += net;
    month.factor *= balance > 0 ? 1 + net / balance : Number.NaN;
    months.set(number, month);
  });
  return new Map(
    [...months].map(([number, { n, net, factor }]) => [
      number,
      { n, net, growth: Number.isNaN(factor) ? noBalance : known(factor - 1) },
    ]),
  );
}

/** Several months as one: money is added, growth multiplied; unknown where one of them is. */
export function joinMonths(months: readonly MonthSum[]): MonthSum {
  const unknown = months.find(({ growth }) => growth.value === null);
  const factor = months.reduce((product, { growth }) => product * (1 + (growth.value ?? 0)), 1);
  return {
    n: months.reduce((sum, { n }) => sum + n, 0),
    net: months.reduce((sum, { net }) => sum + net, 0),
    growth: unknown?.growth ?? known(factor - 1),
  };
}
