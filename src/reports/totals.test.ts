import fc from 'fast-check';
import t from 'tap';
import { figuresOf } from '../domain/metatrader/figures.js';
import { type Figures, known, missing, needsEquity } from '../domain/metatrader/figure.js';
import { comparedTotals, type ComparedTotal } from './totals.js';

const none = figuresOf([], { kind: 'history' });
const withFigures = (more: Partial<Figures>): Figures => ({ ...none, ...more });

const one = (
  name: keyof Figures,
  value: string,
  figures: Partial<Figures>,
  digits = 2,
): ComparedTotal | undefined => comparedTotals([{ name, value }], withFigures(figures), digits)[0];

void t.test('ours is compared with as many decimals as are printed', async (t) => {
  const averageProfit = known(2999.7009);
  t.match(one('averageProfit', '30.00', { averageProfit }), { computed: '30.00', equal: true, reason: null });
  t.match(one('averageProfit', '29.997009', { averageProfit }), { computed: '29.997009', equal: true });
  t.match(one('averageProfit', '29.997008', { averageProfit }), { computed: '29.997009', equal: false });
  t.match(one('profitFactor', '1.54', { profitFactor: known(1.5449) }), { computed: '1.54', equal: true });
  t.match(one('ahpr', '1.0022', { ahpr: known(1.00224) }), { computed: '1.0022', equal: true });
});

void t.test('halves are rounded away from zero', async (t) => {
  t.match(one('averageLoss', '-0.13', { averageLoss: known(-12.5) }), { equal: true });
  t.match(one('averageProfit', '1.01', { averageProfit: known(100.5) }), { equal: true });
});

void t.test('a spreadsheet that lost its zeros is no less exact', async (t) => {
  const averageProfit = known(5924.84);
  t.match(one('averageProfit', '59.2484', { averageProfit }), { equal: true });
  t.match(one('averageProfit', '59.2', { averageProfit }), { computed: '59.248400', equal: false });
  t.match(one('totalTrades', '238.0', { totalTrades: known(238) }), { equal: true });
});

void t.test('currencies without decimals are compared as they are printed', async (t) => {
  t.match(one('netProfit', '-40950', { netProfit: known(-40950) }, 0), { computed: '-40950', equal: true });
  t.match(one('averageProfit', '365', { averageProfit: known(365.0274) }, 0), {
    computed: '365',
    equal: true,
  });
  t.match(one('expectedPayoff', '-140.24', { expectedPayoff: known(-140.2397) }, 0), { equal: true });
});

void t.test('a gross loss without a sign is the same gross loss', async (t) => {
  const grossLoss = known(-12_089_200);
  t.match(one('grossLoss', '120892.00', { grossLoss }), { computed: '120892.00', equal: true });
  t.match(one('grossLoss', '-120892.00', { grossLoss }), { computed: '-120892.00', equal: true });
});

void t.test('what cannot be known is neither equal nor unequal', async (t) => {
  const sharpe = missing(needsEquity);
  t.match(one('sharpe', '3.65', { sharpe }), { computed: null, equal: null, reason: needsEquity });
  t.match(one('sharpe', '0.00', { sharpe }), { equal: null });
});

void t.test('MetaTrader prints a zero for what does not exist', async (t) => {
  const averageLoss = missing('no losses');
  t.match(one('averageLoss', '0.00', { averageLoss }), { computed: null, equal: true, reason: 'no losses' });
  t.match(one('averageLoss', '-4.10', { averageLoss }), { equal: null, reason: 'no losses' });
});

void t.test('the correlation is compared to two decimals', async (t) => {
  t.match(one('lrCorrelation', '0.441860', { lrCorrelation: known(0.4418584) }), {
    computed: '0.441858',
    equal: true,
  });
  t.match(one('lrCorrelation', '0.45', { lrCorrelation: known(0.4418584) }), { equal: false });
});

void t.test('what is no number is said to be none', async (t) => {
  t.match(one('netProfit', 'n/a', {}), { equal: null, reason: 'the report has no plain number there' });
  t.match(one('netProfit', '1e9', {}), { equal: null });
  t.match(one('netProfit', '9'.repeat(30), {}), { equal: null });
});

void t.test('any amount is equal to itself as printed, and to no other', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -1e14, max: 1e14 }), fc.integer({ min: 1, max: 1000 }), (minor, off) => {
      const text = `${minor < 0 ? '-' : ''}${String(Math.floor(Math.abs(minor) / 100))}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
      const netProfit = known(minor);
      const other = known(minor + off);
      return (
        one('netProfit', text, { netProfit })?.equal === true &&
        one('netProfit', `${text}0000`, { netProfit })?.equal === true &&
        one('netProfit', text, { netProfit: other })?.equal === false
      );
    }),
  );
  t.pass();
});
