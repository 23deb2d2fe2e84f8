// Of such text a double tells the minor units as of a number: it lies too near to them to be rounded to others.
const plainDecimal = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
const powers = Array.from({ length: 16 }, (_, digits) => 10 ** digits);

const powerOf = (digits: number): number => {
  const power = powers[digits];
  if (power === undefined) throw new RangeError('A currency has 0 to 15 decimal digits.');
  return power;
};

const refuse = (value: number | string): never => {
  throw new RangeError(`Not an amount of money: ${String(value).slice(0, 40)}`);
};

/** Rounds the written digits by hand: a double would already have moved 1.005 below the half. */
const minorOfText = (value: number | string, digits: number): number => {
  const [, sign, whole = '', fraction = '', exponent = '0'] = decimal.exec(String(value)) ?? refuse(value);
  if (whole + fraction === '') return refuse(value);
  const figures = (whole + fraction).replace(/^0+/, '');
  if (figures === '') return 0;
  const length = figures.length - fraction.length + Number(exponent) + digits;
  if (length < 0) return 0;
  if (length > 16) return refuse(value);
  const kept = Number(figures.slice(0, length).padEnd(length, '0'));
  const minor = (figures[length] ?? '0') >= '5' ? kept + 1 : kept;
  if (minor > Number.MAX_SAFE_INTEGER) return refuse(value);
  return sign === '-' && minor !== 0 ? -minor : minor;
};

/**
 * An amount in whole minor units of a currency with that many decimal digits, halves rounded away from zero in the
 * decimal text of the value: 1.005 with 2 digits gives 101. Accepts plain and exponent notation.
 * Throws a RangeError for what is no finite decimal number, and for what no safe integer can hold.
 */
export const toMinor = (value: number | string, digits: number): number => {
  const power = powerOf(digits);
  const number = typeof value === 'number' ? value : plainDecimal.test(value) ? Number(value) : NaN;
  const minor = Math.round(number * power);
  // Exact, not nearly so: a double has one shortest text, and two decimals of up to 15 figures never share a
  // double. Where minor / power gives the value back, its text is that decimal. The 0 turns -0 into 0.
  if (minor > -1e15 && minor < 1e15 && minor / power === number) return minor + 0;
  return minorOfText(value, digits);
};

/**
 * Minor units as a plain decimal with all its digits: -5 with 2 digits gives "-0.05". Zero has no sign.
 * Throws a RangeError for what is no safe integer.
 */
export const fromMinor = (minor: number, digits: number): string => {
  powerOf(digits);
  if (!Number.isSafeInteger(minor)) return refuse(minor);
  const figures = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  const fraction = figures.slice(figures.length - digits);
  return (minor < 0 ? '-' : '') + (digits === 0 ? whole : `${whole}.${fraction}`);
};
