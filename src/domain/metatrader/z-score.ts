import { type Figure, known, missing } from './figure.js';

/** How far the number of runs lies from that of chance, in deviations (MQL5 article "Mathematics in trading"). */
export const zScoreOf = (wins: number, losses: number, runs: number): Figure => {
  if (wins === 0) return missing('no wins');
  if (losses === 0) return missing('no losses');
  const items = wins + losses;
  const twice = 2 * wins * losses;
  if (twice <= items) return missing('too few trades');
  return known((items * (runs - 0.5) - twice) / Math.sqrt((twice * (twice - items)) / (items - 1)));
};
