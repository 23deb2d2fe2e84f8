export interface Regression {
  slope: number;
  intercept: number;
  /** Pearson's; null: the values do not vary */
  correlation: number | null;
  /** of the values about the line, over n - 2; null below three values */
  standardError: number | null;
}

const meanOf = (values: Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

/** The straight line through values at 0, 1, 2 … by least squares, in their unit; null without any. */
export const regressionOf = (values: Float64Array): Regression | null => {
  const count = values.length;
  if (count === 0) return null;
  const middle = (count - 1) / 2;
  const mean = meanOf(values);
  let products = 0;
  let squares = 0;
  for (let at = 0; at < count; at += 1) {
    const off = (values[at] ?? 0) - mean;
    products += (at - middle) * off;
    squares += off * off;
  }
  const spread = (count * (count * count - 1)) / 12;
  const slope = spread === 0 ? 0 : products / spread;
  return {
    slope,
    intercept: mean - slope * middle,
    correlation: spread === 0 || squares === 0 ? null : products / Math.sqrt(spread * squares),
    standardError: count < 3 ? null : Math.sqrt(leftOver(values, mean - slope * middle, slope) / (count - 2)),
  };
};

/** Sum of squares about the line; taken from the values themselves, since a difference of sums would lose it. */
const leftOver = (values: Float64Array, intercept: number, slope: number): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) {
    const off = (values[at] ?? 0) - intercept - slope * at;
    sum += off * off;
  }
  return sum;
};
