/* What all charts share: colours of the page, axes, air around a line, the legend at rest. */

import { covered, ticks } from './words.js';

export const colour = (name, element) => getComputedStyle(element).getPropertyValue(name).trim();

export function axis(place, more) {
  return {
    stroke: colour('--faint', place),
    font: '11px Inter, sans-serif',
    ticks: { show: false },
    grid: { stroke: colour('--line', place), width: 1 },
    ...more,
  };
}

/* `unit` is what its numbers are of: money can be covered. */
export const sideAxis = (place, { unit = '', ...more } = {}) =>
  axis(place, {
    ...{ side: 1, size: 60, gap: 6 },
    values: (_chart, values) => ticks(values).map((text) => text && covered(text, unit)),
    ...more,
  });

/* Least and most of a series among what is seen, one point beyond each end with it: the line goes on there. */
export function extent(chart, indexes) {
  const [first, last] = chart.series[0].idxs;
  let [low, high] = [Infinity, -Infinity];
  for (const index of indexes) {
    const values = chart.data[index];
    for (let at = Math.max(0, first - 1); at <= Math.min(values.length - 1, last + 1); at += 1) {
      const value = values[at];
      if (value === null || value === undefined) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 0] : [low, high];
}

export function airy(low, high, share = 0.08) {
  const room = (high - low || Math.abs(high) || 1) * share;
  return [low - room, high + room];
}

/* Away from the pointer the legend tells the last value there is. */
export function restAt(values) {
  const last = values.findLastIndex((value) => value !== null);
  return (chart) => {
    if (chart.cursor.idx === null || chart.cursor.idx === undefined) chart.setLegend({ idx: last }, false);
  };
}

/* Screen pixels in one of the page's. */
export const density = () => window.devicePixelRatio || 1;

/* A triangle with its base at (x, y): up or down by the sign of size. */
export function triangle(context, { x, y, size }) {
  context.beginPath();
  context.moveTo(x - Math.abs(size) * 0.6, y);
  context.lineTo(x + Math.abs(size) * 0.6, y);
  context.lineTo(x, y - size);
  context.closePath();
}
