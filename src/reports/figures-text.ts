/** The character that stands before the decimals. */
export type DecimalMark = '.' | ',';

const blanks = /[\s\u00a0\u2007\u2009\u202f]+/g;
const minuses = /[\u2212\u2012\u2013\u2014\ufe63\uff0d]/g;
const apostrophes = /[\u2019\u02bc`]/g;
const signed = /^(\(?)\s*([+-]?)\s*[$€£¥]?\s*(.*?)\s*(-?)\s*[$€£¥]?\s*(\)?)$/;
const scientific = /^(\d*)(?:\.(\d*))?e([+-]?\d{1,2})$/i;
// What most numbers of most files are already.
const plainDecimal = /^(?:-?[1-9]\d{0,17}|0|-0(?=\.\d*[1-9]))(?:\.\d{1,10})?$/;
// More digits than any amount has are not a figure but a number of something, or an attack.
const mostDigits = 40;

const isGrouped = (whole: string, separator: string): boolean => {
  const [first = '', ...groups] = whole.split(separator);
  return /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
};

/** Which mark of two stands before decimals, as the text itself proves; null: neither, or both are possible. */
const proven = (body: string): DecimalMark | null => {
  const point = body.lastIndexOf('.');
  const comma = body.lastIndexOf(',');
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  if (point < 0 && comma < 0) return null;
  const mark = point >= 0 ? '.' : ',';
  if (body.includes(mark) && body.indexOf(mark) !== body.lastIndexOf(mark)) return mark === '.' ? ',' : '.';
  const [whole = '', decimals = ''] = body.split(mark);
  const isThousands = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return isThousands ? null : mark;
};

/** Without its thousands, or null where they do not stand as thousands do. */
const ungrouped = (whole: string): string | null => {
  const separators = [...new Set(whole.replace(/\d/g, ''))];
  if (separators.length === 0) return whole;
  const [separator = ''] = separators;
  if (separators.length > 1 || !isGrouped(whole, separator)) return null;
  return whole.replaceAll(separator, '');
};

const joined = (isNegative: boolean, whole: string, decimals: string): string => {
  const figures = (whole.replace(/^0+(?=\d)/, '') || '0') + (decimals === '' ? '' : `.${decimals}`);
  return isNegative && /[1-9]/.test(figures) ? `-${figures}` : figures;
};

const shifted = (whole: string, decimals: string, by: number): [string, string] => {
  const digits = '0'.repeat(Math.max(0, -by)) + whole + decimals + '0'.repeat(Math.max(0, by));
  const point = Math.max(0, -by) + whole.length + by;
  return [
    digits.slice(0, point),
    digits.slice(point, by > 0 ? point + Math.max(0, decimals.length - by) : undefined),
  ];
};

interface Parts {
  isNegative: boolean;
  body: string;
}

const partsOf = (text: string): Parts | null => {
  const plain = text.replace(blanks, ' ').replace(minuses, '-').replace(apostrophes, "'").trim();
  if (plain.length > mostDigits) return null;
  const [, open = '', before = '', body = '', after = '', close = ''] = signed.exec(plain) ?? [];
  const hasBrackets = open !== '' && close !== '';
  const isOdd = (open === '') !== (close === '') || (before !== '' && (after !== '' || hasBrackets));
  if (isOdd || !/\d/.test(body)) return null;
  return { isNegative: before === '-' || after === '-' || hasBrackets, body };
};

/**
 * A number of any style as plain decimal text: thousands by blanks, commas, points or apostrophes; a minus of any
 * kind before or after it, or brackets around it; a sign of a currency. A lone comma or point before exactly three
 * digits means what `mark` says: with '.', the usual, "1,234" is 1234 and "1.234" is 1.234. Decimals stay as they
 * are written, zero has no sign. Null: not a number.
 */
export const decimalOf = (text: string, mark: DecimalMark = '.'): string | null => {
  if (mark === '.' && plainDecimal.test(text)) return text;
  const parts = partsOf(text);
  if (parts === null) return null;
  const { isNegative, body } = parts;
  const [, digits, fraction = '', exponent] = scientific.exec(body) ?? [];
  if (digits !== undefined && digits + fraction !== '')
    return joined(isNegative, ...shifted(digits, fraction, Number(exponent)));
  if (!/^[\d ,.']+$/.test(body)) return null;
  const decimalMark = proven(body) ?? mark;
  const at = body.lastIndexOf(decimalMark);
  const whole = ungrouped(at < 0 ? body : body.slice(0, at));
  const decimals = at < 0 ? '' : body.slice(at + 1);
  return whole === null || !/^\d*$/.test(decimals) ? null : joined(isNegative, whole, decimals);
};

/** The decimal mark of a file as its numbers prove it; null: none of them does, or they contradict one another. */
export const decimalMarkOf = (texts: Iterable<string>): DecimalMark | null => {
  const marks = new Set<DecimalMark>();
  for (const text of texts) {
    const parts = partsOf(text);
    const mark = parts === null || decimalOf(text) === null ? null : proven(parts.body);
    if (mark !== null) marks.add(mark);
  }
  const [mark = null] = marks;
  return marks.size === 1 ? mark : null;
};

/** Whether it is a plain whole number, as tickets are. */
export const isTicket = (text: string): boolean => /^\d{1,19}$/.test(text);

const moment =
  /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|\+00:?00)?$/;

// As MetaTrader writes all of them.
const plainMoment = /^\d{4}\.\d{2}\.\d{2} \d{2}:\d{2}:\d{2}$/;

const pairAt = (text: string, at: number): number =>
  (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

const plainTimeOf = (text: string): number | null => {
  const [month, day, hour] = [pairAt(text, 5), pairAt(text, 8), pairAt(text, 11)];
  const [minute, second] = [pairAt(text, 14), pairAt(text, 17)];
  const time = Date.UTC(pairAt(text, 0) * 100 + pairAt(text, 2), month - 1, day, hour, minute, second);
  const isReal = hour < 24 && minute < 60 && second < 60 && month >= 1 && month <= 12 && day >= 1;
  return isReal && (day <= 28 || new Date(time).getUTCDate() === day) ? time : null;
};

/**
 * A date with a time, year first, in milliseconds as if it were UTC: "2026.01.31 09:30:00", with '-' or '/', with T,
 * without seconds, with a fraction of one. Null: not one, or no day of the calendar.
 */
export const timeOf = (text: string): number | null => {
  if (plainMoment.test(text)) return plainTimeOf(text);
  const found = moment.exec(text.replace(/[\u00a0\u202f]/g, ' ').trim());
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const time = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const isReal = hour < 24 && minute < 60 && second < 60 && new Date(time).getUTCDate() === day;
  return isReal && month >= 1 && month <= 12 && day >= 1 ? time : null;
};
