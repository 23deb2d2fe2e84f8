import fc from 'fast-check';
import t from 'tap';
import { axisBox, axisChart } from './axis-chart.js';

const words = { timeText: String, valueText: String };
const numbersOf = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

void t.test(
  'a line stays within its axes, whatever its values, and begins and ends where they do',
  async () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const chart = axisChart({ times: list.map((_, at) => at * 1000), values: list }, words);
        const numbers = numbersOf(chart?.d ?? '');
        const [xs, ys] = [0, 1].map((odd) => numbers.filter((_, at) => at % 2 === odd));
        const ticks = chart?.ys.map(({ at }) => Number(at)) ?? [];
        return (
          xs?.[0] === axisBox.left &&
          xs.at(-1) === axisBox.right &&
          (ys ?? []).every((y) => y >= axisBox.top - 0.1 && y <= axisBox.bottom + 0.1) &&
          ticks.length >= 2 &&
          ticks.length <= 7 &&
          ticks[0] === axisBox.bottom &&
          ticks.at(-1) === axisBox.top
        );
      }),
    );
  },
);

void t.test('labels are round, and zero is marked', async (t) => {
  const chart = axisChart({ times: [0, 1, 2], values: [-130, 40, 260] }, words);
  t.same(
    chart?.ys.map(({ label }) => label),
    ['-200', '-100', '0', '100', '200', '300'],
  );
  t.same(
    chart?.ys.map(({ isZero }) => isZero),
    [false, false, true, false, false, false],
  );
  t.same(
    chart?.xs.map(({ anchor }) => anchor),
    ['start', 'middle', 'middle', 'end'],
  );
});

void t.test('one point is no line', async (t) => {
  t.equal(axisChart({ times: [0], values: [1] }, words), null);
});
