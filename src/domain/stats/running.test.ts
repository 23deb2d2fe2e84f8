import fc from 'fast-check';
import t from 'tap';
import { runningOf } from './running.js';

const netsOf = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 200 });

void t.test('from trade to trade figures are those of the trades until then', async (t) => {
  const running = runningOf(Float64Array.of(100, -50, 0, 25, 25), 5);
  t.same(running.net, [100, 50, 50, 75, 100]);
  t.same(running.winRate, [1, 1 / 2, 1 / 3, 2 / 4, 3 / 5]);
  t.same(running.profitFactor, [2, 2, 2.5, 3], 'from the first loss on');
  t.same(running.maxDrawdown, [0, -50, -50, -25, 0]);
  t.same(running.currentStreak, [1, -1, 0, 1, 2]);
  t.same(runningOf(new Float64Array(0), 40).net, []);
});

void t.test('of many trades as many are kept as are asked for, the last among them', async (t) => {
  fc.assert(
    fc.property(netsOf, fc.integer({ min: 1, max: 60 }), (nets, most) => {
      const { net, expectancy, maxDrawdown } = runningOf(Float64Array.from(nets), most);
      const total = nets.reduce((sum, one) => sum + one, 0);
      t.equal(net.length, Math.min(nets.length, most));
      t.equal(net.at(-1), total);
      t.equal(expectancy.at(-1), total / nets.length);
      t.ok(maxDrawdown.every((fall) => fall <= 0));
    }),
  );
});
