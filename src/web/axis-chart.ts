import { roundStep } from '../domain/stats/histogram.js';

/** A line with its axes, in units of the box that `axisBox` says. */
export interface AxisChart {
  d: string;
  /** the same, closed down to the axis */
  area: string;
  xs: { at: string; label: string; anchor: 'start' | 'middle' | 'end' }[];
  ys: { at: string; label: string; isZero: boolean }[];
}

export const axisBox = { width: 720, height: 230, left: 62, right: 712, top: 8, bottom: 204 } as const;

const wantedSteps = 4;
const xCount = 4;

const range = (low: number, high: number): { low: number; high: number; step: number } => {
  const step = roundStep(Math.max((high - low) / wantedSteps, 1e-9));
  const bottom = Math.floor(low / step) * step;
  const top = Math.ceil(high / step) * step;
  return { low: bottom, high: top === bottom ? bottom + step : top, step };
};

const anchorOf = (at: number): 'start' | 'middle' | 'end' =>
  at === 0 ? 'start' : at === xCount - 1 ? 'end' : 'middle';

/** Values over time (ms, ascending) as a picture; null below two points. The labels are the caller's words. */
export function axisChart(
  { times, values }: { times: readonly number[]; values: readonly number[] },
  { timeText, valueText }: { timeText: (ms: number) => string; valueText: (value: number) => string },
): AxisChart | null {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || times.length < 2) return null;
  const { left, right, top, bottom } = axisBox;
  const { low, high, step } = range(Math.min(...values), Math.max(...values));
  const x = (ms: number): string =>
    (last === first ? left : left + ((ms - first) / (last - first)) * (right - left)).toFixed(1);
  const y = (value: number): string => (bottom - ((value - low) / (high - low)) * (bottom - top)).toFixed(1);
  const points = times.map((ms, at) => `${x(ms)} ${y(values[at] ?? 0)}`).join('L');
  const steps = Math.round((high - low) / step);
  return {
    d: `M${points}`,
    area: `M${x(first)} ${bottom}L${points}L${x(last)} ${bottom}Z`,
    xs: Array.from({ length: xCount }, (_, at) => {
      const ms = first + ((last - first) * at) / (xCount - 1);
      return { at: x(ms), label: timeText(ms), anchor: anchorOf(at) };
    }),
    ys: Array.from({ length: steps + 1 }, (_, at) => {
      const value = low + at * step;
      return { at: y(value), label: valueText(value), isZero: Math.abs(value) < step / 2 };
    }),
  };
}
