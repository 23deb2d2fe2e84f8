/** Days (`2026-11-21`) as people live them: each begins when it begins in a time zone. */

const hourMs = 3_600_000;

// Making a formatter costs more than all that is asked of it; there are few zones.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  formatters.set(timeZone, made);
  return made;
}

/** The wall clock at that instant, encoded as if it were UTC, to the second. */
function wallMs(at: Date, timeZone: string): number {
  const parts = formatterFor(timeZone).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

const offsetMs = (ms: number, timeZone: string): number => {
  const second = Math.floor(ms / 1000) * 1000;
  return wallMs(new Date(second), timeZone) - second;
};

const text = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The wall clock to the second, such as `2026-11-21 14:32:05`. */
export const wallClock = (at: Date, timeZone: string): string =>
  new Date(wallMs(at, timeZone)).toISOString().slice(0, 19).replace('T', ' ');

export const dayOf = (at: Date, timeZone: string): string => text(wallMs(at, timeZone));

/** True for a day of the calendar between 1970 and 2999. */
export const isDay = (given: string): boolean => {
  if (!/^(19[7-9]|2\d\d)\d-\d\d-\d\d$/.test(given)) return false;
  const ms = Date.parse(`${given}T00:00:00Z`);
  return !Number.isNaN(ms) && text(ms) === given;
};

export const addDays = (day: string, count: number): string =>
  text(Date.parse(`${day}T00:00:00Z`) + count * 24 * hourMs);

/** 0 is Monday. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/**
 * The first instant of a day. Where clocks jump over midnight that is the instant of the jump; where they show
 * midnight twice, the first.
 */
export function startOfDay(day: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`);
  // Every offset that can be in force around that midnight.
  const offsets = [-24, 0, 24].map((hours) => offsetMs(wall + hours * hourMs, timeZone));
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const first = candidates.find((ms) => dayOf(new Date(ms), timeZone) >= day);
  return new Date(first ?? Math.max(...candidates));
}
