import { known, missing, quotient, type Figure } from '../metatrader/figure.js';
import type { JournalFigure } from './journal-figure.js';
import { isSpread, momentsOf, type Moments } from './moments.js';
import type { TradeColumns } from './trade-columns.js';

/** Of accounts and their money; `summary.ts` reckons these. */
export type AccountFigure =
  | 'maxDrawdownPct'
  | 'sharpeDaily'
  | 'sortino'
  | 'calmar'
  | 'cagr'
  | 'twr'
  | 'absoluteGain'
  | 'xirr'
  | 'riskOfRuin';
export type JournalFigures = Record<Exclude<JournalFigure, AccountFigure>, Figure>;

/** Fewer say nothing (metrics.md §1). */
const leastForSqn = 30;
const mostForSqn = 100;

interface Results {
  wins: number;
  losses: number;
  won: number;
  lost: number;
  best: number;
  worst: number;
}

// A pass a question: each is a few numbers, which the processor keeps at hand.
const resultsOf = (nets: Float64Array, tolerance: number): Results => {
  let wins = 0;
  let losses = 0;
  let won = 0;
  let lost = 0;
  let best = Number.NEGATIVE_INFINITY;
  let worst = Number.POSITIVE_INFINITY;
  for (let at = 0; at < nets.length; at += 1) {
    const net = nets[at] ?? 0;
    if (net > best) best = net;
    if (net < worst) worst = net;
    if (net > tolerance) {
      wins += 1;
      won += net;
    } else if (net < -tolerance) {
      losses += 1;
      lost += net;
    }
  }
  return { wins, losses, won, lost, best, worst };
};

/** The sum, and its deepest fall below its own peak on the way, which begins at 0. */
const fallOf = (nets: Float64Array): { net: number; fall: number } => {
  let sum = 0;
  let peak = 0;
  let fall = 0;
  for (let at = 0; at < nets.length; at += 1) {
    const net = nets[at] ?? 0;
    sum += net;
    if (sum > peak) peak = sum;
    else if (peak - sum > fall) fall = peak - sum;
  }
  return { net: sum, fall };
};

interface Streaks {
  longestWins: number;
  longestLosses: number;
  /** above zero: so many wins in a row at the end; below: losses */
  current: number;
}

const streaksOf = (nets: Float64Array, tolerance: number): Streaks => {
  let longestWins = 0;
  let longestLosses = 0;
  let current = 0;
  for (let at = 0; at < nets.length; at += 1) {
    const net = nets[at] ?? 0;
    if (net > tolerance) current = current > 0 ? current + 1 : 1;
    else if (net < -tolerance) current = current < 0 ? current - 1 : -1;
    else current = 0;
    if (current > longestWins) longestWins = current;
    else if (-current > longestLosses) longestLosses = -current;
  }
  return { longestWins, longestLosses, current };
};

interface Sums {
  gross: number;
  commission: number;
  swap: number;
  fee: number;
  heldMs: number;
}

// In one pass: sums that do not wait for one another are made at once.
const sumsOf = ({ grosses, commissions, swaps, fees, openedMs, closedMs }: TradeColumns): Sums => {
  let gross = 0;
  let commission = 0;
  let swap = 0;
  let fee = 0;
  let heldMs = 0;
  for (let at = 0; at < grosses.length; at += 1) {
    gross += grosses[at] ?? 0;
    commission += commissions[at] ?? 0;
    swap += swaps[at] ?? 0;
    fee += fees[at] ?? 0;
    heldMs += (closedMs[at] ?? 0) - (openedMs[at] ?? 0);
  }
  return { gross, commission, swap, fee, heldMs };
};

/** Tharp: how far the mean of R lies above zero, in deviations, of at most a hundred trades. */
function sqnOf(moments: Moments): Figure {
  if (moments.count < leastForSqn) return missing(`fewer than ${leastForSqn} trades with a risk`);
  if (!isSpread(moments)) return missing('no variance');
  return known((Math.sqrt(Math.min(moments.count, mostForSqn)) * moments.mean) / moments.deviation);
}

const expectancyR = ({ count, mean }: Moments): Figure =>
  count === 0 ? missing('no trade has a stop') : known(mean);

/** Kelly: w − (1 − w) / payoff; it may be negative, and sizes nothing. */
const kellyOf = (wins: number, losses: number, payoff: Figure): Figure => {
  if (payoff.value === null) return payoff;
  const share = wins / (wins + losses);
  return known(share - (1 - share) / payoff.value);
};

const payoffOf = ({ wins, losses, won, lost }: Results): Figure => {
  if (wins === 0) return missing('no wins');
  return losses === 0 ? missing('no losses') : known(won / wins / Math.abs(lost / losses));
};

/**
 * What a set of closed trades says by itself, whatever the account held (metrics.md §2, position view). A result within
 * `tolerance` (minor units) of zero is neither won nor lost. Money in minor units, which a mean divides.
 */
export function journalOf(
  columns: TradeColumns,
  { tolerance = 0 }: { tolerance?: number } = {},
): JournalFigures {
  const { nets } = columns;
  const count = nets.length;
  const results = resultsOf(nets, tolerance);
  const { wins, losses, won, lost } = results;
  const [{ net, fall }, streaks, sums] = [fallOf(nets), streaksOf(nets, tolerance), sumsOf(columns)];
  const [payoff, moments] = [payoffOf(results), momentsOf(columns.rs)];
  return {
    trades: known(count),
    wins: known(wins),
    losses: known(losses),
    breakeven: known(count - wins - losses),
    winRate: quotient(wins, count, 'no trades'),
    net: known(net),
    gross: known(sums.gross),
    commission: known(sums.commission),
    swap: known(sums.swap),
    fee: known(sums.fee),
    profitFactor: quotient(won, Math.abs(lost), 'no losses'),
    expectancy: quotient(net, count, 'no trades'),
    averageWin: quotient(won, wins, 'no wins'),
    averageLoss: quotient(lost, losses, 'no losses'),
    payoff,
    expectancyR: expectancyR(moments),
    sqn: sqnOf(moments),
    maxDrawdown: known(fall),
    recoveryFactor: quotient(net, fall, 'no drawdown'),
    kelly: kellyOf(wins, losses, payoff),
    bestTrade: count === 0 ? missing('no trades') : known(results.best),
    worstTrade: count === 0 ? missing('no trades') : known(results.worst),
    longestWinStreak: known(streaks.longestWins),
    longestLossStreak: known(streaks.longestLosses),
    currentStreak: known(streaks.current),
    averageHoldingSeconds: quotient(sums.heldMs / 1000, count, 'no trades'),
  };
}
