import fc from 'fast-check';
import t from 'tap';
import { dayMs } from '../lib/clock.js';
import { clockStretches } from './clock-stretches.js';
import { toUtc, type ClockRule } from './server-clock.js';

const rules: ClockRule[] = [
  'ny+7',
  'Europe/Athens',
  'fixed:0',
  'fixed:-3600',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
];
const startMs = Date.UTC(2005, 0, 1);
const moment = fc.integer({ min: startMs, max: startMs + 20 * 365 * dayMs });

void t.test('a stretch says of each of its times what toUtc says', async (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      moment,
      moment,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      (rule, a, b, at) => {
        const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
        const stretches = clockStretches(rule, fromMs, toMs) ?? [];
        const edges = stretches.flatMap((one) => [one.fromMs, Math.max(fromMs, one.fromMs - 1)]);
        const times = [
          fromMs,
          toMs,
          ...edges,
          ...at.map((share) => Math.round(fromMs + share * (toMs - fromMs))),
        ];
        return times.every(
          (ms) => ms - (stretches.findLast((one) => one.fromMs <= ms)?.aheadMs ?? NaN) === toUtc(rule, ms),
        );
      },
    ),
  );
  t.equal(clockStretches('fixed:7200', 0, 30 * 365 * dayMs)?.length, 1);
  t.equal(clockStretches('ny+7', startMs, startMs + 364 * dayMs)?.length, 3);
  t.same(clockStretches('ny+7', 5, 5), [{ fromMs: 5, aheadMs: 5 - toUtc('ny+7', 5) }]);
});

void t.test('times that no account has are not gone through week by week', async (t) => {
  t.equal(clockStretches('ny+7', -8.64e15, 8.64e15), null);
});
