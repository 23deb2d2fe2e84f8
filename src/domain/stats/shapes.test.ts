import fc from 'fast-check';
import t from 'tap';
import { bucketsOf } from './breakdown.js';
import { dimensions, partedBy } from './dimension.js';
import { binsOf, roundStep } from './histogram.js';
import { balanceLine } from './line.js';
import { noDeals } from './deal-table.js';
import { noTrades, type TradeTable } from './trade-table.js';
import { rollingOf } from './rolling.js';
import { dayNumber, hourNumber, wallsOf, weekdayNumber } from './walls.js';
import { role } from '../metatrader/columns.js';
import { dayOf, weekdayOf } from '../../lib/day.js';

const cents = fc.integer({ min: -50_000, max: 50_000 });
const results = fc.array(cents, { maxLength: 80 });
const zones = ['Europe/London', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

const tableOf = (nets: readonly number[], atMs: (at: number) => number): TradeTable => {
  const table = noTrades(nets.length);
  table.ids = nets.map((_, at) => String(at));
  nets.forEach((net, at) => {
    table.nets[at] = net;
    table.openedMs[at] = atMs(at);
    table.closedMs[at] = atMs(at) + 3_600_000;
    table.volumes[at] = (at % 40) / 20;
  });
  const names = ['EURUSD', 'XAUUSD', ''];
  for (const column of [table.names, table.sides, table.sessions]) {
    column.words = names;
    column.codes = Int32Array.from(nets, (_, at) => at % names.length);
  }
  table.sides.words = ['buy', 'sell', 'buy'];
  table.sessions.words = ['london', 'off', ''];
  for (const column of [table.accounts, table.magics, table.comments, table.sources, table.experts])
    column.words = ['0'];
  return table;
};

void t.test('the buckets of every dimension come to the whole', async (t) => {
  fc.assert(
    fc.property(results, fc.constantFrom(...zones), fc.constantFrom(...dimensions), (nets, zone, by) => {
      const table = tableOf(nets, (at) => Date.UTC(2026, 2, 1) + at * 7 * 3_600_000);
      const { codes, words } = partedBy(table, by, zone);
      const buckets = bucketsOf(table, codes, words.length);
      const sum = (of: (bucket: (typeof buckets)[number]) => number): number =>
        buckets.reduce((total, bucket) => total + of(bucket), 0);
      return (
        sum(({ n }) => n) === nets.length &&
        sum(({ net }) => net) === nets.reduce((total, net) => total + net, 0) &&
        sum(({ wins, losses }) => wins + losses) === nets.filter((net) => net !== 0).length
      );
    }),
  );
  t.pass();
});

void t.test(
  'clocks on the wall are those of the zone, across the changes of both sides of the Atlantic',
  async (t) => {
    const edges = ['2026-03-08T06:30Z', '2026-03-29T00:30Z', '2026-10-25T00:30Z', '2026-11-01T05:30Z'].map(
      (text) => Date.parse(text.replace('Z', ':00Z')),
    );
    const times = Float64Array.from(
      edges.flatMap((edge) => [-2, -1, 0, 1, 2].map((hours) => edge + hours * 3_600_000)),
    );
    for (const zone of zones) {
      const walls = wallsOf(times, zone);
      times.forEach((ms, at) => {
        const day = dayOf(new Date(ms), zone);
        t.equal(
          new Date(dayNumber(walls[at] ?? 0) * 86_400_000).toISOString().slice(0, 10),
          day,
          `${zone} ${ms}`,
        );
        t.equal(weekdayNumber(walls[at] ?? 0), weekdayOf(day));
        const hour = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          hour: '2-digit',
          hourCycle: 'h23',
        }).format(ms);
        t.equal(hourNumber(walls[at] ?? 0), Number(hour));
      });
    }
  },
);

void t.test('every value is in one bin, and zero parts them', async (t) => {
  fc.assert(
    fc.property(results, (values) => {
      const bins = binsOf(Float64Array.from(values));
      return (
        bins.reduce((sum, { n }) => sum + n, 0) === values.length &&
        bins.every(({ from, to }) => from >= 0 || to <= 1e-9) &&
        bins.length <= 60
      );
    }),
  );
  t.same(binsOf(Float64Array.from([Number.NaN])), []);
  t.same([0.3, 1, 1.2, 21, 700].map(roundStep), [0.5, 1, 2, 50, 1000]);
});

void t.test('a rolling figure is that of the last trades alone', async (t) => {
  fc.assert(
    fc.property(results, fc.integer({ min: 1, max: 30 }), (values, size) => {
      const { expectancy, winRate, profitFactor } = rollingOf(Float64Array.from(values), size);
      return values.every((_, at) => {
        const last = values.slice(at - size + 1, at + 1);
        if (at < size - 1) return Number.isNaN(expectancy[at]);
        const won = last.filter((net) => net > 0);
        const lost = -last.filter((net) => net < 0).reduce((sum, net) => sum + net, 0);
        const gain = won.reduce((sum, net) => sum + net, 0);
        return (
          Math.abs((expectancy[at] ?? NaN) - (gain - lost) / size) < 1e-6 &&
          winRate[at] === won.length / size &&
          (lost === 0
            ? Number.isNaN(profitFactor[at])
            : Math.abs((profitFactor[at] ?? NaN) - gain / lost) < 1e-9)
        );
      });
    }),
  );
  t.pass();
});

void t.test('a deposit moves the peak along and is no gain, a fall stands below the peak', async (t) => {
  const deals = noDeals(5);
  deals.atMs.set([1, 2, 3, 4, 5]);
  deals.roles.set([role.flow, role.exitLong, role.exitLong, role.flow, role.withdrawal]);
  deals.nets.set([1_000, 200, -300, 500, -400]);
  const { values, peaks, flows } = balanceLine(deals);
  t.same([...values], [1_000, 1_200, 900, 1_400, 1_000]);
  t.same([...peaks], [1_000, 1_200, 1_200, 1_700, 1_300]);
  t.same(
    flows.map(({ amount }) => amount),
    [1_000, 500, -400],
  );
});
