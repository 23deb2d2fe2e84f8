import { wallClock } from '../lib/day.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-21` → `21 Nov 2026`. */
export const dayWord = (day: string): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${months[Number(month) - 1] ?? month} ${year}`;
};

const longMonths = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** `2026-11` → `November`. */
export const monthName = (month: string): string => longMonths[Number(month.slice(5)) - 1] ?? month;
/** `2026-11` → `November 2026`. */
export const monthWord = (month: string): string => `${monthName(month)} ${month.slice(0, 4)}`;

/** A time to the second in a zone: its day in words, and the clock. */
export const stamp = (at: Date, timeZone: string): { day: string; clock: string } => {
  const [day = '', clock = ''] = wallClock(at, timeZone).split(' ');
  return { day: dayWord(day), clock };
};

/** The same of a broker's own time, which is encoded as if it were UTC. */
export const brokerStamp = (serverMs: string): { day: string; clock: string } =>
  stamp(new Date(Number(serverMs)), 'UTC');

/** `Europe/Berlin` → `Berlin`, as people say it. */
export const zoneWord = (timeZone: string): string =>
  (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
