/* The candles of the page as a picture, with the symbol, the timeframe and the times above them. */

import { writer } from '../candles/bars.js';
import { colour } from '../chart/look.js';

const chartBox = () => document.querySelector('#trade-chart [data-chart="candles"]');

/* The button is there while there is something to snap. */
export function offer() {
  const button = document.querySelector('[data-snap]');
  if (button) button.hidden = chartBox()?.candles === undefined;
}

function wordsOf({ candles }) {
  const { data } = candles;
  const { min, max } = candles.view();
  const at = (place) => writer(data).full(data.t[Math.min(data.t.length - 1, Math.max(0, place))]);
  const symbol = document.querySelector('.trade-head h1')?.textContent ?? '';
  const zone = data.barS >= 86_400 ? 'server days' : data.zone;
  return {
    name: `${symbol} ${data.timeframe}`,
    times: `${at(Math.ceil(min))} to ${at(Math.floor(max))} (${zone})`,
  };
}

function drawn(box, words) {
  const source = box.querySelector('.chart-place canvas');
  const unit = uPlot.pxRatio;
  const head = Math.round(34 * unit);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: source.width, height: source.height + head });
  const context = canvas.getContext('2d');
  context.fillStyle = colour('--panel', box);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, head);
  context.textBaseline = 'middle';
  context.font = `600 ${13 * unit}px Inter, sans-serif`;
  context.fillStyle = colour('--text', box);
  context.fillText(words.name, 12 * unit, head / 2);
  const behind = 12 * unit + context.measureText(words.name).width + 10 * unit;
  context.font = `${11 * unit}px Inter, sans-serif`;
  context.fillStyle = colour('--muted', box);
  context.fillText(words.times, behind, head / 2, Math.max(1, canvas.width - behind - 12 * unit));
  return canvas;
}

/* { file, caption } of the chart as it stands; null where there is none. */
export async function snapped() {
  const box = chartBox();
  if (box?.candles === undefined) return null;
  const words = wordsOf(box);
  const blob = await new Promise((resolve) => drawn(box, words).toBlob(resolve, 'image/png'));
  if (blob === null) return null;
  return {
    file: new File([blob], 'chart.png', { type: 'image/png' }),
    caption: `${words.name}, ${words.times}`,
  };
}
