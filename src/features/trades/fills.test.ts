import fc from 'fast-check';
import t from 'tap';
import { dealEntry, dealType } from '../../domain/deal.js';
import { sharesOf } from './fills.js';

const deal = (type: number, entry: number, volume: string, money: Partial<Record<string, string>> = {}) => ({
  type,
  entry,
  volume,
  profit: money['profit'] ?? '0.00',
  swap: money['swap'] ?? '0.00',
  commission: money['commission'] ?? '0.00',
  fee: '0.00',
});
const whole = (side: 'buy' | 'sell', volume: string, gross: string, commission: string) => ({
  side,
  volume,
  gross,
  commission,
  swap: '0.00',
  fee: '0.00',
});

const first = deal(dealType.buy, dealEntry.in, '0.5', { commission: '-1.75' });
const reversal = deal(dealType.sell, dealEntry.inOut, '0.8', { profit: '69.00', commission: '-2.81' });

void t.test('a deal that reverses is shared by the trade it ends and the one it begins', async (t) => {
  const [, closing] = sharesOf(whole('buy', '0.5', '69.00', '-3.51'), [first, reversal], 2);
  t.match(closing, { lots: 0.5, rest: 'opened', money: { profit: 6_900, commission: -176 } });
  const out = deal(dealType.buy, dealEntry.out, '0.3', { profit: '5.00', commission: '-1.05' });
  const [opening, end] = sharesOf(whole('sell', '0.3', '5.00', '-2.10'), [reversal, out], 2);
  t.match(opening, { lots: 0.3, rest: 'closed', money: { profit: 0, commission: -105 } });
  t.match(end, { lots: 0.3, rest: null, money: { profit: 500, commission: -105 } });
  t.equal(-176 + -105, -281, 'the two parts are the deal');
});

void t.test('a deal that does not reverse counts whole', async (t) => {
  const out = deal(dealType.sell, dealEntry.outBy, '0.2', { profit: '-4.00', swap: '-0.12' });
  const shares = sharesOf(whole('buy', '0.5', '-4.00', '-1.75'), [first, out], 2);
  t.same(
    shares.map(({ lots, rest }) => [lots, rest]),
    [
      [0.5, null],
      [0.2, null],
    ],
  );
  t.equal(shares[1]?.money.swap, -12);
});

void t.test('the shares add up to the trade, to the cent', async () => {
  const cents = fc.integer({ min: -50_000, max: 50_000 });
  const lots = fc.integer({ min: 1, max: 500 });
  const given = fc.record({ mine: lots, next: lots, inCost: cents, cost: cents, profit: cents });
  const text = (minor: number): string => (minor / 100).toFixed(2);
  fc.assert(
    fc.property(given, ({ mine, next, inCost, cost, profit }) => {
      const opening = deal(dealType.buy, dealEntry.in, text(mine), { commission: text(inCost) });
      const turning = deal(dealType.sell, dealEntry.inOut, text(mine + next), {
        commission: text(cost),
        profit: text(profit),
      });
      const costs = inCost + Math.round((cost * mine) / (mine + next));
      const shares = sharesOf(whole('buy', text(mine), text(profit), text(costs)), [opening, turning], 2);
      const sum = (column: 'profit' | 'commission'): number =>
        shares.reduce((total, share) => total + share.money[column], 0);
      return sum('profit') === profit && sum('commission') === costs;
    }),
  );
});
