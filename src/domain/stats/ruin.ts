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

/** The same numbers in [0, 1) for the same seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const isRuined = (
  returns: Float64Array,
  { threshold, horizon }: RuinOptions,
  random: () => number,
): boolean => {
  let [value, peak] = [1, 1];
  for (let trade = 0; trade < horizon; trade += 1) {
    value *= 1 + (returns[Math.floor(random() * returns.length)] ?? 0);
    if (value > peak) peak = value;
    if (value <= peak * (1 + threshold)) return true;
  }
  return false;
};

/**
 * The share of paths that fall by the threshold, each made of as many of the trades' own returns as the horizon says, drawn
 * with replacement (metrics.md §2). The same returns and seed give the same share.
 */
export function riskOfRuinOf(returns: Float64Array, options: RuinOptions = usualRuin): Figure {
  if (returns.length < least) return missing(`fewer than ${least} trades`);
  const random = randomFrom(options.seed);
  let ruined = 0;
  for (let path = 0; path < options.paths; path += 1) if (isRuined(returns, options, random)) ruined += 1;
  return known(ruined / options.paths);
}
