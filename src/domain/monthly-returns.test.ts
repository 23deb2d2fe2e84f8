import fc from 'fast-check';
import t from 'tap';
import { yearsOf } from './monthly-returns.js';

void t.test('a month’s return is its net by the balance it began with, deposits counted', (t) => {
  const years = yearsOf(
    [
      { month: '2024-11', net: 1_000, flow: 10_000 },
      { month: '2024-12', net: -1_100, flow: 0 },
      { month: '2025-02', net: 2_000, flow: 100 },
    ],
    0,
  );
  t.same(
    years.map(({ year }) => year),
    ['2024', '2025'],
  );
  t.same(years[0]?.months.slice(10), [0.1, -0.1]);
  t.ok(Math.abs((years[0]?.total ?? 0) + 0.01) < 1e-12, 'up a tenth and down a tenth is down a hundredth');
  t.same(years[1]?.months.slice(0, 3), [null, 0.2, null]);
  t.end();
});

void t.test('without money there is no return', (t) => {
  t.match(yearsOf([{ month: '2025-01', net: 5, flow: 0 }], 0), [{ months: [null], total: null }]);
  t.end();
});

void t.test('months after one another come to the growth of the balance', (t) => {
  const nets = fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(nets, (all) => {
      const months = all.map((net, at) => ({
        month: `2025-${String(at + 1).padStart(2, '0')}`,
        net,
        flow: 0,
      }));
      const end = all.reduce((sum, net) => sum + net, 10_000);
      t.ok(Math.abs((yearsOf(months, 10_000)[0]?.total ?? NaN) - (end / 10_000 - 1)) < 1e-9);
    }),
  );
  t.end();
});
