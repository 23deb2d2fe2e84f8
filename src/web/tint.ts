const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const steps = 4;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `+1.2K`, `−138`, `+4.2`: what fits into a cell. */
export const shortSigned = (value: number): string => {
  const size = Math.abs(value);
  const text = (size >= 99.95 && size < 999.5 ? whole : short).format(size);
  return `${value < 0 ? '−' : value > 0 ? '+' : ''}${text}`;
};

/** The same of money in minor units of so many digits. */
export const shortMoney = (minor: number, digits: number): string => shortSigned(minor / 10 ** digits);

/**
 * The class of a cell: its sign, and how deep it is tinted beside the largest of them. By the root, so that one terrible
 * cell does not make all others look alike. The sign has to stand in the text too: no colour says it alone.
 */
export const tintOf = (value: number, most: number): string => {
  if (value === 0) return 'heat-0';
  const depth = most === 0 ? 1 : Math.min(steps, Math.ceil(steps * Math.sqrt(Math.abs(value) / most)));
  return `${value > 0 ? 'heat-gain' : 'heat-loss'}-${depth}`;
};
