import fc from 'fast-check';
import t from 'tap';
import type { FigureDeal } from './columns.js';
import type { Figures } from './figure.js';
import { figuresOf } from './figures.js';

const history = { kind: 'history' } as const;
const cents = fc.integer({ min: -10_000_000, max: 10_000_000 });

const someDeals: fc.Arbitrary<FigureDeal[]> = fc
  .array(
    fc.record({
      timeMs: fc.integer({ min: 0, max: 20 }),
      type: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3, 5, 15),
      entry: fc.integer({ min: 0, max: 3 }),
      net: cents,
    }),
    { maxLength: 40 },
  )
  .map((deals) => deals.map((deal, at) => ({ ...deal, ticket: String(95 + at) })));

/** Deals with the same deals in another order. */
const shuffled = someDeals.chain((deals) =>
  fc.shuffledSubarray(deals, { minLength: deals.length }).map((other) => ({ deals, other })),
);

const value = (figures: Figures, name: keyof Figures): number => figures[name].value ?? NaN;

const holds = (law: (figures: Figures, deals: FigureDeal[]) => boolean): void =>
  fc.assert(fc.property(someDeals, (deals) => law(figuresOf(deals, history), deals)));

void t.test('what was won and what was lost is what is left', async (t) => {
  holds(
    (figures) => value(figures, 'netProfit') === value(figures, 'grossProfit') + value(figures, 'grossLoss'),
  );
  holds((figures, deals) => value(figures, 'balance') === deals.reduce((sum, { net }) => sum + net, 0));
  t.pass();
});

void t.test('every trade is a win or a loss, a long or a short, and stands in one run', async (t) => {
  holds((figures) => {
    const trades = value(figures, 'totalTrades');
    return (
      value(figures, 'profitTrades') + value(figures, 'lossTrades') === trades &&
      value(figures, 'shortTrades') + value(figures, 'longTrades') === trades &&
      value(figures, 'maxConsecutiveWins') <= value(figures, 'profitTrades') &&
      value(figures, 'maximalConsecutiveProfit') >= value(figures, 'maxConsecutiveWinsMoney') &&
      value(figures, 'maximalConsecutiveLoss') <= value(figures, 'maxConsecutiveLossesMoney')
    );
  });
  t.pass();
});

void t.test('no drawdown is negative, and none in money is above the maximal', async (t) => {
  holds((figures) => {
    const absolute = value(figures, 'balanceDrawdownAbsolute');
    const maximal = value(figures, 'balanceDrawdownMaximal');
    const relative = figures.balanceDrawdownRelative.value ?? 0;
    return absolute >= 0 && maximal >= 0 && relative >= 0 && relative <= maximal;
  });
  holds((figures) => {
    const share = figures.balanceDrawdownRelativePct.value;
    const ofMaximal = figures.balanceDrawdownMaximalPct.value;
    return share === null || ofMaximal === null || share >= ofMaximal * (1 - 1e-12);
  });
  t.pass();
});

void t.test('the drawdown is the largest fall between any two balances', async (t) => {
  fc.assert(
    fc.property(fc.array(cents, { maxLength: 30 }), (nets) => {
      const deals = nets.map((net, at) => ({ ticket: String(at + 1), timeMs: at, type: 0, entry: 1, net }));
      const balances = nets.reduce<number[]>((all, net) => [...all, (all.at(-1) ?? 0) + net], [0]);
      const falls = balances.flatMap((peak, at) => balances.slice(at).map((low) => peak - low));
      return value(figuresOf(deals, history), 'balanceDrawdownMaximal') === Math.max(...falls);
    }),
  );
  t.pass();
});

void t.test('no figure is infinite or no number', async (t) => {
  holds((figures) =>
    Object.values(figures).every((figure) =>
      figure.value === null ? figure.reason !== '' : Number.isFinite(figure.value),
    ),
  );
  t.pass();
});

void t.test(
  'deals in any order are put in theirs: by time, then by the number of their ticket',
  async (t) => {
    fc.assert(
      fc.property(shuffled, ({ deals, other }) => {
        const [one, two] = [figuresOf(deals, history), figuresOf(other, history)];
        return JSON.stringify(one) === JSON.stringify(two);
      }),
    );
    t.pass();
  },
);
