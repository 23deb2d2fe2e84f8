import { type Figure, known, missing } from './figure.js';

export interface Returns {
  /** arithmetic and geometric mean of what a trade left of the balance it met */
  ahpr: Figure;
  ghpr: Figure;
  /** (AHPR - 1) over the population's deviation; per trade, not annualised */
  sharpe: Figure;
}

/** A product of many returns leaves the range of doubles; logarithms are taken now and then, since they cost most. */
const small = 1e-100;
const large = 1e100;

const all = (figure: Figure): Returns => ({ ahpr: figure, ghpr: figure, sharpe: figure });

const deviationOf = (returns: Float64Array, mean: number): number => {
  let squares = 0;
  for (const one of returns) squares += (one - mean) * (one - mean);
  return Math.sqrt(squares / returns.length);
};

const sharpeOf = (returns: Float64Array, mean: number): Figure => {
  if (returns.length < 2) return missing('fewer than two trades');
  const deviation = deviationOf(returns, mean);
  // Equal returns leave the rounding of their mean, and no deviation.
  return deviation <= Math.abs(mean) * 1e-12 ? missing('no variance') : known(mean / deviation);
};

/**
 * Results and balances of every exit (minor units; the first balance is that before the first trade). A return is taken
 * on the balance just before the exit, entry costs and flows inside (metrics.md §2; MetaTrader 5 help, "Testing report").
 */
export const returnsOf = (results: Float64Array, balances: Float64Array): Returns => {
  const count = results.length;
  if (count === 0) return all(missing('no trades'));
  const returns = new Float64Array(count);
  let sum = 0;
  let product = 1;
  let logs = 0;
  for (let at = 0; at < count; at += 1) {
    const result = results[at] ?? 0;
    const after = balances[at + 1] ?? 0;
    if (after <= 0 || after - result <= 0) return all(missing('the balance was not above zero'));
    const one = result / (after - result);
    returns[at] = one;
    sum += one;
    product *= 1 + one;
    if (product < small || product > large) {
      logs += Math.log(product);
      product = 1;
    }
  }
  const mean = sum / count;
  return {
    ahpr: known(1 + mean),
    ghpr: known(Math.exp((logs + Math.log(product)) / count)),
    sharpe: sharpeOf(returns, mean),
  };
};
