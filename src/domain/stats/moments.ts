/** Mean and deviation of a sample; the squares are of distances from the mean, so that large values keep their digits. */
export interface Moments {
  count: number;
  mean: number;
  /** over n − 1; NaN of fewer than two */
  deviation: number;
}

/** Of the values that are known. */
export const momentsOf = (values: Float64Array): Moments => {
  let count = 0;
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    const off = (values[at] ?? Number.NaN) - mean;
    if (!Number.isNaN(off)) squares += off * off;
  }
  return { count, mean, deviation: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)) };
};

/** Equal values leave the rounding of their mean, and no deviation. */
export const isSpread = ({ mean, deviation }: Moments): boolean =>
  deviation > Math.max(1e-12, Math.abs(mean) * 1e-12);
