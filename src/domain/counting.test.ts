import fc from 'fast-check';
import t from 'tap';
import { countingDeals, settlement } from './counting.js';
import type { Deal } from './deal.js';

const deal = (more: Partial<Deal>): Deal => ({
  ...{
    ticket: '10',
    order: '5',
    positionId: '5',
    serverMs: 1_700_000_000_000,
    type: 0,
    entry: 0,
    reason: null,
  },
  ...{ magic: '0', symbol: 'EURUSD', volume: 0.1, price: 1.08, profit: 0, swap: 0, commission: 0, fee: 0 },
  ...{ comment: '', source: 'report' },
  ...more,
});
const tickets = (deals: ReadonlyMap<string, Deal>): string[] => [...deals.keys()].sort();

void t.test('a terminal goes before reports, and of reports the first one told', async (t) => {
  const live = deal({ source: 'live', comment: 'by the terminal' });
  const later = deal({ comment: 'later' });
  t.equal(countingDeals([live], [later]).get('10'), live);
  t.equal(countingDeals([], [later, deal({ comment: 'earlier' })]).get('10'), later);
});

void t.test('what was made of a list gives way to true deals of its position, cash does not', async (t) => {
  const made = [deal({ ticket: '-7' }), deal({ ticket: '-8', positionId: '6' })];
  const cash = [
    deal({ ticket: '-9', positionId: '0', type: 2 }),
    deal({ ticket: '1', positionId: '0', type: 2 }),
  ];
  t.same(tickets(countingDeals([], [...made, ...cash])), ['-7', '-8', '-9', '1']);
  t.same(tickets(countingDeals([deal({ ticket: '3' })], [...made, ...cash])), ['-8', '-9', '1', '3']);
});

void t.test('what is kept becomes what counts, and nothing is touched that is right', async (t) => {
  const kept = [deal({ ticket: '1' }), deal({ ticket: '2' }), deal({ ticket: '3' })];
  const counting = countingDeals(
    [],
    [deal({ ticket: '2' }), deal({ ticket: '3', profit: 5 }), deal({ ticket: '4' })],
  );
  const { gone, added, changed } = settlement(kept, counting);
  t.same([gone, added.map((d) => d.ticket), changed.map((d) => d.ticket)], [['1'], ['4'], ['3']]);
});

const someDeal = fc.record({
  ticket: fc
    .integer({ min: -4, max: 4 })
    .filter((n) => n !== 0)
    .map(String),
  positionId: fc.constantFrom('0', '5', '6'),
  profit: fc.integer({ min: -3, max: 3 }),
});

void t.test('settled once, there is nothing to settle', async (t) => {
  fc.assert(
    fc.property(fc.array(someDeal), fc.array(someDeal), fc.array(someDeal), (live, told, before) => {
      const unique = (rows: typeof live, source: 'live' | 'report'): Deal[] => [
        ...new Map(rows.map((row) => [row.ticket, deal({ ...row, source })])).values(),
      ];
      const counting = countingDeals(
        unique(live, 'live'),
        told.map((row) => deal(row)),
      );
      const kept = new Map(unique(before, 'report').map((one) => [one.ticket, one]));
      const { gone, added, changed } = settlement([...kept.values()], counting);
      for (const ticket of gone) kept.delete(ticket);
      for (const one of [...added, ...changed]) kept.set(one.ticket, one);
      const again = settlement([...kept.values()], counting);
      return (
        again.gone.length + again.added.length + again.changed.length === 0 && kept.size === counting.size
      );
    }),
  );
  t.end();
});
