import { hourMs, minuteMs } from '../lib/clock.js';

/** How long after which try the next one follows. */
const pausesMs = [
  ...[minuteMs, 5 * minuteMs, 15 * minuteMs],
  ...[hourMs, 4 * hourMs, 12 * hourMs, 24 * hourMs],
] as const;

/** How long to wait after so many tries (from 1 on); null: it was tried often enough. */
export const retryAfterMs = (tries: number): number | null => pausesMs[tries - 1] ?? null;
