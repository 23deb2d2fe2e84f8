import { dayMs, hourMs, minuteMs } from '../../lib/clock.js';
import { sessions } from '../sessions.js';
import { codesOf, type Coded } from './coded.js';
import type { TradeTable } from './trade-table.js';
import { dayNumber, hourNumber, monthNumber, wallsOf, weekdayNumber } from './walls.js';

/** What trades are parted by. */
export const dimensions = [
  'account',
  'symbol',
  'magic',
  'ea',
  'side',
  'session',
  'weekday',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'duration',
  'size',
  'source',
] as const;
export type Dimension = (typeof dimensions)[number];

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** How long trades were held, the upper end of each bucket in ms. */
const durations: readonly { key: string; belowMs: number }[] = [
  { key: 'under 1 min', belowMs: minuteMs },
  { key: '1 to 5 min', belowMs: 5 * minuteMs },
  { key: '5 to 15 min', belowMs: 15 * minuteMs },
  { key: '15 to 60 min', belowMs: hourMs },
  { key: '1 to 4 h', belowMs: 4 * hourMs },
  { key: '4 to 24 h', belowMs: dayMs },
  { key: '1 to 7 d', belowMs: 7 * dayMs },
  { key: 'over 7 d', belowMs: Infinity },
];

const isoDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
const isoMonth = (month: number): string =>
  `${1970 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
/** Monday of the week. */
const mondayOf = (wallMs: number): number => dayNumber(wallMs) - weekdayNumber(wallMs);

/** Numbers in their order as words; a number that no trade has is left out. */
function numbered(numbers: Int32Array, wordOf: (number: number) => string): Coded {
  const present = [...new Set(numbers)].sort((a, b) => a - b);
  const places = new Map(present.map((number, place) => [number, place]));
  return { codes: numbers.map((number) => places.get(number) ?? -1), words: present.map(wordOf) };
}

const ofDuration = ({ openedMs, closedMs }: TradeTable): Coded => ({
  codes: codesOf(
    closedMs.map((closed, at) => closed - (openedMs[at] ?? 0)),
    (heldMs) => durations.findIndex(({ belowMs }) => heldMs < belowMs),
  ),
  words: durations.map(({ key }) => key),
});

/** In the fixed order of the list, whichever of them trades have. */
const ordered = ({ codes, words }: Coded, order: readonly string[]): Coded => {
  const places = words.map((word) => order.indexOf(word));
  return { codes: codes.map((code) => places[code] ?? -1), words: [...order] };
};

const sizeWords = ['under 0.1 lots', '0.1 to 1 lots', '1 to 10 lots', '10 lots and more'];
const ofSize = ({ volumes }: TradeTable): Coded => ({
  codes: codesOf(volumes, (lots) => (lots < 0.1 ? 0 : lots < 1 ? 1 : lots < 10 ? 2 : 3)),
  words: sizeWords,
});

/**
 * The bucket that each trade belongs to. Days, weeks (by their Monday), months and years are of the close, weekday, hour
 * and session of the opening; all by the clock of the zone. A session is '' where the opening is not known.
 */
export function partedBy(trades: TradeTable, dimension: Dimension, timeZone: string): Coded {
  const opened = (): Float64Array => wallsOf(trades.openedMs, timeZone);
  const closed = (): Float64Array => wallsOf(trades.closedMs, timeZone);
  const ways: Record<Dimension, () => Coded> = {
    account: () => trades.accounts,
    symbol: () => trades.names,
    magic: () => trades.magics,
    ea: () => trades.experts,
    side: () => ordered(trades.sides, ['buy', 'sell']),
    session: () => ordered(trades.sessions, [...sessions, '']),
    weekday: () => ({ codes: codesOf(opened(), weekdayNumber), words: [...weekdays] }),
    hour: () => ({
      codes: codesOf(opened(), hourNumber),
      words: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
    }),
    day: () => numbered(codesOf(closed(), dayNumber), isoDay),
    week: () => numbered(codesOf(closed(), mondayOf), isoDay),
    month: () => numbered(codesOf(closed(), monthNumber), isoMonth),
    year: () =>
      numbered(
        codesOf(closed(), (wall) => 1970 + Math.floor(monthNumber(wall) / 12)),
        (year) => String(year),
      ),
    duration: () => ofDuration(trades),
    size: () => ofSize(trades),
    source: () => trades.sources,
  };
  return ways[dimension]();
}
