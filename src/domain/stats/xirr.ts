import { dayMs } from '../../lib/clock.js';
import { known, missing, type Figure } from '../metatrader/figure.js';

/** Money as its owner paid it in (below zero) or has it back (above), at an instant in ms. */
export interface CashFlow {
  atMs: number;
  amount: number;
}

const [lowest, highest] = [-0.9999, 10];
const steps = 200;

/** What the flows are worth at the first of them, at a yearly rate. */
const presentValue = (flows: readonly CashFlow[], fromMs: number, rate: number): number =>
  flows.reduce((sum, { atMs, amount }) => sum + amount * (1 + rate) ** (-(atMs - fromMs) / (365 * dayMs)), 0);

/**
 * The yearly rate at which the flows come to nothing, the last of them being what there is at the end (XIRR of
 * spreadsheets, days over 365). By halving: it cannot miss a root that lies between -99.99 % and 1000 %.
 */
export function xirrOf(flows: readonly CashFlow[]): Figure {
  const fromMs = Math.min(...flows.map(({ atMs }) => atMs));
  if (!flows.some(({ amount }) => amount < 0)) return missing('nothing was paid in');
  let [low, high] = [lowest, highest];
  const atLow = Math.sign(presentValue(flows, fromMs, low));
  if (atLow === Math.sign(presentValue(flows, fromMs, high))) return missing('no rate explains the flows');
  for (let step = 0; step < steps && high - low > 1e-14; step += 1) {
    const middle = (low + high) / 2;
    if (Math.sign(presentValue(flows, fromMs, middle)) === atLow) low = middle;
    else high = middle;
  }
  return known((low + high) / 2);
}
