/* Charts: [data-chart] names its kind and carries its data in data-columns, an attribute because htmx drops scripts of regions.
   A region that comes anew keeps the stretch that was looked at and the table that was open, by the chart's id. */

import { equity } from './chart/equity.js';
import { lines } from './chart/lines.js';
import { scatter } from './chart/scatter.js';
import { isWhole, listenToFingers, listenToKeys, listenToWheel, show, showAll } from './chart/zoom.js';

const kinds = { equity, lines, scatter };
const drawn = new WeakMap();
const views = new Map();
const openTables = new Set();

const shared = (place) => ({
  width: place.clientWidth,
  height: place.clientHeight,
  cursor: { y: false, drag: { x: true, y: false, dist: 6 }, points: { size: 7, width: 2 } },
  legend: { markers: { show: false } },
});

function resetButton(chart) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'chart-reset';
  button.textContent = 'Show all';
  button.addEventListener('click', () => showAll(chart));
  return button;
}

/* What of the chart is seen: told to the style sheet, and kept for the region that comes next. */
function remember(box, chart) {
  const isAll = isWhole(chart);
  box.toggleAttribute('data-zoomed', !isAll);
  if (isAll) views.delete(box.id);
  else if (box.id) views.set(box.id, [chart.scales.x.min, chart.scales.x.max]);
}

function listen(box, place, chart, own) {
  listenToKeys(place, chart, own);
  listenToWheel(place, chart);
  listenToFingers(chart);
  place.after(resetButton(chart));
  const table = box.querySelector('details');
  if (table) table.ontoggle = () => openTables[table.open ? 'add' : 'delete'](box.id);
}

function focusable(place) {
  place.tabIndex = 0;
  place.setAttribute('aria-keyshortcuts', 'ArrowLeft ArrowRight + - 0');
}

function draw(box) {
  const place = box.querySelector('.chart-place');
  const known = drawn.get(box);
  if (known?.columns === box.dataset.columns && place.contains(known.chart.root)) return;
  known?.forget();
  box.querySelector('.chart-reset')?.remove();
  const { options, columns, own } = kinds[box.dataset.chart](place, JSON.parse(box.dataset.columns));
  const view = views.get(box.id);
  const chart = new uPlot({ ...shared(place), ...options }, columns, place);
  chart.hooks.setScale = [(_chart, key) => key === 'x' && remember(box, chart)];
  const size = new ResizeObserver(() =>
    chart.setSize({ width: place.clientWidth, height: place.clientHeight }),
  );
  size.observe(place);
  focusable(place);
  listen(box, place, chart, own);
  if (view) show(chart, ...view);
  if (openTables.has(box.id)) box.querySelector('details')?.setAttribute('open', '');
  drawn.set(box, { chart, columns: box.dataset.columns, forget: () => (size.disconnect(), chart.destroy()) });
}

const drawAll = (root) => {
  if (root.matches?.('[data-chart]')) draw(root);
  root.querySelectorAll('[data-chart]').forEach(draw);
};

drawAll(document);
/* Money was covered, or is shown again. */
document.addEventListener('veil', () => {
  for (const box of document.querySelectorAll('[data-chart]')) {
    drawn.get(box)?.forget();
    drawn.delete(box);
    draw(box);
  }
});
document.addEventListener('htmx:load', (event) => drawAll(event.detail.elt));
/* A morphed region may lose its canvases without a new element that says so. */
document.addEventListener('htmx:afterSettle', () => drawAll(document));
