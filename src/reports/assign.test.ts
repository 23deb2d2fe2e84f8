import fc from 'fast-check';
import t from 'tap';
import { dealEntry } from '../domain/deal.js';
import { assigned, minor, sum, tradesOfDeals, withoutIds } from '../testing/assigned.js';
import { anyHedged, anyStep, type Hedged, hedgedOf } from '../testing/hedging.js';
import { assignPositions, type AssignedDeal } from './assign.js';

/** Each closed position whose deals do not add up to its row. */
const unequalRows = (deals: readonly AssignedDeal[], positions: Hedged['positions']): string[] =>
  positions
    .filter(({ closedMs }) => closedMs !== null)
    .filter((row) => {
      const mine = deals.filter(({ positionId }) => positionId === row.positionId);
      const exits = mine.filter(({ entry }) => entry !== dealEntry.in);
      return (
        sum(exits.map(({ volume }) => minor(volume))) !== minor(row.volume) ||
        sum(mine.map(({ profit }) => minor(profit))) !== minor(row.profit) ||
        sum(mine.map(({ swap }) => minor(swap))) !== minor(row.swap)
      );
    })
    .map(({ positionId }) => positionId ?? '');

void t.test('every closed position gets deals that add up to its row', async (t) => {
  fc.assert(
    fc.property(anyHedged, (history) => {
      t.same(unequalRows(assigned(history).deals, history.positions), []);
    }),
    { numRuns: 300 },
  );
});

void t.test('every exit gets a position, and entries the one their order opened', async () => {
  fc.assert(
    fc.property(anyHedged, (history) => {
      const { deals, counts } = assigned(history);
      const ids = new Set(history.positions.map(({ positionId }) => positionId));
      return (
        counts.orphans === 0 &&
        deals.every(({ positionId }) => ids.has(positionId)) &&
        deals.every(({ entry, positionId, order }) => entry !== dealEntry.in || positionId === order)
      );
    }),
    { numRuns: 200 },
  );
});

void t.test('trades have the totals of the true history', async () => {
  fc.assert(
    fc.property(anyHedged, (history) => {
      const found = tradesOfDeals(assigned(history).deals, history.orders);
      const real = tradesOfDeals(history.deals, history.orders);
      const closed = (trades: typeof found): number =>
        trades.filter(({ closedMs }) => closedMs !== null).length;
      return (
        sum(found.map(({ net }) => net)) === sum(real.map(({ net }) => net)) &&
        found.length === real.length &&
        closed(found) === closed(real) &&
        found.every(({ flags }) => !flags.includes('review') && !flags.includes('orphan'))
      );
    }),
    { numRuns: 200 },
  );
});

/** What a trade shows, without the numbers of its position and deals. */
const shownOf = (deals: readonly AssignedDeal[], { orders }: Hedged): string[] =>
  tradesOfDeals(deals, orders)
    .map(
      ({
        symbol,
        side,
        openedMs,
        closedMs,
        volume,
        openVolume,
        openPrice,
        closePrice,
        gross,
        swap,
        commission,
      }) =>
        [
          symbol,
          side,
          openedMs,
          closedMs,
          volume,
          openVolume,
          openPrice,
          closePrice,
          gross,
          swap,
          commission,
        ].join(' '),
    )
    .sort();

void t.test('where no problem is told, trades are the true ones', async (t) => {
  fc.assert(
    fc.property(anyHedged, (history) => {
      const { deals, problems } = assigned(history);
      if (problems.length > 0) return;
      t.same(shownOf(deals, history), shownOf(history.deals, history));
    }),
    { numRuns: 200 },
  );
});

void t.test('the order of deals and rows changes nothing', async (t) => {
  fc.assert(
    fc.property(anyHedged, (history) => {
      const byTicket = (deals: readonly AssignedDeal[]): Map<string, string> =>
        new Map(deals.map(({ ticket, positionId }) => [ticket, positionId]));
      const turned = {
        deals: [...history.deals].reverse(),
        orders: [...history.orders].reverse(),
        positions: [...history.positions].reverse(),
      };
      const [one, other] = [byTicket(assigned(history).deals), byTicket(assigned(turned).deals)];
      t.ok([...one].every(([ticket, id]) => other.get(ticket) === id));
    }),
    { numRuns: 60 },
  );
});
void t.test('a hundred thousand deals are no more work than so many small ones', async (t) => {
  const steps = fc.sample(anyStep, { numRuns: 60_000, seed: 5 });
  const { deals, orders, positions } = hedgedOf(
    steps.map((one, at) => (at % 40 === 39 ? { ...one, kind: 'close-all' } : one)),
  );
  t.ok(deals.length > 60_000, `${deals.length} deals`);
  const found = assignPositions(withoutIds(deals), orders, positions, true);
  const byId = new Map<string, AssignedDeal[]>();
  for (const deal of found.deals) byId.set(deal.positionId, [...(byId.get(deal.positionId) ?? []), deal]);
  const odd = positions.filter((row) => unequalRows(byId.get(row.positionId ?? '') ?? [], [row]).length > 0);
  t.equal(odd.length, 0);
  t.equal(found.counts.orphans, 0);
});
