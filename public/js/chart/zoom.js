/* A stretch of a chart is looked at closely: drag over it, pinch it, turn the wheel (with Ctrl, or while the chart has the
   focus), or press + and −. Arrows move along; 0, Escape or a double click show all again. */

const wholes = new WeakMap();
const wholeOf = (chart) => wholes.get(chart) ?? [chart.data[0][0], chart.data[0].at(-1)];

/* Where all of a chart is more than its data. */
export const setWhole = (chart, range) => wholes.set(chart, range);

const viewOf = (chart) => [chart.scales.x.min, chart.scales.x.max];
/* No closer than so small a share of the whole. */
const closest = 1 / 4000;

export function isWhole(chart) {
  const [first, last] = wholeOf(chart);
  const [min, max] = viewOf(chart);
  const crumb = (last - first) * 1e-9;
  return min <= first + crumb && max >= last - crumb;
}

export function show(chart, from, to) {
  const [first, last] = wholeOf(chart);
  const whole = last - first;
  if (!(whole > 0)) return;
  const length = Math.min(whole, Math.max(to - from, whole * closest));
  const middle = (from + to) / 2;
  const min = Math.min(Math.max(middle - length / 2, first), last - length);
  chart.setScale('x', { min, max: min + length });
}

export const showAll = (chart) => show(chart, ...wholeOf(chart));

function zoomAt(chart, at, factor) {
  const [min, max] = viewOf(chart);
  show(chart, at - (at - min) * factor, at + (max - at) * factor);
}

function pan(chart, share) {
  const [min, max] = viewOf(chart);
  const by = (max - min) * share;
  const [first, last] = wholeOf(chart);
  const kept = Math.max(first - min, Math.min(by, last - max));
  show(chart, min + kept, max + kept);
}

function moveCursor(chart, step) {
  const last = chart.data[0].length - 1;
  const at = chart.cursor.idx ?? (step > 0 ? -1 : last + 1);
  const next = Math.max(0, Math.min(last, at + step));
  chart.setCursor({ left: chart.valToPos(chart.data[0][next], 'x'), top: chart.over.clientHeight / 2 });
}

function middleOf(chart) {
  const { left } = chart.cursor;
  if (left >= 0) return chart.posToVal(left, 'x');
  const [min, max] = viewOf(chart);
  return (min + max) / 2;
}

const arrow = (chart, step) => (isWhole(chart) ? moveCursor(chart, step) : pan(chart, step * 0.2));
const keys = {
  ArrowLeft: (chart) => arrow(chart, -1),
  ArrowRight: (chart) => arrow(chart, 1),
  '+': (chart) => zoomAt(chart, middleOf(chart), 0.6),
  '=': (chart) => zoomAt(chart, middleOf(chart), 0.6),
  '-': (chart) => zoomAt(chart, middleOf(chart), 1 / 0.6),
  0: showAll,
  Escape: showAll,
};

/* `own` are keys of the kind of chart, which come first; Escape is left to the page while all is shown. */
export function listenToKeys(place, chart, own = {}) {
  place.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = own[event.key] ?? keys[event.key];
    if (!act || (event.key === 'Escape' && isWhole(chart))) return;
    event.preventDefault();
    event.stopPropagation();
    act(chart);
  };
}

export function listenToWheel(place, chart) {
  chart.over.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && document.activeElement !== place) return;
      event.preventDefault();
      const { left, width } = chart.over.getBoundingClientRect();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        pan(chart, (event.deltaX || event.deltaY) / width);
      else zoomAt(chart, chart.posToVal(event.clientX - left, 'x'), Math.exp(event.deltaY * 0.002));
    },
    { passive: false },
  );
}

/* What was under two fingers stays under them. One finger reads. */
export function listenToFingers(chart) {
  const fingers = new Map();
  const placeOf = (event) => event.clientX - chart.over.getBoundingClientRect().left;
  const lift = (event) => fingers.delete(event.pointerId);
  chart.over.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return;
    const px = placeOf(event);
    fingers.set(event.pointerId, { px, at: chart.posToVal(px, 'x') });
  });
  chart.over.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    finger.px = placeOf(event);
    const [one, two] = [...fingers.values()].sort((a, b) => a.at - b.at);
    if (!two) {
      chart.setCursor({ left: finger.px, top: chart.over.clientHeight / 2 });
      return;
    }
    const perPx = (two.at - one.at) / (two.px - one.px);
    if (!(perPx > 0) || !Number.isFinite(perPx)) return;
    const min = one.at - one.px * perPx;
    show(chart, min, min + chart.over.clientWidth * perPx);
  });
  for (const name of ['pointerup', 'pointercancel']) chart.over.addEventListener(name, lift);
}
