/* Kind "scatter": { "x": [number, ascending], "y": [number], "labels": [text], "hrefs": [address], "xLabel", "yLabel", "unit",
   "digits" }, a dot each. What is above zero points up and is full, what is below points down and is hollow. A click, or
   Enter after the arrows have gone from dot to dot, follows the address. */

import { airy, axis, colour, density, extent, sideAxis, triangle } from './look.js';
import { covered, number, signedNumber, ticks } from './words.js';
import { setWhole } from './zoom.js';

const reachPx = 14;

const drawDots = (place, data) => (chart) => {
  const { ctx } = chart;
  const { min, max } = chart.scales.x;
  ctx.save();
  ctx.lineWidth = 1.3 * density();
  const [gain, loss] = [colour('--gain', place), colour('--loss', place)];
  data.x.forEach((value, at) => {
    if (value < min || value > max) return;
    const isUp = data.y[at] >= 0;
    const size = 8 * density();
    const x = chart.valToPos(value, 'x', true);
    const y = chart.valToPos(data.y[at], 'y', true);
    triangle(ctx, isUp ? { x, y: y + size / 2, size } : { x, y: y - size / 2, size: -size });
    ctx.fillStyle = gain;
    ctx.strokeStyle = loss;
    if (isUp) ctx.fill();
    else ctx.stroke();
  });
  ctx.restore();
};

/* The nearest dot within reach of the pointer; null: there is none. */
function nearest(chart, data) {
  const { left, top } = chart.cursor;
  if (left < 0) return null;
  let [found, least] = [null, reachPx];
  data.x.forEach((value, at) => {
    const away = Math.hypot(chart.valToPos(value, 'x') - left, chart.valToPos(data.y[at], 'y') - top);
    if (away < least) [found, least] = [at, away];
  });
  return found;
}

function step(chart, data, by) {
  const { min, max } = chart.scales.x;
  const now = nearest(chart, data);
  const first = data.x.findIndex((value) => value >= min);
  const last = data.x.findLastIndex((value) => value <= max);
  const next = now === null ? (by > 0 ? first : last) : Math.max(first, Math.min(last, now + by));
  if (next < 0) return;
  chart.setCursor({ left: chart.valToPos(data.x[next], 'x'), top: chart.valToPos(data.y[next], 'y') });
}

const follow = (chart, data) => {
  const at = nearest(chart, data);
  if (at !== null) location.assign(data.hrefs[at]);
};

const values = (data, what) => (_chart, value) =>
  value === null || value === undefined
    ? '—'
    : `${covered(signedNumber(value, data.digits), data.unit)} ${what}`;

export function scatter(place, data) {
  const pick = (chart) => nearest(chart, data);
  const told = (chart) => {
    const at = pick(chart);
    place.classList.toggle('is-at-dot', at !== null);
    chart.setLegend({ idx: at }, false);
  };
  const whole = airy(data.x[0], data.x.at(-1), 0.03);
  const attach = (chart) => {
    setWhole(chart, whole);
    let downAt = 0;
    chart.over.addEventListener('mousedown', (event) => (downAt = event.clientX));
    chart.over.addEventListener('click', (event) => {
      if (Math.abs(event.clientX - downAt) < 4) follow(chart, data);
    });
  };
  return {
    columns: [data.x, data.y],
    own: {
      ArrowLeft: (chart) => step(chart, data, -1),
      ArrowRight: (chart) => step(chart, data, 1),
      Enter: (chart) => follow(chart, data),
    },
    options: {
      padding: [30, 0, 0, 20],
      cursor: { x: false, y: false, points: { show: false }, drag: { x: true, y: false, dist: 6 } },
      scales: {
        x: {
          time: false,
          range: (_chart, min, max) => (min === data.x[0] && max === data.x.at(-1) ? whole : [min, max]),
        },
        y: { range: (chart) => airy(...extent(chart, [1]), 0.1) },
      },
      series: [
        {
          label: data.xLabel,
          value: (chart, value) => {
            const at = chart.legend.idxs?.[0] ?? null;
            if (at === null || value === null) return 'Point at a dot';
            return `${data.labels[at]}, ${data.xLabel} ${covered(number(value, data.digits), data.unit)}`;
          },
        },
        { label: data.unit, paths: () => null, points: { show: false }, value: values(data, 'net') },
      ],
      axes: [
        axis(place, {
          size: 26,
          space: 60,
          values: (_chart, splits) => ticks(splits).map((text) => text && covered(text, data.unit)),
        }),
        sideAxis(place, { unit: data.unit }),
      ],
      hooks: { ready: [attach, told], setCursor: [told], draw: [drawDots(place, data)] },
    },
  };
}
