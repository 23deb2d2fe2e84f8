import fc from 'fast-check';
import t from 'tap';
import { plannedReward } from './planned-reward.js';

void t.test('what is planned is the way to the target over the way to the stop', async (t) => {
  t.equal(plannedReward({ openPrice: 1.5, stopLoss: 1.25, takeProfit: 2 }), 2);
  t.equal(plannedReward({ openPrice: 100, stopLoss: 104, takeProfit: 98 }), 0.5, 'short');
});

void t.test(
  'nothing is planned where stop, target or entry is not known, or nothing is risked',
  async (t) => {
    const all = { openPrice: 1.5, stopLoss: 1.25, takeProfit: 2 };
    for (const name of ['openPrice', 'stopLoss', 'takeProfit'])
      t.equal(plannedReward({ ...all, [name]: null }), null);
    t.equal(plannedReward({ ...all, stopLoss: 1.5 }), null);
  },
);

void t.test('it is the same for a trade and its mirror image', async () => {
  const distance = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(distance, distance, (risk, reward) => {
      const long = plannedReward({ openPrice: 5_000, stopLoss: 5_000 - risk, takeProfit: 5_000 + reward });
      const short = plannedReward({ openPrice: 5_000, stopLoss: 5_000 + risk, takeProfit: 5_000 - reward });
      return long === short && long === reward / risk;
    }),
  );
});
