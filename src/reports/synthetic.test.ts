import fc from 'fast-check';
import t from 'tap';
import { toMinor } from '../lib/money.js';
import { tradesOf } from '../domain/trade.js';
import type { Deal } from '../domain/deal.js';
import { shares, sumOf } from './decimal-text.js';
import type { ReportCash, ReportPosition } from './report.js';
import { type SyntheticDeal, syntheticDeals } from './synthetic.js';

const nine = Date.parse('2026-03-02T09:00:00Z');
const minute = 60_000;

const position = (more: Partial<ReportPosition> = {}): ReportPosition => ({
  row: 1,
  positionId: null,
  symbol: 'EURUSD',
  side: 'buy',
  volume: '0.10',
  openedMs: nine,
  openPrice: '1.0800',
  closedMs: nine + minute,
  closePrice: '1.0810',
  stopLoss: null,
  takeProfit: null,
  profit: '10.00',
  swap: null,
  commission: null,
  fee: null,
  net: null,
  magic: null,
  comment: '',
  closeReason: null,
  ...more,
});

const cash = (more: Partial<ReportCash> = {}): ReportCash => ({
  row: 1,
  ticket: null,
  timeMs: nine,
  type: 2,
  amount: '100.00',
  comment: 'Deposit',
  ...more,
});

const tickets = (deals: readonly SyntheticDeal[]): string[] => deals.map(({ ticket }) => ticket).sort();

/** As they are kept and made trades of. */
const kept = (deal: SyntheticDeal): Deal => ({
  ...deal,
  serverMs: deal.timeMs,
  reason: deal.reason ?? 0,
  magic: deal.magic ?? '0',
  volume: Number(deal.volume),
  price: Number(deal.price),
  profit: toMinor(deal.profit, 2),
  swap: toMinor(deal.swap, 2),
  commission: toMinor(deal.commission, 2),
  fee: toMinor(deal.fee, 2),
});

const tradesIn = (positions: readonly ReportPosition[]): ReturnType<typeof tradesOf> =>
  tradesOf(syntheticDeals(positions, []).map(kept), new Map());

const cents = fc.integer({ min: -100_000, max: 100_000 }).map((minor) => (minor / 100).toFixed(2));
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null, freq: 2 });

/** Few values each, so that rows are often alike. */
const anyPosition: fc.Arbitrary<ReportPosition> = fc
  .record({
    positionId: fc.constantFrom(null, '41', '42', 'TX-7'),
    symbol: fc.constantFrom('EURUSD', 'XAUUSD'),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    volume: fc.constantFrom('0.1', '0.10', '0.25'),
    openedMs: fc.constantFrom(nine, nine + minute),
    openPrice: fc.constantFrom('1.08', '1.0800', '1.09'),
    lasts: fc.constantFrom(0, minute, 5 * minute),
    closePrice: fc.constantFrom('1.07', '1.1'),
    profit: maybe(cents),
    net: cents,
    swap: maybe(cents),
    commission: maybe(cents),
    fee: maybe(cents),
  })
  .map(({ lasts, ...rest }) => position({ ...rest, closedMs: rest.openedMs + lasts }));

const anyPositions = fc.array(anyPosition, { maxLength: 30 });
const anyCash = fc.array(
  fc.record({ ticket: fc.constantFrom(null, '77'), amount: cents }).map((more) => cash(more)),
  { maxLength: 10 },
);

const netIn = (row: ReportPosition): string =>
  row.profit === null ? (row.net ?? '0') : sumOf([row.profit, row.swap, row.commission, row.fee]);
const netOf = (deal: SyntheticDeal): string => sumOf([deal.profit, deal.swap, deal.commission, deal.fee]);

void t.test('the same rows give the same tickets in any order', async () => {
  const shuffled = anyPositions.chain((rows) =>
    fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
  );
  fc.assert(
    fc.property(shuffled, anyCash, ([rows, others], paid) => {
      const [deals, again] = [syntheticDeals(rows, paid), syntheticDeals(others, [...paid].reverse())];
      return JSON.stringify(tickets(deals)) === JSON.stringify(tickets(again));
    }),
  );
});

void t.test('a longer file has all tickets of a shorter one', async () => {
  fc.assert(
    fc.property(anyPositions, anyPositions, anyCash, (rows, more, paid) => {
      const longer = new Set(tickets(syntheticDeals([...more, ...rows], [...paid, cash({ amount: '1' })])));
      return tickets(syntheticDeals(rows, paid)).every((ticket) => longer.has(ticket));
    }),
  );
});

void t.test('tickets are unique, negative and fit into 64 bits', async () => {
  fc.assert(
    fc.property(anyPositions, anyCash, (rows, paid) => {
      const all = tickets(syntheticDeals(rows, paid));
      return (
        new Set(all).size === all.length &&
        all.every((ticket) => BigInt(ticket) < 0n && BigInt(ticket) >= -(2n ** 63n))
      );
    }),
  );
});

void t.test('the sums of the deals are those of the rows', async () => {
  fc.assert(
    fc.property(anyPositions, anyCash, (rows, paid) => {
      const expected = sumOf([...rows.map(netIn), ...paid.map(({ amount }) => amount)]);
      return (
        Number(sumOf([...syntheticDeals(rows, paid).map(netOf), `-${expected}`.replace('--', '')])) === 0
      );
    }),
  );
});

void t.test('each row is a trade again, and nothing of it is odd', async () => {
  const apart = anyPositions.map((rows) => rows.map((row) => ({ ...row, positionId: null })));
  fc.assert(
    fc.property(apart, (rows) => {
      const trades = tradesIn(rows);
      return (
        trades.length === rows.length &&
        trades.every(
          ({ closedMs, flags, openVolume }) => closedMs !== null && openVolume === 0 && flags.length === 0,
        )
      );
    }),
  );
});

void t.test('parts of one position are one trade, before and after the last of them is closed', async (t) => {
  const part = position({ positionId: '41', volume: '0.04', profit: '4.00' });
  const rest = position({ positionId: '41', volume: '0.01', profit: '2.00', closedMs: nine + 5 * minute });
  const open = { ...rest, closedMs: null, closePrice: null, profit: null };
  const early = syntheticDeals([part, open], []);
  const late = syntheticDeals([rest, part], []);

  t.match(tradesIn([part, open]), [{ positionId: '41', volume: 0.05, openVolume: 0.01, closedMs: null }]);
  t.match(tradesIn([rest, part]), [{ positionId: '41', volume: 0.05, openVolume: 0, gross: 600, flags: [] }]);
  t.equal(early.length, 3);
  t.equal(late.length, 4);
  const known = new Set(tickets(late));
  t.ok(tickets(early).every((ticket) => known.has(ticket)));
});

void t.test('what is left of a partly closed position takes the entry of the whole with it', async (t) => {
  const before = position({ positionId: '41', ticket: '41', volume: '0.05', closedMs: null, profit: null });
  const part = position({ positionId: '41', ticket: '41', volume: '0.04' });
  const rest = position({ positionId: '41', ticket: '43', volume: '0.01', closedMs: nine + 5 * minute });
  const later = syntheticDeals([part, rest], []);
  const known = new Map([...syntheticDeals([before], []), ...later].map((deal) => [deal.ticket, deal]));
  t.equal(known.size, later.length);
  t.match(tradesOf([...known.values()].map(kept), new Map()), [{ volume: 0.05, openVolume: 0, flags: [] }]);
  const apart = [...syntheticDeals([part], []), ...syntheticDeals([rest], [])];
  t.strictSame(tickets(apart), tickets(later), 'also where each part comes in a file of its own');
});

void t.test('an open row is an entry without money', async (t) => {
  const open = position({ positionId: '9', closedMs: null, closePrice: null, profit: null, swap: '-1.00' });
  t.match(syntheticDeals([open], []), [
    { positionId: '9', entry: 0, type: 0, profit: '0', swap: '0', isSynthetic: true },
  ]);
});

void t.test('what is only known as a net becomes the profit, less the costs that are listed', async (t) => {
  const [, exit] = syntheticDeals([position({ profit: null, net: '9.30', commission: '-0.70' })], []);
  t.match(exit, { profit: '10.00', commission: '-0.70', swap: '0' });
  t.throws(() => syntheticDeals([position({ profit: null })], []), RangeError);
});

void t.test('a number that is no broker’s becomes a stable one', async (t) => {
  const [entry] = syntheticDeals([position({ positionId: 'TX-7' })], []);
  const [again] = syntheticDeals([position({ positionId: 'TX-7', row: 5, volume: '0.2' })], []);
  t.match(entry?.positionId, /^-\d+$/);
  t.equal(entry?.positionId, again?.positionId);
  const [own] = syntheticDeals([position({ positionId: entry?.positionId ?? '' })], []);
  t.equal(own?.positionId, entry?.positionId, 'RawJournal’s own files bring it back');
});

void t.test('shares are a sum again', async () => {
  const weights = fc.array(fc.constantFrom('1', '0.25', '3'), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(cents, weights, (total, parts) => Number(sumOf(shares(total, parts))) === Number(total)),
  );
});
