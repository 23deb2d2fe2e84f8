export type DateOrder = 'dmy' | 'mdy';

export interface FoundTime {
  /** the wall clock as if it were UTC, or UTC itself */
  ms: number;
  isUtc: boolean;
}

const clock = String.raw`(?:[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\.?)?)?`;
const zone = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$`;
const numeric = new RegExp(String.raw`^(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4})${clock}${zone}`, 'i');
const dayFirst = new RegExp(String.raw`^(\d{1,2})[\s-]+(\p{L}{3,9})\.?[\s,-]+(\d{4})${clock}${zone}`, 'iu');
const monthFirst = new RegExp(String.raw`^(\p{L}{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})${clock}${zone}`, 'iu');
const epoch = /^1\d{9}(\d{3})?$/;

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthOf = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;

type Text = string | undefined;

const hourOf = (hour: number, half: Text): number => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
};

const offsetMs = (zone: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

interface Day {
  year: number;
  month: number;
  day: number;
}

/** `rest`: hour, minute, second, fraction, half of the day and zone, as far as they are there. */
const timeOn = ({ year, month, day }: Day, rest: readonly Text[]): FoundTime | null => {
  const [hours, minutes, seconds, fraction, half, zone] = rest;
  const hour = hourOf(Number(hours ?? 0), half);
  const [minute, second] = [Number(minutes ?? 0), Number(seconds ?? 0)];
  const ms = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    Number((fraction ?? '').slice(0, 3).padEnd(3, '0')),
  );
  const isReal = month >= 1 && month <= 12 && new Date(ms).getUTCDate() === day && hour < 24 && minute < 60;
  if (!isReal || second > 59) return null;
  return zone === undefined ? { ms, isUtc: false } : { ms: ms - offsetMs(zone), isUtc: true };
};

const fullYear = (year: string): number => Number(year.length === 2 ? `20${year}` : year);

const numericTime = (found: RegExpExecArray, order: DateOrder): FoundTime | null => {
  const [, first = '', , second = '', third = '', ...rest] = found;
  if (first.length === 4)
    return timeOn({ year: Number(first), month: Number(second), day: Number(third) }, rest);
  if (first.length > 2 || (third.length !== 2 && third.length !== 4)) return null;
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  return timeOn({ year: fullYear(third), month: Number(month), day: Number(day) }, rest);
};

const plain = (text: string): string => text.replace(/[\s\u00a0\u202f]+/g, ' ').trim();

/**
 * A moment as people and programs write it: year first, or day and month in that `order`, or the month by its English
 * name; with or without seconds, AM or PM, an offset; or seconds or milliseconds since 1970. Null: none of these.
 */
export const anyTime = (text: string, order: DateOrder): FoundTime | null => {
  const given = plain(text);
  if (epoch.test(given)) return { ms: Number(given) * (given.length === 10 ? 1000 : 1), isUtc: true };
  const found = numeric.exec(given);
  if (found !== null) return numericTime(found, order);
  const [, day, name, year, ...rest] = dayFirst.exec(given) ?? [];
  if (name !== undefined) return timeOn({ year: Number(year), month: monthOf(name), day: Number(day) }, rest);
  const [, month, date, inYear, ...others] = monthFirst.exec(given) ?? [];
  if (month === undefined) return null;
  return timeOn({ year: Number(inYear), month: monthOf(month), day: Number(date) }, others);
};

/**
 * Whether days or months come first, as a whole column proves it: 'tie' where each of its dates could be either, null
 * where none is written in such a way. A date with points has its day first: nobody writes the month first so.
 */
export const dateOrderOf = (texts: Iterable<string>): DateOrder | 'tie' | null => {
  const possible = new Set<DateOrder>();
  let isAny = false;
  let hasPoints = false;
  const excluded = new Set<DateOrder>();
  for (const text of texts) {
    const found = numeric.exec(plain(text));
    if (found === null || (found[1] ?? '').length === 4) continue;
    isAny = true;
    hasPoints ||= found[2] === '.';
    for (const order of ['dmy', 'mdy'] as const)
      (numericTime(found, order) === null ? excluded : possible).add(order);
  }
  if (!isAny) return null;
  const left = (['dmy', 'mdy'] as const).filter((order) => !excluded.has(order));
  if (left.length === 2) return hasPoints ? 'dmy' : 'tie';
  return left[0] ?? [...possible][0] ?? 'tie';
};
