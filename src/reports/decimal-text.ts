/** Arithmetic on plain decimals (`-12.50`) without a limit to their digits. Throws a SyntaxError for other text. */

interface Scaled {
  units: bigint;
  digits: number;
}

const scaled = (text: string): Scaled => {
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), digits: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), digits: text.length - point - 1 };
};

const textOf = ({ units, digits }: Scaled): string => {
  const figures = String(units < 0n ? -units : units).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  const text = digits === 0 ? whole : `${whole}.${figures.slice(figures.length - digits)}`;
  return units < 0n ? `-${text}` : text;
};

const at = ({ units, digits }: Scaled, more: number): bigint => units * 10n ** BigInt(more - digits);

/** The exact sum, with as many digits as the longest of the terms; null adds nothing. */
export const sumOf = (terms: readonly (string | null)[]): string => {
  const known = terms.filter((term) => term !== null).map(scaled);
  const digits = Math.max(0, ...known.map((term) => term.digits));
  return textOf({ units: known.reduce((sum, term) => sum + at(term, digits), 0n), digits });
};

/** With the other sign; zero has none. */
export const negated = (text: string): string => {
  const { units, digits } = scaled(text);
  return textOf({ units: -units, digits });
};

export const difference = (from: string, what: string): string => sumOf([from, negated(what)]);

export const isZero = (text: string): boolean => scaled(text).units === 0n;

export const signOf = (text: string): number => {
  const { units } = scaled(text);
  return units === 0n ? 0 : units < 0n ? -1 : 1;
};

/** The one way to write a number: `0.10`, `.1` and `0.1000` are `0.1`. */
export const canonical = (text: string): string => {
  const plain = textOf(scaled(text));
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
};

/** Exact, with the digits of both together. */
export const productOf = (a: string, b: string): string => {
  const [left, right] = [scaled(a), scaled(b)];
  return textOf({ units: left.units * right.units, digits: left.digits + right.digits });
};

const floor = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -(-a / b));

/**
 * A sum shared out by weights, in its own digits; what rounding leaves over goes to the last, so that all together are
 * the sum again. Weights are positive decimals.
 */
export const shares = (total: string, weights: readonly string[]): string[] => {
  const { units, digits } = scaled(total);
  const scales = weights.map(scaled);
  const most = Math.max(0, ...scales.map((weight) => weight.digits));
  const whole = scales.map((weight) => at(weight, most));
  const all = whole.reduce((sum, weight) => sum + weight, 0n);
  const given = whole.map((weight) => (all === 0n ? 0n : floor(units * weight, all)));
  const rest = units - given.reduce((sum, part) => sum + part, 0n);
  return given.map((part, index) =>
    textOf({ units: index === given.length - 1 ? part + rest : part, digits }),
  );
};
