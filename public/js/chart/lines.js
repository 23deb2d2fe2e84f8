/* Kind "lines": { "x": [number], "series": [{ "label", "values": [number | null], "unit", "digits" }], "base"?: a value that
   means neither good nor bad, "xLabel"? }. Each line has its own dashes as well as its colour. */

import { airy, axis, colour, extent, restAt, sideAxis } from './look.js';
import { covered, number } from './words.js';

const styles = [
  { name: '--accent', dash: [] },
  { name: '--blue', dash: [7, 4] },
  { name: '--text', dash: [2, 3] },
];

const seriesOf = (place, { label, values, unit, digits }, at) => ({
  label: unit === '' ? label : `${label}, ${unit}`,
  stroke: colour(styles[at % styles.length].name, place),
  dash: styles[at % styles.length].dash,
  width: 1.5,
  spanGaps: false,
  points: { show: values.length === 1 },
  value: (_chart, value) => covered(number(value, digits), unit),
});

/* Where a figure means neither good nor bad. */
const baseLine = (place, base) => (chart) => {
  if (base < chart.scales.y.min || base > chart.scales.y.max) return;
  const y = Math.round(chart.valToPos(base, 'y', true)) + 0.5;
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour('--line-strong', place);
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
};

export function lines(place, data) {
  const all = data.series.map((_, at) => at + 1);
  const rest = restAt(data.series[0].values);
  const rangeOf = (chart) => airy(...extent(chart, all), 0.12);
  return {
    columns: [data.x, ...data.series.map(({ values }) => values)],
    options: {
      padding: [30, 0, 0, 14],
      scales: { x: { time: false }, y: { range: rangeOf } },
      series: [
        {
          label: data.xLabel ?? 'Trade',
          value: (_chart, at) => (at === null ? '—' : `${data.xLabel ?? 'Trade'} ${number(at, 0)}`),
        },
        ...data.series.map((series, at) => seriesOf(place, series, at)),
      ],
      axes: [
        axis(place, {
          grid: { show: false },
          size: 24,
          space: 56,
          values: (_chart, splits) => splits.map((at) => (Number.isInteger(at) ? number(at, 0) : '')),
        }),
        sideAxis(place, { unit: data.series[0].unit, size: 48, space: 36 }),
      ],
      hooks: {
        ready: [rest],
        setCursor: [rest],
        draw: data.base === undefined ? [] : [baseLine(place, data.base)],
      },
    },
  };
}
