/* Money that came (a triangle upwards) or went (downwards) stands on the time axis; near the pointer its amount is told. */

import { colour, density, triangle } from './look.js';
import { covered, signedNumber, time } from './words.js';

const nearPx = 8;

const wordsOf = (flows, data) => {
  const sum = flows.reduce((total, [, paid]) => total + paid, 0);
  const n = flows.reduce((total, [, , many]) => total + many, 0);
  const amount = `${covered(signedNumber(sum, data.digits), data.currency)} ${data.currency}`;
  const day = time(flows[0][0], 'fullDay', data.zone);
  if (n > 1) return `${n} payments, ${amount}, ${day}`;
  return `${sum < 0 ? 'Withdrawal' : 'Deposit'} ${amount}, ${day}`;
};

export function flowMarks(place, data) {
  const flows = data.flows ?? [];
  const tip = document.createElement('p');
  tip.className = 'chart-tip';
  tip.hidden = true;

  const draw = (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    for (const [at, paid] of flows) {
      const x = chart.valToPos(at, 'x', true);
      if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
      const size = 8 * density();
      const foot = bbox.top + bbox.height - density();
      triangle(ctx, paid < 0 ? { x, y: foot - size, size: -size } : { x, y: foot, size });
      ctx.fillStyle = colour(paid < 0 ? '--muted' : '--accent', place);
      ctx.fill();
    }
    ctx.restore();
  };

  const tell = (chart) => {
    const { left } = chart.cursor;
    const near = left < 0 ? [] : flows.filter(([at]) => Math.abs(chart.valToPos(at, 'x') - left) <= nearPx);
    tip.hidden = near.length === 0;
    if (near.length === 0) return;
    tip.textContent = wordsOf(near, data);
    tip.style.left = `${Math.max(0, Math.min(left + 10, chart.over.clientWidth - tip.offsetWidth))}px`;
  };

  return { draw, tell, attach: (chart) => chart.over.append(tip) };
}
