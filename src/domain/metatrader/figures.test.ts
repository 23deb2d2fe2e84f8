import t, { type Test } from 'tap';
import { dealEntry, dealType } from '../deal.js';
import type { FigureDeal } from './columns.js';
import { Drawdown } from './drawdown.js';
import { type Figures, type MetatraderFigure, needsEquity } from './figure.js';
import { figuresOf } from './figures.js';
import { regressionOf } from './regression.js';

const articleResults = [
  -17.08, -41, 147.8, -159.96, 216.97, 98.3, -87.74, -27.84, 12.34, 48.14, -60.91, 10.63, -125.42, -27.81,
  88.03, 32.93, 54.82, -160.1, -83.37, 118.4, 145.65, 48.44, 77.39, 57.48, 67.75, -127.1, -70.18, -127.61,
  31.31, -12.55,
];

const articleBalances = [
  10000, 11069.52, 12297.35, 13616.65, 15127.22, 16733.41, 18508.11, 14794.02, 16160.14, 17784.79, 19410.98,
  16110.02, 17829.19, 19593.3, 16360.33, 18104.55, 19905.68, 21886.31, 23733.76, 25337.77, 27183.33, 28689.3,
  30411.32, 32197.49, 28679.11, 29933.86, 26371.61, 28118.95, 24157.69, 25967.1, 22387.85, 24070.1, 25913.2,
  27751.84, 23833.08, 19732.31,
];

const deal = (at: number, type: number, entry: number, net: number): FigureDeal => ({
  ticket: String(1000 + at),
  timeMs: at,
  type,
  entry,
  net,
});

const deposit = (at: number, cents: number): FigureDeal => deal(at, dealType.balance, dealEntry.in, cents);
const entry = (at: number, cents = 0): FigureDeal => deal(at, dealType.buy, dealEntry.in, cents);
const exit = (at: number, cents: number): FigureDeal => deal(at, dealType.sell, dealEntry.out, cents);

/** A deposit, then one exit after another. */
const account = (start: number, results: readonly number[]): FigureDeal[] => [
  deposit(0, Math.round(start * 100)),
  ...results.map((money, at) => exit(at + 1, Math.round(money * 100))),
];

const history = { kind: 'history' } as const;
const values = (figures: Figures): Record<MetatraderFigure, number | null> =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])) as Record<
    MetatraderFigure,
    number | null
  >;

const near = (t: Test, found: number | null, wanted: number, places: number): void => {
  t.ok(
    found !== null && Math.abs(found - wanted) <= 0.5 * 10 ** -places + 1e-12,
    `${String(found)} is ${wanted}`,
  );
};

void t.test('the article "Mathematics in trading" gives its own figures', async (t) => {
  const found = values(figuresOf(account(500, articleResults), history));
  t.match(found, {
    netProfit: 12_771,
    grossProfit: 125_638,
    grossLoss: -112_867,
    totalTrades: 30,
    profitTrades: 16,
    lossTrades: 14,
    maxConsecutiveWins: 6,
    maxConsecutiveWinsMoney: 51_511,
    maxConsecutiveLosses: 3,
    maxConsecutiveLossesMoney: -32_489,
    balanceDrawdownAbsolute: 8_127,
    balanceDrawdownMaximal: 32_630,
    largestProfit: 21_697,
    largestLoss: -16_010,
    averageConsecutiveWins: 2,
    averageConsecutiveLosses: 2,
    balance: 62_771,
  });
  near(t, found.profitFactor, 1.113151, 6);
  near(t, found.zScore, -0.16178, 5);
  near(t, found.balanceDrawdownMaximalPct, 43.797, 3);
  near(t, found.recoveryFactor, 0.39139, 5);
  near(t, found.ahpr, 1.021673, 6);
  near(t, found.ghpr, 1.007611, 6);
  near(t, found.sharpe, 0.125192, 6);
});

void t.test('its second account gives its line', async (t) => {
  const line = regressionOf(Float64Array.from(articleBalances));
  near(t, line?.slope ?? null, 443.786, 3);
  near(t, line?.intercept ?? null, 13616, 2);
  near(t, line?.correlation ?? null, 0.789536583, 9);
  near(t, line?.standardError ?? null, 3687.365, 3);
});

void t.test('a rise before the fall parts the three drawdowns, as in the help of MetaTrader', async (t) => {
  const drawdown = new Drawdown(5000);
  for (const balance of [5000, 6000, 4000, 8000, 5500]) drawdown.follow(balance);
  t.equal(drawdown.absolute, 1000);
  t.equal(drawdown.maximal, 2500);
  t.equal(drawdown.maximalPeak, 8000);
  t.equal(drawdown.relative, 2000);
  t.ok(Math.abs(drawdown.relativeShare - 1 / 3) < 1e-12);
});

void t.test('what an entry costs is lost, and belongs to no trade', async (t) => {
  const found = values(
    figuresOf(
      [deposit(0, 100_000), entry(1, -500), exit(2, 2_000), entry(3, -500), exit(4, -1_000)],
      history,
    ),
  );
  t.match(found, {
    totalTrades: 2,
    netProfit: 0,
    grossProfit: 2_000,
    grossLoss: -2_000,
    averageLoss: -2_000,
    largestLoss: -1_000,
    maxConsecutiveLossesMoney: -1_000,
    balanceDrawdownAbsolute: 500,
    balanceDrawdownMaximal: 1_500,
  });
});

void t.test('nothing won and nothing lost is a win', async (t) => {
  t.match(values(figuresOf(account(100, [0, -1, 0, 0]), history)), {
    profitTrades: 3,
    lossTrades: 1,
    grossProfit: 0,
    maxConsecutiveWins: 2,
    maximalConsecutiveProfit: 0,
    maximalConsecutiveProfitCount: 1,
  });
});

void t.test('the longest run and the richest are two things', async (t) => {
  const found = values(figuresOf(account(1000, [1, 1, 1, -5, 50, -1, -1, 4, 4, 4]), history));
  t.match(found, {
    maxConsecutiveWins: 3,
    maxConsecutiveWinsMoney: 1_200,
    maximalConsecutiveProfit: 5_000,
    maximalConsecutiveProfitCount: 1,
    maxConsecutiveLosses: 2,
    maximalConsecutiveLoss: -500,
  });
});

void t.test('a closing buy was a short, a reversal closes too', async (t) => {
  const deals = [
    deposit(0, 100_000),
    deal(1, dealType.sell, dealEntry.in, 0),
    deal(2, dealType.buy, dealEntry.out, 300),
    deal(3, dealType.buy, dealEntry.in, 0),
    deal(4, dealType.sell, dealEntry.inOut, -200),
    deal(5, dealType.buy, dealEntry.outBy, -100),
  ];
  t.match(values(figuresOf(deals, history)), {
    totalTrades: 3,
    shortTrades: 2,
    shortWon: 50,
    longTrades: 1,
    longWon: 0,
  });
});

void t.test('credit and deposits move the balance and earn nothing', async (t) => {
  const deals = [
    deposit(0, 10_000),
    deal(1, dealType.credit, dealEntry.in, 5_000),
    exit(2, -3_000),
    deposit(3, 20_000),
    exit(4, -8_000),
    deal(5, dealType.dividend, dealEntry.in, 70),
  ];
  t.match(values(figuresOf(deals, history)), {
    netProfit: -11_000,
    balance: 24_070,
    balanceDrawdownAbsolute: 3_000,
    balanceDrawdownMaximal: 8_000,
    balanceDrawdownMaximalPct: 25,
  });
});

void t.test('money taken out is no drawdown', async (t) => {
  const deals = [deposit(0, 10_000), exit(1, 1_000), deposit(2, -6_000), exit(3, -500)];
  t.match(values(figuresOf(deals, history)), { balanceDrawdownMaximal: 500, balanceDrawdownMaximalPct: 10 });
});

void t.test('what is not there is null, with its reason', async (t) => {
  const none = figuresOf([deposit(0, 10_000)], history);
  t.match(none, {
    netProfit: { value: 0 },
    totalTrades: { value: 0 },
    expectedPayoff: { value: null, reason: 'no trades' },
    sharpe: { value: null, reason: 'no trades' },
    recoveryFactor: { value: null, reason: 'no drawdown' },
    lrCorrelation: { value: null, reason: 'no variance' },
    balanceDrawdownMaximalPct: { value: 0 },
  });
  t.match(figuresOf(account(100, [5]), history), {
    profitFactor: { value: null, reason: 'no losses' },
    sharpe: { value: null, reason: 'fewer than two trades' },
    zScore: { value: null, reason: 'no losses' },
    shortWon: { value: null, reason: 'no short trades' },
  });
  t.match(figuresOf(account(100, [10, 11, 12.1]), history).sharpe, { value: null, reason: 'no variance' });
  t.match(figuresOf(account(100, [10, -120, 50]), history).ahpr, { value: null });
  const unfunded = figuresOf([exit(0, -100)], history);
  t.match(unfunded.balanceDrawdownMaximalPct, { value: null, reason: 'the balance was never above zero' });
  t.match(unfunded.balanceDrawdownMaximal, { value: 100 });
});

void t.test('a tester makes two of its figures of equity', async (t) => {
  const { recoveryFactor, sharpe, netProfit } = figuresOf(account(500, articleResults), { kind: 'tester' });
  t.match(
    { recoveryFactor, sharpe },
    { recoveryFactor: { reason: needsEquity }, sharpe: { reason: needsEquity } },
  );
  t.equal(netProfit.value, 12_771);
});

void t.test('a history that begins later begins with what was there', async (t) => {
  const deals = account(500, articleResults);
  const later = figuresOf(deals.slice(1), { kind: 'history', opening: 50_000 });
  t.same(later, figuresOf(deals, history));
});
