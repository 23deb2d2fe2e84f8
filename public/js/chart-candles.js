/* Candles: [data-chart="candles"] draws its data-candles (see CandleChart in src/web/candle-chart.ts). Bars stand side by
   side by their number, so that weekends leave no holes; `t` tells their times. Older bars are fetched when the view
   gets to the left edge; the last one follows #candle-live, which the page's socket renews. */

import { axesOf, priceRange } from './candles/axes.js';
import { barAt, columns, writer } from './candles/bars.js';
import { drawAll, paint } from './candles/draw.js';

const [leastBars, mostBars] = [8, 1_500];

const dataOf = ({ t, o, h, l, c }) => [t.map((_, at) => at), o, h, l, c];

/* What the pointer is at, or the last bar. */
function tell(state) {
  const { data, write, legend } = state;
  return (chart) => {
    const at = Math.min(chart.cursor.idx ?? data.t.length - 1, data.t.length - 1);
    const part = (name, column) => `${name} ${write.price(data[column][at])}`;
    const marks = data.marks.filter(({ t }) => barAt(data.t, t) === at).map(({ title }) => title);
    legend.textContent = [
      write.full(data.t[at]),
      part('O', 'o'),
      part('H', 'h'),
      part('L', 'l'),
      part('C', 'c'),
      ...marks.slice(0, 3),
    ].join('  ');
  };
}

async function fetchOlder(state) {
  const { data, view } = state;
  if (data.more === null || state.isFetching || view.min > 30) return;
  state.isFetching = true;
  try {
    const answer = await window.fetch(`${data.more}&before=${data.t[0]}`, {
      headers: { accept: 'application/json' },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const older = await answer.json();
    const count = older.t.length;
    for (const name of columns) data[name] = [...older[name], ...data[name]];
    data.marks = [...older.marks, ...data.marks];
    if (count === 0) data.more = null;
    state.chart.setData(dataOf(data), false);
    state.show(view.min + count, view.max + count);
    state.isFetching = false;
  } catch {
    // The next move to the edge tries again; until then the chart ends where it did.
    setTimeout(() => (state.isFetching = false), 3_000);
  }
}

function follow(state) {
  const { data, view } = state;
  const bars = document.getElementById('candle-live')?.dataset.bars;
  const [t, ...values] = (bars === undefined ? {} : JSON.parse(bars))[data.timeframe] ?? [];
  const last = data.t.length - 1;
  if (t === undefined || !data.isLive || t < data.t[last]) return;
  const at = t === data.t[last] ? last : last + 1;
  [t, ...values].forEach((value, column) => (data[columns[column]][at] = value));
  state.chart.setData(dataOf(data), false);
  const moves = at > last && view.max >= last ? 1 : 0;
  state.show(view.min + moves, view.max + moves);
}

function viewOf({ t, focus }) {
  if (focus === null) return { min: Math.max(-1, t.length - 120), max: t.length + 3 };
  const [from, to] = [barAt(t, focus.from), barAt(t, focus.to)];
  const room = Math.max(20, (to - from) * 0.4);
  return { min: Math.max(-1, from - room), max: Math.min(t.length + 1, to + room) };
}

function optionsFor(state) {
  const { place, view } = state;
  const none = { paths: () => null, points: { show: false } };
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    padding: [26, 0, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: () => [view.min, view.max] }, y: { range: priceRange(state) } },
    series: [{}, none, none, none, none],
    axes: axesOf(state),
    hooks: { draw: [drawAll(state)], setCursor: [tell(state)], ready: [tell(state)] },
  };
}

function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = 'true';
  const place = box.querySelector('.chart-place');
  const data = JSON.parse(box.dataset.candles);
  const state = {
    place,
    data,
    write: writer(data),
    view: viewOf(data),
    colours: paint(place),
    isFetching: false,
  };
  state.legend = box.querySelector('.candle-legend');
  state.show = (min, max) => {
    const wide = Math.min(mostBars, Math.max(leastBars, max - min));
    const end = Math.min(data.t.length + wide / 2, Math.max(max, wide / 3));
    Object.assign(state.view, { min: end - wide, max: end });
    state.chart.setScale('x', { min: end - wide, max: end });
    place.dataset.view = `${Math.round(end - wide)} ${Math.round(end)}`;
    void fetchOlder(state);
  };
  const chart = (state.chart = new uPlot(optionsFor(state), dataOf(data), place));
  const fit = () => chart.setSize({ width: place.clientWidth, height: place.clientHeight });
  new ResizeObserver(fit).observe(place);
  const reset = (to = viewOf(data)) => state.show(to.min, to.max);
  box.candles = { chart, data, view: () => state.view, show: state.show, reset, follow: () => follow(state) };
  box.dispatchEvent(new window.CustomEvent('candles:drawn', { bubbles: true }));
}

const chartsIn = (root) => root.querySelectorAll('[data-chart="candles"]');
chartsIn(document).forEach(draw);
document.addEventListener('htmx:load', (event) =>
  chartsIn(event.detail.elt.parentElement ?? document).forEach(draw),
);
document.addEventListener('htmx:wsAfterMessage', () =>
  chartsIn(document).forEach((box) => box.candles?.follow()),
);
