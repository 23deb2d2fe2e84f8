import fc from 'fast-check';
import t from 'tap';
import { setClockRule } from '../data/derived-times.js';
import { addBatchOrders, type BatchDeal, type BatchOrder } from '../data/import-rows.js';
import { batch, pair, save, startMs, undo, world } from '../testing/batch-world.js';

t.setTimeout(300_000);

const decimal = (whole: number, digits: number) =>
  fc
    .tuple(fc.integer({ min: -whole, max: whole }), fc.nat(10 ** digits - 1))
    .map(([before, behind]) => `${before}.${String(behind).padStart(digits, '0')}`);

/** Positions with more deals than two, deals of the balance among them, and what reports tell of money. */
const anyDeals = fc
  .array(
    fc.record({
      positionId: fc.constantFrom('0', '500', '502', '504', '505'),
      entry: fc.constantFrom(0, 1, 2, 3),
      type: fc.constantFrom(0, 1),
      volume: fc.constantFrom('0.10', '0.2', '1', '1.000'),
      price: fc.constantFrom('1.10000', '1.1', '2000', '0.00001'),
      ...{ profit: decimal(2_000, 3), swap: decimal(9, 2), commission: decimal(9, 4), fee: decimal(9, 1) },
      comment: fc.constantFrom('', '{"a\\', 'NULL'),
      reason: fc.constantFrom(null, 4),
      hours: fc.nat(9_000),
    }),
    { maxLength: 25 },
  )
  .map((deals) =>
    deals.map(({ hours, ...deal }, at): BatchDeal => {
      const type = deal.positionId === '0' ? 2 + deal.type : deal.type;
      const [row, ticket, order] = [at + 1, String(100 + at), String(500 + at)];
      return {
        ...deal,
        type,
        row,
        ticket,
        order,
        timeMs: startMs + hours * 3_600_000 + at,
        magic: null,
        symbol: 'EURUSD',
      };
    }),
  );

const orderWithStops = (ticket: string, type: number): BatchOrder => ({
  ...{ ticket, positionId: '500', positionById: '502', timeMs: startMs, type, state: null, magic: null },
  ...{ symbol: 'EURUSD', volume: '1', price: '1.1', stopLoss: '1.05000', takeProfit: null, comment: '' },
});

void t.test('what the first batch of an account comes to, it comes to behind another one too', async (t) => {
  const here = await world(t);
  const { userId } = here.owner;
  await here.asUser((tx) => setClockRule(tx, here.owner, 'ny+7'));
  const positions = ['0', '500', '502', '504', '505'];
  let most = 0;
  await fc.assert(
    fc.asyncProperty(anyDeals, fc.constantFrom(0, 8), async (deals, type) => {
      const first = await batch(here, deals);
      const orders = ['500', '503', '510'].map((ticket) => orderWithStops(ticket, type));
      await here.asUser((tx) => addBatchOrders(tx, { userId, importId: first }, orders));
      await save(here, first);
      const alone = await here.kept(positions);
      most = Math.max(most, alone[1]?.length ?? 0);
      await undo(here, first);
      t.same(await here.kept(positions), [[], []]);
      const other = await batch(here, pair(900));
      await save(here, other);
      const again = await batch(here, deals);
      await here.asUser((tx) => addBatchOrders(tx, { userId, importId: again }, orders));
      await save(here, again);
      t.same(await here.kept(positions), alone);
      for (const id of [again, other]) await undo(here, id);
    }),
    { numRuns: 20 },
  );
  t.ok(most > 2);
});
