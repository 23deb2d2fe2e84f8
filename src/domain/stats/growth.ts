import { dayMs } from '../../lib/clock.js';
import { known, missing, quotient, type Figure } from '../metatrader/figure.js';
import type { Flows } from './balance.js';

const noBalance = missing('the balance was not above zero when a trade was opened');

/** What trades came to, and what the accounts held when each was opened; in minor units. */
export interface OnBalances {
  nets: Float64Array;
  balances: Float64Array;
}

/** What each trade made of the balance that it was opened on; null where there was none. */
export function returnsOf({ nets, balances }: OnBalances): Float64Array | null {
  const returns = new Float64Array(nets.length);
  for (let at = 0; at < nets.length; at += 1) {
    const balance = balances[at] ?? 0;
    if (balance <= 0) return null;
    returns[at] = (nets[at] ?? 0) / balance;
  }
  return returns;
}

export interface Growth {
  /** time-weighted: what one unit of money became, less itself, whatever was paid in or out between */
  twr: Figure;
  /** a year's share of it */
  cagr: Figure;
  /** the largest fall of that unit from its peak, in per cent of the peak */
  maxDrawdownPct: Figure;
  /** CAGR over the largest fall */
  calmar: Figure;
}

const yearDays = 365.25;
const leastDaysForCalmar = 90;

const fallOf = (returns: Float64Array): { last: number; fall: number } => {
  let value = 1;
  let peak = 1;
  let fall = 0;
  for (const one of returns) {
    value *= 1 + one;
    if (value > peak) peak = value;
    else if (peak - value > fall * peak) fall = (peak - value) / peak;
  }
  return { last: value, fall };
};

const cagrOf = (last: number, days: number): Figure => {
  if (last <= 0) return missing('all of it was lost');
  if (days < 1) return missing('less than a day tells nothing of a year');
  const rate = last ** (yearDays / days) - 1;
  return Number.isFinite(rate) ? known(rate) : missing('too large to be told');
};

const calmarOf = (cagr: Figure, fall: number, days: number): Figure => {
  if (days < leastDaysForCalmar) return missing(`fewer than ${leastDaysForCalmar} days`);
  if (cagr.value === null) return cagr;
  return quotient(cagr.value, fall, 'no drawdown');
};

const all = (figure: Figure): Growth => ({
  twr: figure,
  cagr: figure,
  maxDrawdownPct: figure,
  calmar: figure,
});

/**
 * Time-weighted growth: each trade's result over the balance that it was opened on, multiplied (metrics.md §2; Myfxbook's
 * gain). `returns` as `returnsOf` gives them, from `fromMs` to `toMs`.
 */
export function growthOf(
  returns: Float64Array | null,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Growth {
  if (returns === null) return all(noBalance);
  if (returns.length === 0) return all(missing('no trades'));
  const { last, fall } = fallOf(returns);
  const days = (toMs - fromMs) / dayMs;
  const cagr = cagrOf(last, days);
  return {
    ...{ twr: known(last - 1), cagr },
    ...{ maxDrawdownPct: known(100 * fall), calmar: calmarOf(cagr, fall, days) },
  };
}

/** What was made over all that was ever paid in (Myfxbook's absolute gain). */
export const absoluteGainOf = (net: number, { amounts }: Flows): Figure => {
  let paidIn = 0;
  for (const amount of amounts) if (amount > 0) paidIn += amount;
  return quotient(net, paidIn, 'nothing was paid in');
};
