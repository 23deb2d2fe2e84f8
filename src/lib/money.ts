/** Whole minor units of a decimal value, half away from zero. */
export const toMinor = (value: number | string, digits: number): number =>
  Math.round(Number(value) * 10 ** digits);
export const fromMinor = (minor: number, digits: number): string => (minor / 10 ** digits).toFixed(digits);
