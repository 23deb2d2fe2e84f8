import fc from 'fast-check';
import t from 'tap';
import { role } from '../metatrader/columns.js';
import { noDeals } from './deal-table.js';
import { balanceLine } from './line.js';
import { withEquity } from './watched.js';

const minuteMs = 60_000;

const lineAt = (minutes: readonly number[]) => {
  const deals = noDeals(minutes.length);
  deals.atMs.set(minutes.map((minute) => minute * minuteMs));
  deals.roles.set(minutes.map((_, at) => (at === 0 ? role.flow : role.exitLong)));
  deals.nets.set(minutes.map((_, at) => (at === 0 ? 1_000 : 10)));
  return balanceLine(deals);
};

void t.test('a line of equity is broken where nobody watched, and at a deal it holds', async (t) => {
  const line = lineAt([0, 12, 100]);
  const minutes = [10, 11, 13, 200, 201, 300];
  const { atMs, values, equity } = withEquity(line, {
    atMs: minutes.map((minute) => minute * minuteMs),
    equity: [1_001, 1_002, 1_003, 1_004, 1_005, 1_006],
    runs: [0, 0, 0, 1, 1, 2],
  });
  t.same(
    atMs.map((ms, at) => [ms / minuteMs, values[at], equity[at]]),
    [
      [0, 1_000, NaN],
      [10, 1_000, 1_001],
      [11, 1_000, 1_002],
      [12, 1_010, 1_002],
      [13, 1_010, 1_003],
      [100, 1_020, NaN],
      [200, 1_020, 1_004],
      [201, 1_020, 1_005],
      [300 - 1 / 60, 1_020, NaN],
      [300, 1_020, 1_006],
    ],
  );
});

void t.test(
  'no reading is lost behind the first deal, none is made up, and two runs never touch',
  async (t) => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, steps, (dealSteps, readSteps) => {
        let minute = 0;
        const line = lineAt([0, ...dealSteps.map((step) => (minute += step))]);
        let [reading, run] = [5, 0];
        const runs: number[] = [];
        const times = readSteps.map((step) => {
          reading += step;
          if (step > 10) run += 1;
          runs.push(run);
          return reading * minuteMs + 500;
        });
        const whole = withEquity(line, { atMs: times, equity: times.map((_, at) => at), runs });
        const known = whole.equity.filter((value) => !Number.isNaN(value));
        const runOf = (at: number): number => runs[whole.equity[at] ?? NaN] ?? NaN;
        return (
          whole.atMs.every((ms, at) => ms >= (whole.atMs[at - 1] ?? 0)) &&
          times.every((_, at) => known.includes(at)) &&
          whole.atMs.filter((ms) => ms % minuteMs === 0).length === line.atMs.length &&
          whole.equity.every((_, at) => {
            const both = [runOf(at - 1), runOf(at)];
            return both.some(Number.isNaN) || both[0] === both[1];
          })
        );
      }),
    );
    t.pass();
  },
);
