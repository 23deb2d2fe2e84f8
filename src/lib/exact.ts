/** Decimal numbers as people write them, reckoned without the noise of doubles: `units` / 10^`scale`. */
export interface Exact {
  units: bigint;
  scale: number;
}

const plain = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** `-1.50` → −150 / 10². Throws a RangeError for what is no plain decimal number. */
export const exact = (text: string): Exact => {
  const [, sign, whole = '', fraction = ''] = plain.exec(text) ?? [];
  if (whole + fraction === '') throw new RangeError(`Not a decimal number: ${text.slice(0, 40)}`);
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
};

/** A double by its shortest text, so that 1e-7 is what it says. */
export const exactOf = (value: number): Exact => {
  const [figures = '', exponent = '0'] = String(value).split('e');
  const { units, scale } = exact(figures);
  const shift = scale - Number(exponent);
  return shift >= 0 ? { units, scale: shift } : { units: units * 10n ** BigInt(-shift), scale: 0 };
};

export const times = (...factors: readonly Exact[]): Exact => ({
  units: factors.reduce((product, { units }) => product * units, 1n),
  scale: factors.reduce((sum, { scale }) => sum + scale, 0),
});

const unitsAt = ({ units, scale }: Exact, wanted: number): bigint => units * 10n ** BigInt(wanted - scale);

export const minus = (a: Exact, b: Exact): Exact => {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) - unitsAt(b, scale), scale };
};

export const negated = ({ units, scale }: Exact): Exact => ({ units: -units, scale });

const magnitude = (units: bigint): bigint => (units < 0n ? -units : units);

export const absolute = ({ units, scale }: Exact): Exact => ({ units: magnitude(units), scale });

/** `a` / `b` in units of 10^-`digits`, halves away from zero. Throws a RangeError when `b` is zero. */
export const quotient = (a: Exact, b: Exact, digits: number): bigint => {
  const shift = BigInt(digits + b.scale - a.scale);
  const top = magnitude(a.units) * (shift > 0n ? 10n ** shift : 1n);
  const bottom = magnitude(b.units) * (shift < 0n ? 10n ** -shift : 1n);
  const rounded = (2n * top + bottom) / (2n * bottom);
  return a.units < 0n === b.units < 0n ? rounded : -rounded;
};

/** As plain text with all its digits; zero has no sign. */
export const exactText = ({ units, scale }: Exact): string => {
  const figures = String(magnitude(units)).padStart(scale + 1, '0');
  const whole = figures.slice(0, figures.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${figures.slice(-scale)}`}`;
};

/** For what is shown or compared, not for money. */
export const toNumber = (value: Exact): number => Number(exactText(value));
