import { joinMonths, monthSums, type MonthSum } from '../../domain/stats/monthly.js';
import { monthNumber } from '../../domain/stats/walls.js';
import { toWall } from '../../lib/zone.js';
import { addMonths, firstDay, lastDay, monthsOfYear } from '../../lib/month.js';
import { known } from '../../domain/metatrader/figure.js';
import { monthName, monthWord } from '../../web/day-words.js';
import { figureText, type FigureText } from '../../web/figure-text.js';
import { decimal, signed, toneOf } from '../../web/figures.js';
import { tintOf } from '../../web/tint.js';
import { count } from '../../web/words.js';
import { hrefWith, tradesHref, type Desk } from './ground.js';
import { headView } from './head.js';
import { leastTrades } from './parts.js';

export type In = 'money' | 'twr';
type Months = ReadonlyMap<number, MonthSum>;

interface Table {
  desk: Desk;
  unit: In;
  months: Months;
  /** the largest month, whatever its sign */
  most: number;
  /** large money without its decimals, where there is little room */
  isShort: boolean;
}

const largeFrom = 10_000;

const isoMonth = (number: number): string => addMonths('1970-01', number);

const valueIn = (unit: In, { net, growth }: MonthSum): number | null =>
  unit === 'money' ? net : growth.value;

const percent = (value: number): FigureText => {
  const text = decimal(100 * value, 2, 2);
  return { value: signed(text), unit: '%', tone: toneOf(text), reason: '' };
};

function textIn(sum: MonthSum, { desk, unit, most, isShort }: Table): FigureText {
  const { digits = 2, currency = '' } = desk.chosen.group ?? {};
  if (unit === 'money' && isShort && most >= largeFrom * 10 ** digits)
    return figureText(known(sum.net / 10 ** digits), 'money', { digits: 0, currency });
  if (unit === 'money') return figureText(known(sum.net), 'money', { digits, currency });
  if (sum.growth.value === null) return { value: null, unit: '', tone: '', reason: sum.growth.reason };
  return percent(sum.growth.value);
}

/** A month, a year or all: what it came to with the way to its trades, or why that is not known. */
function cellOf(word: string, sum: MonthSum | undefined, table: Table, href: string) {
  if (sum === undefined || sum.n === 0)
    return {
      value: null,
      tone: '' as const,
      tint: '',
      isThin: false,
      href: null,
      title: `${word}: no trade closed`,
    };
  const { value, unit, tone, reason } = textIn(sum, table);
  const told = value === null ? `not known: ${reason}` : `${value} ${unit}`;
  return {
    ...{ value, tone, tint: '', isThin: sum.n < leastTrades, href },
    title: `${word}: ${told}, ${count(sum.n, 'trade')}`,
  };
}

function monthCell(number: number, table: Table, thisMonth: number) {
  const month = isoMonth(number);
  const sum = table.months.get(number);
  const href = tradesHref(table.desk, { from: firstDay(month), to: lastDay(month), period: '' });
  const cell = cellOf(monthWord(month), sum, table, href);
  const value = sum === undefined ? null : valueIn(table.unit, sum);
  return {
    ...cell,
    tint: value === null ? '' : tintOf(value, table.most),
    title: sum === undefined && number > thisMonth ? `${monthWord(month)} is still to come` : cell.title,
  };
}

const joined = (months: readonly (MonthSum | undefined)[]): MonthSum =>
  joinMonths(months.flatMap((month) => month ?? []));

function yearRow(year: number, table: Table, thisMonth: number) {
  const numbers = Array.from({ length: 12 }, (_, at) => (year - 1970) * 12 + at);
  const href = tradesHref(table.desk, { from: `${year}-01-01`, to: `${year}-12-31`, period: '' });
  return {
    label: String(year),
    cells: numbers.map((number) => monthCell(number, table, thisMonth)),
    total: cellOf(String(year), joined(numbers.map((number) => table.months.get(number))), table, href),
  };
}

/** What each calendar month came to over all years, and all of them. */
function footRow(table: Table) {
  const all = [...table.months];
  const cells = monthsOfYear('2000').map((month, at) => {
    const own = all.filter(([number]) => number % 12 === at).map(([, sum]) => sum);
    return { ...cellOf(`Every ${monthName(month)}`, joined(own), table, ''), href: null };
  });
  const whole = cellOf('All years', joined(all.map(([, sum]) => sum)), table, tradesHref(table.desk));
  return { label: 'All', cells, total: whole };
}

/** Years (the last one first) by months, in money or in time-weighted growth; null: no trades. */
export function monthsTable(desk: Desk, unit: In, { isShort = false }: { isShort?: boolean } = {}) {
  const months = monthSums(desk.chosen.trades, desk.timeZone);
  if (months.size === 0) return null;
  const numbers = [...months.keys()];
  const yearOf = (number: number): number => 1970 + Math.floor(number / 12);
  const [first, last] = [yearOf(Math.min(...numbers)), yearOf(Math.max(...numbers))];
  const values = [...months.values()].map((sum) => Math.abs(valueIn(unit, sum) ?? 0));
  const table: Table = { desk, unit, months, most: Math.max(...values), isShort };
  const thisMonth = monthNumber(toWall(desk.timeZone, desk.now.getTime()));
  const years = Array.from({ length: last - first + 1 }, (_, at) => last - at);
  return {
    unit: unit === 'money' ? (desk.chosen.group?.currency ?? '') : '%',
    heads: monthsOfYear('2000').map((month) => monthName(month).slice(0, 3)),
    rows: years.map((year) => yearRow(year, table, thisMonth)),
    foot: first === last ? null : footRow(table),
  };
}

/** The page: the table, and the choice of what it tells. */
export async function monthsView(desk: Desk) {
  const unit: In = desk.more['in'] === 'twr' ? 'twr' : 'money';
  const path = '/analytics/months';
  const item = (label: string, value: In) => ({
    label,
    href: hrefWith(path, desk, { in: value }),
    current: unit === value,
  });
  return {
    ...(await headView(desk, path)),
    units: [item(desk.chosen.group?.currency ?? 'Money', 'money'), item('TWR, %', 'twr')],
    words:
      unit === 'money'
        ? 'The net of the trades that closed in a month; a year is their sum.'
        : 'Each trade’s net ÷ the balance when it was opened, multiplied; a year is the product of its months. Deposits and withdrawals do not count.',
    table: monthsTable(desk, unit),
    zone: desk.timeZone,
  };
}
