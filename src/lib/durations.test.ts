import fc from 'fast-check';
import t from 'tap';
import { boundsMs, countDuration, howMany, quantileMs, sumDurations, type Durations } from './durations.js';

const durations = fc.array(fc.double({ min: 0, max: 140_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});
const countAll = (values: readonly number[]): Durations => values.reduce<Durations>(countDuration, []);
const nearestRank = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? NaN;

void t.test('a quantile is never too low, and at most 19 % too high', async () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
      const told = quantileMs(countAll(values), share) ?? NaN;
      const true_ = nearestRank(values, share);
      return told >= true_ && (told <= true_ * 1.19 || told === boundsMs[0]);
    }),
  );
});

void t.test('whether 95 of 100 kept to 200 ms is told exactly', async () => {
  const close = fc.array(fc.double({ min: 190, max: 210, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(close, (values) => {
      const isKept = values.filter((ms) => ms <= 200).length >= Math.ceil(0.95 * values.length);
      return (quantileMs(countAll(values), 0.95) ?? NaN) <= 200 === isKept;
    }),
  );
});

void t.test('counted apart and added is the same as counted together', async (t) => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      t.same(sumDurations([countAll(a), countAll(b)]), countAll([...a, ...b]));
    }),
    { numRuns: 50 },
  );
  t.same(sumDurations([[], [1], [0, 2]]), [1, 2]);
});

void t.test('none is unknown, and what is beyond all bounds counts as the last', async (t) => {
  t.equal(quantileMs([], 0.95), null);
  t.equal(quantileMs([0, 0], 0.95), null);
  t.equal(quantileMs(countAll([1e9]), 0.5), boundsMs.at(-1));
  t.equal(howMany(countAll([0, 1e9, 3])), 3);
  t.equal(countAll([1e9]).length, boundsMs.length, 'there are no more counts than bounds');
});
