import { hourMs } from '../lib/clock.js';
import { toWall } from '../lib/zone.js';

/** A day of most brokers' servers begins at five in the afternoon in New York: 21 or 22 h UTC. */
export const serverDayStart = (now: Date): Date => {
  const hour = new Date(toWall('America/New_York', now.getTime())).getUTCHours();
  const sinceFive = (hour + 24 - 17) % 24;
  const wholeHour = Math.floor(now.getTime() / hourMs) * hourMs;
  return new Date(wholeHour - sinceFive * hourMs);
};
