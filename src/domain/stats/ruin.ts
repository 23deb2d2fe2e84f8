import { known, missing, type Figure } from '../metatrader/figure.js';

export interface RuinOptions {
  /** a fall from the highest value as a share of it, below zero */
  threshold: number;
  /** trades that are drawn for each path */
  horizon: number;
  paths: number;
  seed: number;
}

export const usualRuin: RuinOptions = { threshold: -0.3, horizon: 250, paths: 1_000, seed: 1 };

const least = 30;

/** Of a counter that grows by `stride` the same numbers in [0, 1), evenly spread (mulberry32). */
const stride = 0x6d2b79f5;
const spread = (count: number): number => {
  let mixed = Math.imul(count ^ (count >>> 15), count | 1);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

const ruinedPaths = (returns: Float64Array, { threshold, horizon, paths, seed }: RuinOptions): number => {
  let ruined = 0;
  let count = seed | 0;
  for (let path = 0; path < paths; path += 1) {
    let value = 1;
    let peak = 1;
    for (let trade = 0; trade < horizon; trade += 1) {
      count = (count + stride) | 0;
      value *= 1 + (returns[Math.floor(spread(count) * returns.length)] ?? 0);
      if (value > peak) peak = value;
      if (value > peak * (1 + threshold)) continue;
      ruined += 1;
      break;
    }
  }
  return ruined;
};

/**
 * The share of paths that fall by the threshold, each made of as many of the trades' own returns as the horizon says, drawn
 * with replacement (metrics.md §2). The same returns and seed give the same share.
 */
export function riskOfRuinOf(returns: Float64Array, options: RuinOptions = usualRuin): Figure {
  if (returns.length < least) return missing(`fewer than ${least} trades`);
  return known(ruinedPaths(returns, options) / options.paths);
}
