import fc from 'fast-check';
import t from 'tap';
import { thinned } from './thinning.js';

/** Steps in time and in value, so that stretches are empty, crowded and of one instant. */
const lines = fc.array(
  fc.record({ step: fc.constantFrom(0, 1, 1, 2, 500), value: fc.integer({ min: -1_000, max: 1_000 }) }),
  { minLength: 1, maxLength: 400 },
);

void t.test('a thinned line keeps the first, the last, the lowest and the highest', async (t) => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 7, max: 120 }), (points, most) => {
      let now = 0;
      const at = points.map(({ step }) => (now += step));
      const values = points.map(({ value }) => value);
      const places = thinned({ at, values }, most);
      const kept = places.map((place) => values[place] ?? NaN);
      return (
        places[0] === 0 &&
        places.at(-1) === values.length - 1 &&
        places.length <= most &&
        places.every((place, index) => place > (places[index - 1] ?? -1)) &&
        Math.min(...kept) === Math.min(...values) &&
        Math.max(...kept) === Math.max(...values)
      );
    }),
  );
  t.pass();
});

void t.test('what is short enough stays whole, and of nothing nothing is kept', async (t) => {
  t.same(thinned({ at: [1, 2, 3], values: [5, 5, 5] }, 7), [0, 1, 2]);
  t.same(thinned({ at: [], values: [] }, 7), []);
});

void t.test('the unknown hides no extreme', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer(), { nil: NaN }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const at = values.map((_, place) => place);
        const kept = thinned({ at, values }, 30).map((place) => values[place] ?? NaN);
        const known = (list: number[]): number[] => list.filter((value) => !Number.isNaN(value));
        return (
          Math.min(...known(kept)) === Math.min(...known(values)) &&
          Math.max(...known(kept)) === Math.max(...known(values))
        );
      },
    ),
  );
  t.pass();
});
