/* Equity charts: [data-chart="equity"] draws its data-columns, an attribute because htmx drops scripts of regions:
   { "times": [unix seconds], "values": [number | null], "currency": "USD", "from": start value }
   null is a stretch nobody watched: the line is broken there. */

const colour = (name, element) => getComputedStyle(element).getPropertyValue(name).trim();
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

const written = (format, value) => format.format(value).replace('-', '−').replaceAll(',', '\u00a0');
const dayOf = (seconds) => day.format(seconds * 1000);

function axis(place, more) {
  return {
    stroke: colour('--faint', place),
    font: '11px Inter, sans-serif',
    ticks: { show: false },
    grid: { stroke: colour('--line', place), width: 1 },
    ...more,
  };
}

const axes = (place) => [
  axis(place, { grid: { show: false }, size: 26, space: 64, values: (_chart, ticks) => ticks.map(dayOf) }),
  axis(place, {
    side: 1,
    size: 60,
    gap: 6,
    values: (_chart, ticks) => ticks.map((value) => written(whole, value)),
  }),
];

function equityLine(place, data) {
  const isUp = (data.values.findLast((value) => value !== null) ?? data.from) >= data.from;
  return {
    label: data.currency,
    stroke: colour(isUp ? '--gain' : '--loss', place),
    fill: colour(isUp ? '--gain-wash' : '--loss-wash', place),
    width: 1.6,
    spanGaps: false,
    points: { show: false },
    value: (_chart, value) => (value === null || value === undefined ? '—' : written(cents, value)),
  };
}

/* Away from the pointer the legend tells the last value there is. */
function restAt(data) {
  const last = data.values.findLastIndex((value) => value !== null);
  return (chart) => {
    if (chart.cursor.idx === null || chart.cursor.idx === undefined) chart.setLegend({ idx: last }, false);
  };
}

const air = (_chart, low, high) => {
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
};

const optionsFor = (place, data) => ({
  width: place.clientWidth,
  height: place.clientHeight,
  padding: [30, 0, 0, 18],
  cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, width: 2 } },
  legend: { markers: { show: false } },
  scales: { y: { range: air } },
  series: [{ label: 'Day', value: (_chart, at) => (at === null ? '—' : dayOf(at)) }, equityLine(place, data)],
  axes: axes(place),
  hooks: { ready: [restAt(data)], setCursor: [restAt(data)] },
});

function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = 'true';
  const place = box.querySelector('.chart-place');
  const data = JSON.parse(box.dataset.columns);
  const chart = new uPlot(optionsFor(place, data), [data.times, data.values], place);
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: place.clientHeight })).observe(
    place,
  );
}

const drawAll = (root) => root.querySelectorAll('[data-chart="equity"]').forEach(draw);

drawAll(document);
document.addEventListener('htmx:load', (event) => drawAll(event.detail.elt));
