/** Figures as a trader reads them: a real minus, narrow spaces between thousands, no float noise. Input is decimal text. */

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');

const parts = (text: string): { isNegative: boolean; whole: string; fraction: string } => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a decimal number`);
  const [, minus, whole = '0', fraction = ''] = match;
  return { isNegative: minus === '-', whole, fraction };
};

const isZero = (text: string): boolean => /^-?0*\.?0*$/.test(text);

/** `-12480.2` → `−12 480.20`; at least `digits` decimals, none taken away. Null stays unknown. */
export const amount = (text: string | null, digits = 2): string | null => {
  if (text === null) return null;
  const { isNegative, whole, fraction } = parts(text);
  const decimals = fraction.padEnd(digits, '0');
  const number = decimals === '' ? grouped(whole) : `${grouped(whole)}.${decimals}`;
  return isNegative && !isZero(text) ? `\u2212${number}` : number;
};

/** As `amount`, a gain with its plus sign: what stands in colour never stands without a sign. */
export const signed = (text: string | null, digits = 2): string | null => {
  if (text === null) return null;
  const plain = amount(text, digits);
  return isZero(text) || text.startsWith('-') ? plain : `+${String(plain)}`;
};

/** Decimals of an account's money: the broker's word, two until it has spoken. */
export const digitsOf = ({ currency_digits: digits }: { currency_digits: number | null }): number =>
  digits ?? 2;

export type Tone = 'gain' | 'loss' | '';

/** The colour that repeats a sign; none for zero and for unknown. */
export const toneOf = (text: string | null): Tone => {
  if (text === null || isZero(text)) return '';
  return text.startsWith('-') ? 'loss' : 'gain';
};

/** A number of at most `digits` decimals as decimal text, without trailing zeros beyond `least`. */
export const decimal = (value: number, digits: number, least = 0): string => {
  const fixed = value.toFixed(digits);
  if (!fixed.includes('.')) return fixed;
  const [whole = '0', fraction = ''] = fixed.split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(least, '0');
  return kept === '' ? whole : `${whole}.${kept}`;
};

/** Lots: two decimals, more only where they say something. */
export const lots = (text: string): string => String(amount(decimal(Number(text), 8, 2)));

export type AgeLevel = 'fresh' | 'late' | 'stale' | 'none';

/** Green below 30 s, amber below 2 min, red beyond. */
export const ageLevel = (seconds: number | null): AgeLevel => {
  if (seconds === null) return 'none';
  if (seconds < 30) return 'fresh';
  return seconds < 120 ? 'late' : 'stale';
};

/** `6 s`, `4 min`, `2 h 14 min`, `3 d 4 h`: two units at most. */
export const span = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${whole} s`;
};

/** Pips with their sign and one decimal: `+23.0`. */
export const pips = (value: string | null): string | null =>
  value === null ? null : signed(Number(value).toFixed(1), 1);
