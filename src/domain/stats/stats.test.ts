import fc from 'fast-check';
import t, { type Test } from 'tap';
import { dayMs } from '../../lib/clock.js';
import type { Figure } from '../metatrader/figure.js';
import { balanceAt, balancesAt, countUntil } from './balance.js';
import { dailyFigures, dailyReturns } from './daily.js';
import { absoluteGainOf, growthOf, returnsOf } from './growth.js';
import { journalOf, type JournalFigures } from './journal.js';
import { riskOfRuinOf, usualRuin } from './ruin.js';
import { noColumns, type TradeColumns } from './trade-columns.js';
import { xirrOf } from './xirr.js';

const minor = (amount: number): number => Math.round(amount * 100);

/** Trades of these results, a day each, one after another. */
const tradesOf = (nets: readonly number[], rs: readonly number[] = []): TradeColumns => {
  const columns = noColumns(nets.length);
  nets.forEach((net, at) => {
    columns.openedMs[at] = at * dayMs;
    columns.closedMs[at] = (at + 0.5) * dayMs;
    columns.nets[at] = net;
    columns.grosses[at] = net + 7;
    columns.commissions[at] = -7;
    columns.rs[at] = rs[at] ?? Number.NaN;
  });
  return columns;
};

const near = (t: Test, figure: Figure, wanted: number, digits: number): void => {
  t.ok(
    figure.value !== null && Math.abs(figure.value - wanted) < 10 ** -digits,
    `${String(figure.value ?? figure.reason)} for ${wanted}`,
  );
};

/** MQL5 article "Mathematics in trading", from 500. */
const article =
  '-17.08 -41 147.8 -159.96 216.97 98.3 -87.74 -27.84 12.34 48.14 -60.91 10.63 -125.42 -27.81 88.03 32.93 54.82 -160.1 -83.37 ' +
  '118.4 145.65 48.44 77.39 57.48 67.75 -127.1 -70.18 -127.61 31.31 -12.55';
const articleNets = article.split(' ').map((text) => minor(Number(text)));

void t.test('the trades of a published article come to its figures', async (t) => {
  const figures = journalOf(tradesOf(articleNets));
  near(t, figures.net, 12771, 9);
  near(t, figures.profitFactor, 1.113151, 6);
  near(t, figures.wins, 16, 9);
  near(t, figures.losses, 14, 9);
  near(t, figures.kelly, 0.054213, 6);
  near(t, figures.longestWinStreak, 6, 9);
  near(t, figures.longestLossStreak, 3, 9);
  near(t, figures.winRate, 16 / 30, 9);
  near(t, figures.maxDrawdown, 32_630, 9);
  near(t, figures.recoveryFactor, 0.39139, 5);
  near(t, figures.averageHoldingSeconds, 43_200, 9);
});

/** Slow, and straight from the definitions. */
function plainly(
  nets: readonly number[],
  tolerance: number,
): Partial<Record<keyof JournalFigures, number | null>> {
  const wins = nets.filter((net) => net > tolerance);
  const losses = nets.filter((net) => net < -tolerance);
  const sum = (some: readonly number[]): number => some.reduce((total, one) => total + one, 0);
  const runs = (sign: number): number =>
    Math.max(
      0,
      ...nets
        .map((net) => (net > tolerance ? 1 : net < -tolerance ? -1 : 0))
        .join(',')
        .split(',')
        .map((_, at, all) => {
          let length = 0;
          while (Number(all[at + length]) === sign) length += 1;
          return length;
        }),
    );
  const averageWin = wins.length === 0 ? null : sum(wins) / wins.length;
  const averageLoss = losses.length === 0 ? null : sum(losses) / losses.length;
  const payoff = averageWin === null || averageLoss === null ? null : averageWin / -averageLoss;
  const share = wins.length / (wins.length + losses.length);
  return {
    ...{ trades: nets.length, wins: wins.length, losses: losses.length },
    ...{ breakeven: nets.length - wins.length - losses.length, net: sum(nets) },
    winRate: nets.length === 0 ? null : wins.length / nets.length,
    profitFactor: losses.length === 0 ? null : sum(wins) / -sum(losses),
    expectancy: nets.length === 0 ? null : sum(nets) / nets.length,
    ...{ averageWin, averageLoss, payoff },
    kelly: payoff === null ? null : share - (1 - share) / payoff,
    bestTrade: nets.length === 0 ? null : Math.max(...nets),
    worstTrade: nets.length === 0 ? null : Math.min(...nets),
    ...{ longestWinStreak: runs(1), longestLossStreak: runs(-1) },
  };
}

void t.test('thousands of histories come to what the definitions say', async (t) => {
  const nets = fc.array(fc.integer({ min: -50_000, max: 50_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(nets, fc.constantFrom(0, 100, 5_000), (all, tolerance) => {
      const figures = journalOf(tradesOf(all), { tolerance });
      for (const [name, wanted] of Object.entries(plainly(all, tolerance))) {
        const { value } = figures[name as keyof JournalFigures];
        if (
          wanted === null
            ? value !== null
            : value === null || Math.abs(value - wanted) > 1e-6 * (1 + Math.abs(wanted))
        )
          throw new Error(`${name}: ${String(value)} for ${String(wanted)}`);
      }
    }),
    { numRuns: 3_000 },
  );
  t.pass('each figure');
});

void t.test('the parts of a set come to the whole', async (t) => {
  const nets = fc.array(fc.integer({ min: -50_000, max: 50_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(nets, fc.nat(60), (all, cut) => {
      const [whole, first, rest] = [all, all.slice(0, cut), all.slice(cut)].map((some) =>
        journalOf(tradesOf(some)),
      );
      return (['trades', 'wins', 'losses', 'breakeven', 'net', 'gross', 'commission'] as const).every(
        (name) => whole?.[name].value === (first?.[name].value ?? 0) + (rest?.[name].value ?? 0),
      );
    }),
  );
  t.pass('sums');
});

void t.test('without trades nothing is zero that is unknown', async (t) => {
  const figures = journalOf(noColumns(0));
  for (const name of [
    'winRate',
    'profitFactor',
    'expectancy',
    'payoff',
    'kelly',
    'sqn',
    'bestTrade',
  ] as const)
    t.equal(figures[name].value, null, name);
  t.equal(figures.net.value, 0);
  t.match(journalOf(tradesOf([100, 200])).profitFactor, { value: null, reason: 'no losses' });
});

void t.test('R and SQN, of thirty trades with a risk and more', async (t) => {
  const rs = Array.from({ length: 40 }, (_, at) => [2, -1, -1, 1, 0.5][at % 5] ?? 0);
  const figures = journalOf(
    tradesOf(
      rs.map((r) => r * 1_000),
      rs,
    ),
  );
  near(t, figures.expectancyR, 0.3, 9);
  const deviation = Math.sqrt(rs.reduce((sum, r) => sum + (r - 0.3) ** 2, 0) / 39);
  near(t, figures.sqn, (Math.sqrt(40) * 0.3) / deviation, 9);
  t.match(journalOf(tradesOf([1, 2], [1, Number.NaN])), { expectancyR: { value: 1 }, sqn: { value: null } });
});

void t.test('the gain that Myfxbook publishes', async (t) => {
  const trades = noColumns(4);
  trades.nets.set([20, 35, -40, 10].map(minor));
  trades.openedMs.set([1, 3, 5, 5]);
  trades.closedMs.set([2, 4, 6, 7]);
  const curve = {
    atMs: Float64Array.from([0, 2, 4, 6, 7]),
    balances: Float64Array.from([1_000, 1_020, 1_055, 1_015, 1_025].map(minor)),
  };
  near(
    t,
    growthOf(returnsOf({ nets: trades.nets, balances: balancesAt(curve, trades.openedMs) }), {
      fromMs: 0,
      toMs: 7,
    }).twr,
    0.02462,
    5,
  );
  const two = growthOf(Float64Array.from([-0.5, 0.06]), { fromMs: 0, toMs: 1 });
  near(t, two.twr, -0.47, 12);
  near(t, two.maxDrawdownPct, 50, 12);
  t.match(two.calmar, { value: null });
});

void t.test('money paid in and out changes no growth', async (t) => {
  const moves = fc.array(
    fc.tuple(fc.double({ min: -0.2, max: 0.2, noNaN: true }), fc.integer({ min: -400, max: 900 })),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(moves, (all) => {
      const trades = noColumns(all.length);
      const [times, balances]: [number[], number[]] = [[0], [1_000]];
      let [balance, growth] = [1_000, 1];
      all.forEach(([share, flow], at) => {
        const opened = 10 * at + 5;
        balance = Math.max(balance + flow, 100);
        times.push(opened - 1);
        balances.push(balance);
        trades.openedMs[at] = opened;
        trades.closedMs[at] = opened + 1;
        trades.nets[at] = balance * share;
        balance += balance * share;
        times.push(opened + 1);
        balances.push(balance);
        growth *= 1 + share;
      });
      const curve = { atMs: Float64Array.from(times), balances: Float64Array.from(balances) };
      const { twr } = growthOf(
        returnsOf({ nets: trades.nets, balances: balancesAt(curve, trades.openedMs) }),
        { fromMs: 0, toMs: dayMs },
      );
      return twr.value !== null && Math.abs(twr.value - (growth - 1)) < 1e-9 * growth;
    }),
  );
  t.pass('time-weighted');
});

void t.test('the rate that spreadsheets find', async (t) => {
  const at = (day: string): number => Date.parse(`${day}T00:00Z`);
  const flows = [
    { atMs: at('2025-01-01'), amount: -1_000 },
    { atMs: at('2025-07-01'), amount: -500 },
    { atMs: at('2026-01-01'), amount: 1_650 },
  ];
  near(t, xirrOf(flows), 0.1204871671, 9);
  t.match(xirrOf(flows.slice(2)), { value: null });
  t.match(xirrOf([]), { value: null });
});

void t.test('days: idle ones count from Monday to Friday, or always', async (t) => {
  const monday = 4; // 5 January 1970
  const days = [
    { day: monday, start: 100, result: 1 },
    { day: monday + 7, start: 101, result: -1 },
  ];
  t.same([...(dailyReturns(days, { isAlwaysOpen: false }) ?? [])], [0.01, 0, 0, 0, 0, -1 / 101]);
  t.equal(dailyReturns(days, { isAlwaysOpen: true })?.length, 8);
  t.equal(dailyReturns([{ day: 1, start: 0, result: 1 }], { isAlwaysOpen: true }), null);
});

void t.test('Sharpe and Sortino as they are defined', async (t) => {
  const returns = Float64Array.from({ length: 60 }, (_, at) => Math.sin(at * 7) / 50 + 0.001);
  const mean = returns.reduce((sum, one) => sum + one, 0) / 60;
  const variance = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 59;
  const downside = returns.reduce((sum, one) => sum + Math.min(one, 0) ** 2, 0) / 60;
  const { sharpeDaily, sortino } = dailyFigures(returns, { isAlwaysOpen: false });
  near(t, sharpeDaily, (mean / Math.sqrt(variance)) * Math.sqrt(252), 9);
  near(t, sortino, (mean * Math.sqrt(252)) / Math.sqrt(downside), 9);
  const flat = dailyFigures(new Float64Array(60).fill(0.001), { isAlwaysOpen: false });
  t.match(flat, { sharpeDaily: { reason: 'no variance' }, sortino: { reason: 'no day lost' } });
  t.match(dailyFigures(returns.subarray(0, 19), { isAlwaysOpen: false }).sharpeDaily, { value: null });
});

void t.test('ruin is drawn, the same for the same seed', async (t) => {
  const wild = Float64Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 0.1 : -0.1));
  const share = riskOfRuinOf(wild);
  t.same(riskOfRuinOf(wild), share);
  t.ok((share.value ?? 0) > 0.8);
  t.match(riskOfRuinOf(new Float64Array(40).fill(0.01)), { value: 0 });
  t.match(riskOfRuinOf(new Float64Array(40).fill(-0.01)), { value: 1 });
  t.match(riskOfRuinOf(new Float64Array(29)), { value: null });
  t.not(riskOfRuinOf(wild, { ...usualRuin, horizon: 9, seed: 2 }).value, null);
});

void t.test('balances are found by time', async (t) => {
  const curve = { atMs: Float64Array.from([10, 20, 20, 30]), balances: Float64Array.from([1, 2, 3, 4]) };
  t.same(
    [9, 10, 19, 20, 31].map((at) => balanceAt(curve, at)),
    [0, 1, 1, 3, 4],
  );
  t.equal(countUntil(new Float64Array(0), 1), 0);
  t.match(absoluteGainOf(50, { atMs: Float64Array.from([1, 2]), amounts: Float64Array.from([100, -40]) }), {
    value: 0.5,
  });
  t.match(absoluteGainOf(50, { atMs: new Float64Array(0), amounts: new Float64Array(0) }), { value: null });
});
