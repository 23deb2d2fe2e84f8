import type { Line } from './line.js';

/** Readings of equity (minor units) in the order of time (UTC, ms); between two runs nobody watched. */
export interface Watched {
  atMs: readonly number[];
  equity: readonly number[];
  /** the number of its run, ascending */
  runs: readonly number[];
}

/** A line of balances with the equity beside it, NaN where nobody watched. */
export interface WatchedLine extends Omit<Line, 'atMs' | 'values' | 'peaks'> {
  atMs: number[];
  values: number[];
  peaks: number[];
  equity: number[];
}

/** A break stands so long before the run behind it. */
const breakMs = 1_000;

/**
 * The points of the balance and those of the readings in one order. At a deal within a run the equity is that of the
 * reading before; readings before the first deal are left out, as there is no balance yet.
 */
export function withEquity(line: Line, watched: Watched): WatchedLine {
  const whole: WatchedLine = { atMs: [], values: [], peaks: [], equity: [], flows: line.flows };
  const add = (atMs: number, deal: number, equity: number): void => {
    whole.atMs.push(atMs);
    whole.values.push(line.values[deal] ?? 0);
    whole.peaks.push(line.peaks[deal] ?? 0);
    whole.equity.push(equity);
  };
  let deal = -1;
  const untilReading = (reading: number): void => {
    const isWithin = reading > 0 && watched.runs[reading] === watched.runs[reading - 1];
    const before = isWithin ? (watched.equity[reading - 1] ?? NaN) : NaN;
    const endMs = watched.atMs[reading] ?? Infinity;
    while (deal + 1 < line.atMs.length && (line.atMs[deal + 1] ?? 0) <= endMs) {
      deal += 1;
      add(line.atMs[deal] ?? 0, deal, before);
    }
    const isJoined = !isWithin && !Number.isNaN(whole.equity.at(-1) ?? NaN);
    if (isJoined && endMs !== Infinity) add(endMs - breakMs, deal, NaN);
  };
  for (let reading = 0; reading < watched.atMs.length; reading += 1) {
    untilReading(reading);
    if (deal >= 0) add(watched.atMs[reading] ?? 0, deal, watched.equity[reading] ?? NaN);
  }
  untilReading(watched.atMs.length);
  return whole;
}
