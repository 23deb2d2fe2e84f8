import t from 'tap';
import { finish } from './finish.js';
import { emptyReport, type Report, type ReportDeal, type ReportPosition } from './report.js';
import { Refusal } from './rows.js';

const deal = (row: number, type: number, entry: number, profit: string): ReportDeal => ({
  ...{ row, ticket: String(800 + row), order: type < 2 ? String(500 + row) : '0', positionId: null },
  ...{ timeMs: row * 60_000, type, entry, reason: null, magic: null, symbol: 'EURUSD', volume: '0.10' },
  ...{ price: '1.1', profit, swap: '0', commission: '0', fee: '0', comment: '' },
});

const position = (row: number, more: Partial<ReportPosition>): ReportPosition => ({
  ...{ row, positionId: '502', symbol: 'EURUSD', side: 'buy', volume: '0.10', openedMs: 120_000 },
  ...{ openPrice: '1.1', closedMs: 180_000, closePrice: '1.1', stopLoss: null, takeProfit: null },
  ...{ profit: '12.50', swap: '0', commission: '0', fee: '0', net: null, magic: null, comment: '' },
  ...{ closeReason: null, ...more },
});

void t.test('a report with deals gets their positions and its totals', async (t) => {
  const report: Report = {
    ...emptyReport('mt5-history'),
    deals: [deal(1, 2, 0, '1000.00'), deal(2, 0, 0, '0'), deal(3, 1, 1, '12.50')],
    positions: [position(9, {})],
    printed: [{ name: 'netProfit', value: '12.50' }],
    problems: [{ row: 4, reason: 'A doubt of the reader.' }],
  };
  const { deals, ...head } = finish(report);
  t.same(
    deals.map(({ positionId, isSynthetic }) => [positionId, isSynthetic]),
    [
      ['0', false],
      ['502', false],
      ['502', false],
    ],
  );
  t.match(head, {
    format: 'mt5-history',
    digits: 2,
    totals: [{ name: 'netProfit', reported: '12.50', computed: '12.50', equal: true }],
    windowReason: null,
    counts: { deals: 3, orders: 0, positions: 1, cash: 1 },
    firstMs: 60_000,
    lastMs: 180_000,
  });
  t.match(head.problems[0], { row: 4, reason: 'A doubt of the reader.' });
});

void t.test(
  'a list of trades is made into deals, and what has no result is left out with a word',
  async (t) => {
    const found = finish({
      ...emptyReport('myfxbook'),
      clock: 'unknown',
      positions: [position(2, {}), position(3, { positionId: '503', profit: null })],
      cash: [{ row: 1, ticket: null, timeMs: 60_000, type: 2, amount: '1000', comment: '' }],
    });
    t.match(found, { counts: { deals: 3, positions: 1, cash: 1 }, totals: [], clock: 'unknown' });
    t.ok(found.deals.every(({ isSynthetic, ticket }) => isSynthetic && ticket.startsWith('-')));
    t.match(found.problems, [{ row: 3, reason: /does not say with what result/ }]);
  },
);

void t.test('positions that are open now become no deals', async (t) => {
  const open = position(2, { closedMs: null, closePrice: null, profit: null });
  const found = finish({ ...emptyReport('mt5-open'), positions: [open] });
  t.match(found, { counts: { deals: 0, positions: 0 }, firstMs: null, lastMs: null, problems: [] });
});

void t.test('an amount with more digits than can be reckoned with is refused in a sentence', async (t) => {
  const amount = `${'9'.repeat(12)}.00000001`;
  const report: Report = { ...emptyReport('mt5-history'), deals: [deal(1, 2, 0, amount)] };
  t.throws(() => finish(report), new Refusal(), 'as every file that cannot be read');
  t.throws(() => finish(report), { message: /no account can have/ });
});

void t.test('a row with an amount that no account holds is left out', async (t) => {
  const report: Report = { ...emptyReport('mt5-history'), deals: [deal(1, 2, 0, '9'.repeat(20))] };
  const { deals, problems } = finish(report);
  t.same(deals, []);
  t.match(problems, [{ row: 1, reason: /more than any account holds/ }]);
});
