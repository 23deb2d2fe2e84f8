const plain = /^-?\d+(\.\d+)?$/;
/** the last day that a spreadsheet knows: 9999-12-31 */
const mostDays = 2_958_466;

/** Exponent notation written out: "1.5e-7" gives "0.00000015". */
function writtenOut(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0');
  const padded = point > 0 ? digits : '0'.repeat(1 - point) + digits;
  const at = Math.max(1, point);
  const tail = padded.slice(at).replace(/0+$/, '');
  return sign + (padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0') + (tail === '' ? '' : `.${tail}`);
}

const figures = (text: string): number => text.replace(/^[-0.]+/, '').replace('.', '').length;

/**
 * A number of a spreadsheet as a plain decimal. Digits that a double holds exactly stay as the file has them, whole
 * numbers in any length; others are rounded to the 15 that spreadsheets show: 0.30000000000000004 gives "0.3".
 * What is no number stays as it is.
 */
export function decimalText(text: string): string {
  if (plain.test(text) && (!text.includes('.') || figures(text) <= 15)) return text;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return text;
  const rounded = Number(value.toPrecision(15));
  return writtenOut(String((Number.isFinite(rounded) ? rounded : value) + 0));
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A wall clock in milliseconds as if it were UTC, as MetaTrader writes it: "2024.01.31 23:59:59". */
function clockText(ms: number): string {
  const at = new Date(ms);
  const day = `${at.getUTCFullYear()}.${two(at.getUTCMonth() + 1)}.${two(at.getUTCDate())}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/**
 * The day number of a spreadsheet, counted from 1900 or 1904, as "YYYY.MM.DD HH:MM:SS", to the nearest second; a
 * number below 1 is a time without a day: "HH:MM:SS". What is no day stays a number.
 */
export function serialDate(text: string, isFrom1904: boolean): string {
  const serial = Number(text);
  if (text.trim() === '' || !(serial >= 0 && serial < mostDays)) return decimalText(text);
  const ms = Math.round(serial * 86_400) * 1000;
  if (serial < 1) return clockText(ms).slice(11);
  // The year 1900 has a 29 February there, so that days before it are counted one too few.
  const epoch = isFrom1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  return clockText(epoch + ms);
}

/** "2024-01-31T23:59:59.000" as "2024.01.31 23:59:59"; anything else as it is. */
export function isoDate(text: string): string {
  const [, year, month, day, time = '00:00:00'] =
    /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}:\d{2}))?(?:\.\d+)?Z?$/.exec(text.trim()) ?? [];
  return year === undefined || month === undefined || day === undefined
    ? text
    : `${year}.${month}.${day} ${time}`;
}

const builtIn = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

/** Whether a number format shows a day or a time of day: not "[h]:mm", which is a length of time. */
export function showsDate(id: number, code: string | undefined): boolean {
  if (code === undefined) return builtIn(id) || id === 45 || id === 47;
  const [shownCode = ''] = code.replace(/"[^"]*"|\\.|[_*]./g, '').split(';');
  if (/\[(h+|m+|s+)\]/i.test(shownCode) || /general/i.test(shownCode)) return false;
  return /[ymdhs]/i.test(shownCode.replace(/\[[^\]]*\]/g, ''));
}

/** How XML says yes. */
export const isOn = (value: string | undefined): boolean => value === '1' || value?.toLowerCase() === 'true';

/** A number of a row or column; null where it is none. */
export const placeOf = (value: string | undefined): number | null =>
  value !== undefined && /^\d{1,7}$/.test(value) ? Number(value) : null;

/** Column 0 of "A7", 27 of "AB12"; null where it is no address. */
export function columnOf(address: string): number | null {
  let column = 0;
  let at = 0;
  for (; at < address.length; at += 1) {
    const letter = (address.charCodeAt(at) | 32) - 96;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
    if (column > 16_384) return null;
  }
  return at === 0 ? null : column - 1;
}
