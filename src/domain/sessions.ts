import { dayMs, minuteMs } from '../lib/clock.js';
import { toWall } from '../lib/zone.js';
import { weekendAt } from './instrument.js';

export const sessions = ['asian', 'london', 'overlap', 'new-york', 'off'] as const;
/** overlap: London and New York are both open · asian: Tokyo or Sydney, and neither of the two · off: nobody, or the weekend */
export type Session = (typeof sessions)[number];

/** When a place trades, by its own clock: minutes after midnight, the end no longer counted, and perhaps on the next day. */
export interface Window {
  zone: string;
  fromMinute: number;
  toMinute: number;
}
export const places = ['london', 'newYork', 'tokyo', 'sydney'] as const;
export type Place = (typeof places)[number];
export type Windows = Readonly<Record<Place, Window>>;

/** metrics.md §5: hours of each place's own clock, so that a change to summer time moves them as it moves the traders. */
export const usualWindows: Windows = {
  london: { zone: 'Europe/London', fromMinute: 8 * 60, toMinute: 17 * 60 },
  newYork: { zone: 'America/New_York', fromMinute: 8 * 60, toMinute: 17 * 60 },
  tokyo: { zone: 'Asia/Tokyo', fromMinute: 9 * 60, toMinute: 18 * 60 },
  sydney: { zone: 'Australia/Sydney', fromMinute: 7 * 60, toMinute: 16 * 60 },
};

/** Hours in which the exchanges of these places trade shares. */
export const exchangeWindows: Windows = {
  london: { zone: 'Europe/London', fromMinute: 8 * 60, toMinute: 16.5 * 60 },
  newYork: { zone: 'America/New_York', fromMinute: 9.5 * 60, toMinute: 16 * 60 },
  tokyo: { zone: 'Asia/Tokyo', fromMinute: 9 * 60, toMinute: 15.5 * 60 },
  sydney: { zone: 'Australia/Sydney', fromMinute: 10 * 60, toMinute: 16 * 60 },
};

const isOpen = ({ zone, fromMinute, toMinute }: Window, utcMs: number): boolean => {
  const minute = (((toWall(zone, utcMs) % dayMs) + dayMs) % dayMs) / minuteMs;
  return fromMinute < toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
};

/** The session that an instant (UTC, ms) lies in. Throws a RangeError for what is no instant. */
export const sessionAt = (utcMs: number, windows: Windows = usualWindows): Session => {
  if (weekendAt(utcMs).closed) return 'off';
  const [inLondon, inNewYork] = [isOpen(windows.london, utcMs), isOpen(windows.newYork, utcMs)];
  if (inLondon && inNewYork) return 'overlap';
  if (inLondon) return 'london';
  if (inNewYork) return 'new-york';
  return isOpen(windows.tokyo, utcMs) || isOpen(windows.sydney, utcMs) ? 'asian' : 'off';
};
