/** Values of JSON of which nothing is known. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const digitsOf = (value: number): string => {
  const text = String(value);
  const [, sign = '', whole = '', decimals = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const figures = whole + decimals;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${figures}`;
  return point >= figures.length
    ? sign + figures.padEnd(point, '0')
    : `${sign}${figures.slice(0, point)}.${figures.slice(point)}`;
};

/** A text or number as plain text; '' for what is neither. */
export const textIn = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? digitsOf(value) : '';
};

export const listIn = (fields: Fields, name: string): readonly unknown[] => {
  const value = fields[name];
  return Array.isArray(value) ? (value as unknown[]) : [];
};
