/* Kind "equity": { "times": [unix seconds], "values": [balance], "peaks"?: [what each fell from], "equity"?: [number | null],
   "flows"?: [[unix seconds, amount, how many]], "currency", "from", "digits"?, "zone"?, "isStepped"?, "isByDay"? }.
   A null is a stretch nobody watched: the line is broken there. The fall from the peak hangs below the balance. */

import { flowMarks } from './flows.js';
import { airy, axis, colour, extent, restAt, sideAxis } from './look.js';
import { covered, number, shapeOf, time } from './words.js';

/* The share of the height that belongs to the fall. */
const fallShare = 0.24;

const lastOf = (data) => data.values.findLast((value) => value !== null) ?? data.from;

function lineSeries(place, data) {
  const isUp = lastOf(data) >= data.from;
  const steps = data.isStepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
  return {
    label: data.equity || data.peaks ? `${data.name ?? 'Balance'}, ${data.currency}` : data.currency,
    stroke: colour(isUp ? '--gain' : '--loss', place),
    fill: data.peaks ? undefined : colour(isUp ? '--gain-wash' : '--loss-wash', place),
    width: 1.6,
    spanGaps: false,
    points: { show: false },
    value: (_chart, value) => covered(number(value, data.digits), data.currency),
    ...steps,
  };
}

const equitySeries = (place, data) => ({
  label: 'Equity',
  stroke: colour('--text', place),
  width: 1.2,
  dash: [5, 3],
  spanGaps: false,
  points: { show: false },
  value: (_chart, value) =>
    value === null || value === undefined
      ? 'not watched'
      : covered(number(value, data.digits), data.currency),
});

const fallSeries = (place, data) => ({
  label: 'Below peak',
  scale: 'fall',
  stroke: colour('--loss', place),
  fill: colour('--loss-wash', place),
  fillTo: 0,
  width: 1,
  points: { show: false },
  value: (_chart, value) => covered(number(value, data.digits), data.currency),
  ...(data.isStepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
});

/* Lines of money above, the fall below a line of its own. */
const scalesOf = (lines, hasFall) => ({
  x: { time: true },
  y: {
    range: (chart) => {
      const [low, high] = airy(...extent(chart, lines));
      return hasFall ? [low - ((high - low) * fallShare) / (1 - fallShare), high] : [low, high];
    },
  },
  fall: {
    range: (chart) => {
      const [low] = hasFall ? extent(chart, [lines.length + 1]) : [-1];
      const depth = (Math.abs(low) || 1) * 1.3;
      return [-depth, depth / (fallShare * 0.9) - depth];
    },
  },
});

const axesOf = (place, data, hasFall) => {
  const isShown = (chart, value) =>
    !hasFall || value >= chart.scales.y.min + (chart.scales.y.max - chart.scales.y.min) * fallShare;
  const filter = (chart, splits) => splits.map((value) => (isShown(chart, value) ? value : null));
  return [
    axis(place, {
      grid: { show: false },
      size: 26,
      space: 72,
      values: (chart, splits) => {
        const shape = shapeOf(chart.scales.x.max - chart.scales.x.min);
        return splits.map((at) => time(at, shape, data.zone));
      },
    }),
    sideAxis(place, {
      unit: data.currency,
      filter,
      grid: { stroke: colour('--line', place), width: 1, filter },
    }),
  ];
};

/* Where there is no fall. */
const zeroLine = (place) => (chart) => {
  const y = Math.round(chart.valToPos(0, 'fall', true)) + 0.5;
  const { left, width } = chart.bbox;
  chart.ctx.save();
  chart.ctx.strokeStyle = colour('--line-strong', place);
  chart.ctx.lineWidth = 1;
  chart.ctx.beginPath();
  chart.ctx.moveTo(left, y);
  chart.ctx.lineTo(left + width, y);
  chart.ctx.stroke();
  chart.ctx.restore();
};

export function equity(place, data) {
  const hasEquity = data.equity?.some((value) => value !== null) ?? false;
  const hasFall = data.peaks !== undefined;
  const lines = hasEquity ? [1, 2] : [1];
  const marks = flowMarks(place, data);
  const fall = hasFall ? [data.values.map((value, at) => value - data.peaks[at])] : [];
  return {
    columns: [data.times, data.values, ...(hasEquity ? [data.equity] : []), ...fall],
    options: {
      padding: [place.clientWidth < 480 ? 58 : 34, 0, 0, 32],
      scales: scalesOf(lines, hasFall),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), data.zone ?? 'UTC'),
      series: [
        {
          label: 'Time',
          value: (_chart, at) =>
            at === null ? '—' : time(at, data.isByDay ? 'fullDay' : 'instant', data.zone),
        },
        lineSeries(place, data),
        ...(hasEquity ? [equitySeries(place, data)] : []),
        ...(hasFall ? [fallSeries(place, data)] : []),
      ],
      axes: axesOf(place, data, hasFall),
      hooks: {
        ready: [restAt(data.values), marks.attach],
        draw: [...(hasFall ? [zeroLine(place)] : []), marks.draw],
        setCursor: [restAt(data.values), marks.tell],
      },
    },
  };
}
