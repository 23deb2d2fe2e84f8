/* What hands do to a chart of candles: drag, wheel, pinch and keys. The chart gives itself to [data-chart="candles"] as
   `candles` { chart, data, view(), show(min, max), reset() } and says so with candles:drawn. */

const step = 0.15;

function zoom({ view, show }, factor, at) {
  const { min, max } = view();
  const around = at ?? max;
  show(around - (around - min) * factor, around + (max - around) * factor);
}

function pan({ view, show }, bars) {
  const { min, max } = view();
  show(min + bars, max + bars);
}

const keys = {
  ArrowLeft: (candles, wide) => pan(candles, -wide),
  ArrowRight: (candles, wide) => pan(candles, wide),
  '+': (candles) => zoom(candles, 1 - step),
  '=': (candles) => zoom(candles, 1 - step),
  '-': (candles) => zoom(candles, 1 + step),
  0: (candles) => candles.reset(),
};

function takeKeys(place, candles) {
  place.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    // The page has arrows of its own.
    event.preventDefault();
    event.stopPropagation();
    const { min, max } = candles.view();
    act(candles, event.shiftKey ? (max - min) / 2 : Math.max(1, (max - min) / 20));
  });
}

/* Inside of a page the wheel scrolls that page, unless the chart was chosen or Ctrl is held. */
function takeWheel(place, candles) {
  place.addEventListener(
    'wheel',
    (event) => {
      const isMeant = place.dataset.wheel === 'own' || event.ctrlKey || document.activeElement === place;
      if (!isMeant) return;
      event.preventDefault();
      const { chart } = candles;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const { min, max } = candles.view();
        pan(candles, (event.deltaX / chart.over.clientWidth) * (max - min));
        return;
      }
      const left = event.clientX - chart.over.getBoundingClientRect().left;
      zoom(candles, event.deltaY > 0 ? 1 + step : 1 - step, chart.posToVal(left, 'x'));
    },
    { passive: false },
  );
}

const middle = (points) => points.reduce((sum, { clientX }) => sum + clientX, 0) / points.length;
const width = ([a, b]) => Math.max(8, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));

function takePointers(candles) {
  const { over } = candles.chart;
  const down = new Map();
  const points = () => [...down.values()];
  over.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    over.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
  });
  over.addEventListener('pointermove', (event) => {
    if (!down.has(event.pointerId)) return;
    const before = points();
    down.set(event.pointerId, event);
    const after = points();
    const { min, max } = candles.view();
    const perPixel = (max - min) / over.clientWidth;
    if (after.length === 2) {
      const left = middle(after) - over.getBoundingClientRect().left;
      zoom(candles, width(before) / width(after), candles.chart.posToVal(left, 'x'));
    }
    pan(candles, (middle(before) - middle(after)) * perPixel);
  });
  for (const name of ['pointerup', 'pointercancel', 'lostpointercapture'])
    over.addEventListener(name, (event) => down.delete(event.pointerId));
  over.addEventListener('dblclick', () => candles.reset());
}

document.addEventListener('candles:drawn', ({ target }) => {
  const place = target.querySelector('.chart-place');
  takeKeys(place, target.candles);
  takeWheel(place, target.candles);
  takePointers(target.candles);
});
