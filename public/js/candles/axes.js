/* What stands beside and below candles. */

import { colour } from '../chart/look.js';
import { isDaily } from './bars.js';

/* Levels near the candles are kept in sight; those far away would flatten them. */
export function priceRange(state) {
  return (_chart, low, high) => {
    if (low === null || high === null) return [0, 1];
    const span = high - low || Math.abs(high) * 0.001 || 1;
    const near = state.data.levels
      .map(({ price }) => price)
      .filter((price) => price > low - span && price < high + span);
    const [least, most] = [Math.min(low, ...near), Math.max(high, ...near)];
    const air = (most - least || span) * 0.1;
    return [least - air, most + air];
  };
}

function timeTicks(state) {
  const { data, write } = state;
  const splits = (chart, _axis, min, max) => {
    const every = Math.max(1, Math.ceil((max - min) / Math.max(2, chart.over.clientWidth / 90)));
    const first = Math.max(0, Math.ceil(min / every) * every);
    const ticks = [];
    for (let at = first; at <= Math.min(max, data.t.length - 1); at += every) ticks.push(at);
    return ticks;
  };
  const values = (_chart, ticks) =>
    ticks.map((at, place) => {
      const [now, before] = [data.t[at], data.t[ticks[place - 1]]];
      if (data.barS > 86_400 || (isDaily(data) && place === 0)) return write.year(now);
      return isDaily(data) || before === undefined || write.day(before) !== write.day(now)
        ? write.day(now)
        : write.clock(now);
    });
  return { splits, values };
}

export function axesOf(state) {
  const { place, write } = state;
  const base = { stroke: colour('--faint', place), font: '11px Inter, sans-serif', ticks: { show: false } };
  const grid = { stroke: colour('--line', place), width: 1 };
  return [
    { ...base, size: 26, grid: { show: false }, ...timeTicks(state) },
    { ...base, side: 1, size: 68, gap: 6, grid, values: (_chart, ticks) => ticks.map(write.price) },
  ];
}
