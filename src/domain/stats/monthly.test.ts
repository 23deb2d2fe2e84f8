import fc from 'fast-check';
import t from 'tap';
import { dayMs } from '../../lib/clock.js';
import { balancesAt, type BalanceCurve } from './balance.js';
import { growthOf, returnsOf } from './growth.js';
import { joinMonths, monthSums } from './monthly.js';
import { noColumns, type TradeColumns } from './trade-columns.js';

const startMs = Date.parse('2024-01-01T00:00:00Z');

const columnsOf = (trades: readonly { day: number; net: number }[]): TradeColumns => {
  const sorted = [...trades].sort((a, b) => a.day - b.day);
  const columns = noColumns(sorted.length);
  sorted.forEach(({ day, net }, at) => {
    columns.openedMs[at] = startMs + day * dayMs - 60_000;
    columns.closedMs[at] = startMs + day * dayMs;
    columns.nets[at] = net;
  });
  return columns;
};

const onBalances = (columns: TradeColumns, curve: BalanceCurve) => ({
  ...columns,
  balances: balancesAt(curve, columns.openedMs),
});

const curveOf = (balance: number) => ({
  atMs: Float64Array.of(0),
  balances: Float64Array.of(balance),
});

const trades = fc.array(
  fc.record({
    day: fc.double({ min: 1, max: 900, noNaN: true }),
    net: fc.integer({ min: -5_000, max: 5_000 }),
  }),
  { maxLength: 60 },
);
const zones = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Sydney');

void t.test(
  'months, years and all of them come to what the trades came to, in money and in growth',
  async () => {
    fc.assert(
      fc.property(trades, zones, fc.integer({ min: 100_000, max: 1_000_000 }), (list, timeZone, balance) => {
        const columns = columnsOf(list);
        const curve = curveOf(balance);
        const months = monthSums(onBalances(columns, curve), timeZone);
        const yearOf = (month: number): number => Math.floor(month / 12);
        const byYear = [...new Set([...months.keys()].map(yearOf))].map((year) =>
          joinMonths([...months].flatMap(([number, month]) => (yearOf(number) === year ? month : []))),
        );
        const net = columns.nets.reduce((sum, one) => sum + one, 0);
        const twr = growthOf(returnsOf(onBalances(columns, curve)), { fromMs: 0, toMs: 1 }).twr.value ?? 0;
        return [joinMonths([...months.values()]), joinMonths(byYear)].every(
          (all) =>
            all.n === list.length && all.net === net && Math.abs((all.growth.value ?? NaN) - twr) < 1e-9,
        );
      }),
    );
  },
);

void t.test('a month ends when it ends in the zone', async (t) => {
  // 2024-02-01 02:00 UTC is still January in New York.
  const columns = columnsOf([{ day: 31 + 2 / 24, net: 100 }]);
  const numbersIn = (timeZone: string): number[] => [
    ...monthSums(onBalances(columns, curveOf(1)), timeZone).keys(),
  ];
  t.same(numbersIn('UTC'), [54 * 12 + 1]);
  t.same(numbersIn('America/New_York'), [54 * 12]);
});

void t.test('growth on nothing is not known, and neither is that of its year; the others are', async (t) => {
  const columns = columnsOf([
    { day: 5, net: 100 },
    { day: 40, net: 100 },
  ]);
  // Paid in only after the first trade was opened.
  const curve = { atMs: Float64Array.of(startMs + 20 * dayMs), balances: Float64Array.of(1_000) };
  const [january, february] = [...monthSums(onBalances(columns, curve), 'UTC').values()];
  t.match(january, { net: 100, growth: { value: null, reason: /balance was not above zero/ } });
  t.ok(Math.abs((february?.growth.value ?? 0) - 0.1) < 1e-12, 'what is known of February stands');
  t.match(joinMonths([january, february].flatMap((month) => month ?? [])), {
    net: 200,
    growth: { value: null },
  });
});
