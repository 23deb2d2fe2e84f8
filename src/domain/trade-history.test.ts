import fc from 'fast-check';
import t from 'tap';
import { anyHistory } from '../testing/history.js';
import { cashOf } from './cash.js';
import { dealType, isTradeDeal, netOf } from './deal.js';
import { tradesOf } from './trade.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

void t.test('all trades and all cash together are all deals, to the last minor unit', async () => {
  fc.assert(
    fc.property(anyHistory, ({ deals, orders }) => {
      const nets = tradesOf(deals, orders).map(({ net }) => net);
      const cash = cashOf(deals).filter(({ isCredit }) => !isCredit);
      const ledger = deals.filter(({ type }) => type !== dealType.credit).map(netOf);
      return sum(nets) + sum(cash.map(({ amount }) => amount)) === sum(ledger);
    }),
    { numRuns: 400 },
  );
});

void t.test('every deal of a position is in one trade, and a reversal in two', async () => {
  fc.assert(
    fc.property(anyHistory, ({ deals, orders, reversals }) => {
      const counts = new Map<string, number>();
      for (const one of tradesOf(deals, orders).flatMap(({ dealTickets }) => dealTickets))
        counts.set(one, (counts.get(one) ?? 0) + 1);
      const traded = deals.filter(isTradeDeal);
      return (
        counts.size === traded.length &&
        traded.every((one) => counts.get(one.ticket) === (reversals.has(one.ticket) ? 2 : 1))
      );
    }),
    { numRuns: 400 },
  );
});

void t.test('the order in which deals arrive changes nothing', async (t) => {
  const both = anyHistory.chain((history) => shuffled(history.deals).map((mixed) => ({ ...history, mixed })));
  fc.assert(
    fc.property(both, ({ deals, mixed, orders }) => {
      t.same(tradesOf(mixed, orders), tradesOf(deals, orders));
    }),
    { numRuns: 100 },
  );
});

void t.test('rebuilding the touched positions gives what rebuilding everything gives', async (t) => {
  fc.assert(
    fc.property(anyHistory, fc.nat(), ({ deals, orders }, seed) => {
      const isTouched = ({ positionId }: { positionId: string }): boolean =>
        (Number(positionId) + seed) % 2 === 0;
      t.same(tradesOf(deals.filter(isTouched), orders), tradesOf(deals, orders).filter(isTouched));
    }),
    { numRuns: 100 },
  );
});

void t.test('what is open is the signed sum of the volumes', async () => {
  fc.assert(
    fc.property(anyHistory, ({ deals, orders, open }) => {
      const trades = tradesOf(deals, orders);
      return [...open].every(([id, volume]) => {
        const mine = trades.filter((trade) => trade.positionId === id && trade.closedMs === null);
        const signed = mine.map(({ side, openVolume }) => (side === 'buy' ? openVolume : -openVolume));
        return Math.round(sum(signed) * 100) === volume && mine.length === (volume === 0 ? 0 : 1);
      });
    }),
    { numRuns: 400 },
  );
});

void t.test(
  'a history as brokers write it leaves nothing to review, and only orphans without an entry',
  async () => {
    fc.assert(
      fc.property(anyHistory, ({ deals, orders }) =>
        tradesOf(deals, orders)
          .filter(({ positionId }) => !positionId.startsWith('4'))
          .every(
            ({ flags, openPrice }) =>
              !flags.includes('review') && !flags.includes('orphan') && openPrice !== null,
          ),
      ),
    );
  },
);
