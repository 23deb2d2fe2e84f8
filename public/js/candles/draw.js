/* Candles and what lies over them: the time held, levels, fills, the last price. */

import { colour } from '../chart/look.js';
import { barAt } from './bars.js';

export const paint = (place) => ({
  ...{ gain: colour('--gain', place), loss: colour('--loss', place), text: colour('--text', place) },
  ...{ gainWash: colour('--gain-wash', place), lossWash: colour('--loss-wash', place) },
  ...{
    accent: colour('--accent', place),
    ink: colour('--accent-ink', place),
    muted: colour('--muted', place),
  },
});

const visible = ({ data, view }) => [
  Math.max(0, Math.floor(view.min)),
  Math.min(data.t.length - 1, Math.ceil(view.max)),
];

function drawBars(state, chart) {
  const { data, colours } = state;
  const { ctx } = chart;
  const [from, to] = visible(state);
  const x = (at) => chart.valToPos(at, 'x', true);
  const y = (price) => chart.valToPos(price, 'y', true);
  const wide = Math.max(1, Math.floor((x(1) - x(0)) * 0.7));
  for (let at = from; at <= to; at += 1) {
    const [middle, top, bottom] = [
      Math.round(x(at)),
      y(Math.max(data.o[at], data.c[at])),
      y(Math.min(data.o[at], data.c[at])),
    ];
    ctx.fillStyle = data.c[at] >= data.o[at] ? colours.gain : colours.loss;
    const line = Math.max(1, Math.round(uPlot.pxRatio));
    ctx.fillRect(middle - line / 2, y(data.h[at]), line, y(data.l[at]) - y(data.h[at]));
    ctx.fillRect(middle - wide / 2, top, wide, Math.max(line, bottom - top));
  }
}

function drawHeld({ data, colours }, chart) {
  if (data.held === null) return;
  const { from, to, open, close, tone } = data.held;
  const x = (t) => chart.valToPos(Math.max(-1, barAt(data.t, t)), 'x', true);
  const [left, right] = [x(from), to === null ? chart.bbox.left + chart.bbox.width : x(to)];
  const [top, bottom] = [open, close].map((price) => chart.valToPos(price, 'y', true)).sort((a, b) => a - b);
  chart.ctx.fillStyle = tone === 'loss' ? colours.lossWash : colours.gainWash;
  chart.ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
}

function drawLevels({ data, colours, write }, chart) {
  const { ctx, bbox } = chart;
  const end = bbox.left + bbox.width;
  for (const { price, from, to, label, kind } of data.levels) {
    const y = chart.valToPos(price, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    const x = (t) => chart.valToPos(barAt(data.t, t), 'x', true);
    const left = Math.max(bbox.left, x(from));
    ctx.strokeStyle = ctx.fillStyle =
      kind === 'stop' ? colours.loss : kind === 'target' ? colours.gain : colours.muted;
    ctx.setLineDash([4, 4].map((length) => length * uPlot.pxRatio));
    ctx.lineWidth = uPlot.pxRatio;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(to === null ? end : Math.max(left, x(to)), y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.textAlign = 'left';
    ctx.fillText(`${label} ${write.price(price)}`, left + 4 * uPlot.pxRatio, y - 5 * uPlot.pxRatio);
  }
}

/* More marks than these would hide the bars with their words. */
const mostWords = 40;

/* Buys point up from below the bar, sells down from above it; entries are light, exits in the accent colour, and words
   say which is which. Marks of one bar stand on one another; words that would run into others are left out. */
function drawMarks(state, chart) {
  const { data, colours } = state;
  const { ctx } = chart;
  const [from, to] = visible(state);
  const unit = uPlot.pxRatio;
  const stacked = new Map();
  const written = [];
  const seen = data.marks
    .map((mark) => ({ ...mark, at: barAt(data.t, mark.t) }))
    .filter(({ at }) => at >= from && at <= to);
  const isDense = seen.length > mostWords;
  for (const { at, ...mark } of seen) {
    const key = `${at} ${mark.buy}`;
    const count = stacked.get(key) ?? 0;
    stacked.set(key, count + 1);
    if (count > 3) continue;
    const way = mark.buy ? 1 : -1;
    const x = chart.valToPos(at, 'x', true);
    const tip =
      chart.valToPos(mark.buy ? data.l[at] : data.h[at], 'y', true) +
      way * (5 + count * (isDense ? 7 : 24)) * unit;
    ctx.fillStyle = mark.kind === 'in' ? colours.text : colours.accent;
    ctx.beginPath();
    ctx.moveTo(x, tip);
    const size = isDense ? 3 * unit : 5 * unit;
    ctx.lineTo(x - size, tip + way * 1.8 * size);
    ctx.lineTo(x + size, tip + way * 1.8 * size);
    ctx.fill();
    const price = chart.valToPos(mark.price, 'y', true);
    ctx.fillRect(x - 6 * unit, price - unit / 2, 12 * unit, unit);
    if (isDense) continue;
    const half = ctx.measureText(mark.label).width / 2 + 3 * unit;
    const box = { left: x - half, right: x + half, y: tip + way * (mark.buy ? 20 : 12) * unit };
    if (
      written.some(
        (one) => one.left < box.right && one.right > box.left && Math.abs(one.y - box.y) < 12 * unit,
      )
    )
      continue;
    written.push(box);
    ctx.textAlign = 'center';
    ctx.fillText(mark.label, x, box.y);
  }
}

function drawLast({ data, colours, write }, chart) {
  const price = data.c.at(-1);
  const { ctx, bbox } = chart;
  const y = chart.valToPos(price, 'y', true);
  if (!data.isLive || y < bbox.top || y > bbox.top + bbox.height) return;
  const [right, unit] = [bbox.left + bbox.width, uPlot.pxRatio];
  ctx.fillStyle = colours.accent;
  ctx.fillRect(bbox.left, y, bbox.width, unit / 2);
  ctx.fillRect(right, y - 9 * unit, 68 * unit, 18 * unit);
  ctx.fillStyle = colours.ink;
  ctx.textAlign = 'left';
  ctx.fillText(write.price(price), right + 6 * unit, y + 4 * unit);
}

export function drawAll(state) {
  return (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.font = `${11 * uPlot.pxRatio}px Inter, sans-serif`;
    ctx.textBaseline = 'alphabetic';
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const draw of [drawHeld, drawBars, drawLevels, drawMarks]) draw(state, chart);
    ctx.restore();
    drawLast(state, chart);
    ctx.restore();
  };
}
