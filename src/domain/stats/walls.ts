import { dayMs, hourMs } from '../../lib/clock.js';
import { offsetAround, type Offset } from '../../lib/zone.js';

const nowhere: Offset = { seconds: 0, fromMs: Infinity, toMs: -Infinity };

/** Instants (UTC, ms) as the wall clock of a zone showed them, encoded as if it were UTC. Times near one another are quickest. */
export function wallsOf(times: Float64Array, timeZone: string): Float64Array {
  const walls = new Float64Array(times.length);
  let offset = nowhere;
  for (let at = 0; at < times.length; at += 1) {
    const ms = times[at] ?? 0;
    if (ms < offset.fromMs || ms >= offset.toMs) offset = offsetAround(timeZone, ms);
    walls[at] = ms + offset.seconds * 1000;
  }
  return walls;
}

/** Days since 1970 of such times. */
export const dayNumber = (wallMs: number): number => Math.floor(wallMs / dayMs);

/** 0 is Monday. */
export const weekdayNumber = (wallMs: number): number => (((dayNumber(wallMs) + 3) % 7) + 7) % 7;

export const hourNumber = (wallMs: number): number => Math.floor(wallMs / hourMs) - dayNumber(wallMs) * 24;

/** Months since January 1970. */
export const monthNumber = (wallMs: number): number => {
  const date = new Date(wallMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
};
