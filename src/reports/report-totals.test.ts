import t from 'tap';
import {
  emptyReport,
  type PrintedFigure,
  type Report,
  type ReportDeal,
  type ReportPosition,
} from './report.js';
import { type ReportTotals, totalsOf } from './report-totals.js';

const deal = (at: number, type: number, entry: number, profit: string): ReportDeal => ({
  ...{
    row: at + 2,
    ticket: String(700 + at),
    order: '0',
    positionId: null,
    timeMs: at * 60_000,
    type,
    entry,
  },
  ...{ reason: null, magic: null, symbol: 'EURUSD', volume: '0.10', price: '1.1', profit },
  ...{ swap: '0.00', commission: entry === 0 && type < 2 ? '-0.35' : '0.00', fee: '0', comment: '' },
});

const whole: ReportDeal[] = [
  deal(0, 2, 0, '1000.00'),
  deal(1, 0, 0, '0.00'),
  deal(2, 1, 1, '12.00'),
  deal(3, 1, 0, '0.00'),
  deal(4, 0, 1, '-7.30'),
];

const printed = (more: Partial<Record<PrintedFigure['name'], string>>): PrintedFigure[] =>
  Object.entries(more).map(([name, value]) => ({ name: name as PrintedFigure['name'], value }));

const history = (deals: ReportDeal[], more: Parameters<typeof printed>[0]): Report => ({
  ...emptyReport('mt5-history'),
  deals,
  printed: printed(more),
});

const verdicts = ({ totals }: ReportTotals): Record<string, boolean | null> =>
  Object.fromEntries(totals.map(({ name, equal }) => [name, equal]));

void t.test('a report that adds up says so, figure by figure', async (t) => {
  const found = totalsOf(
    history(whole, { netProfit: '4.00', grossLoss: '-8.00', totalTrades: '2', balance: '1004.00' }),
    2,
  );
  t.same(verdicts(found), { netProfit: true, grossLoss: true, totalTrades: true, balance: true });
  t.equal(found.windowReason, null);
});

void t.test('a report that lacks a deal does not pass for one that begins later', async (t) => {
  const found = totalsOf(history(whole.slice(0, 4), { netProfit: '4.00', balance: '1004.00' }), 2);
  t.same(verdicts(found), { netProfit: false, balance: false });
  t.equal(found.windowReason, null);
});

const inDollars = (report: Report): Report => ({
  ...report,
  account: { ...report.account, currency: 'USD' },
});

void t.test('a report that begins later says what the account held', async (t) => {
  const figures = { netProfit: '4.00', balanceDrawdownMaximal: '7.65', balance: '1004.00' };
  const found = totalsOf(
    inDollars(history(whole.slice(1), { ...figures, balanceDrawdownMaximalPct: '0.76', sharpe: '0.50' })),
    2,
  );
  t.same(verdicts(found), {
    netProfit: true,
    balanceDrawdownMaximal: true,
    balance: null,
    balanceDrawdownMaximalPct: true,
    sharpe: null,
  });
  t.equal(
    found.windowReason,
    'The report begins in the middle of the account, which held 1000.00 USD before its first deal.',
  );
  t.match(
    found.totals.filter(({ equal }) => equal === null).map(({ reason }) => reason),
    [found.windowReason, found.windowReason],
  );
});

void t.test('so does one that begins with a later deposit', async (t) => {
  const { windowReason } = totalsOf(history(whole, { netProfit: '4.00', balance: '1504.00' }), 2);
  t.match(windowReason, /which held 500\.00 before its first deal/);
});

void t.test('where it does not say what the account holds, percentages are not known', async (t) => {
  const found = totalsOf(
    history(whole.slice(1), { netProfit: '4.00', balanceDrawdownMaximalPct: '0.76' }),
    2,
  );
  t.same(verdicts(found), { netProfit: true, balanceDrawdownMaximalPct: null });
  t.equal(
    found.windowReason,
    'The report begins in the middle of the account and does not say what it held before.',
  );
});

void t.test('a balance is right with the credit and without', async (t) => {
  const deals = [...whole, deal(5, 3, 0, '250.00')];
  for (const balance of ['1004.00', '1254.00']) {
    const found = totalsOf(history(deals, { netProfit: '4.00', balance }), 2);
    t.same(verdicts(found), { netProfit: true, balance: true });
    t.equal(found.windowReason, null);
  }
});

void t.test('after a withdrawal a drawdown that differs says nothing', async (t) => {
  const deals = [...whole, deal(5, 2, 0, '-300.00')];
  const found = totalsOf(history(deals, { balanceDrawdownMaximal: '300.00', grossProfit: '13.00' }), 2);
  t.same(verdicts(found), { balanceDrawdownMaximal: null, grossProfit: false });
});

void t.test('a tester has no equity to compare', async (t) => {
  const report = { ...history(whole, { recoveryFactor: '0.50', sharpe: '1.2', netProfit: '4.00' }) };
  t.same(verdicts(totalsOf({ ...report, format: 'mt5-tester' }, 2)), {
    recoveryFactor: null,
    sharpe: null,
    netProfit: true,
  });
});

const position = (row: number, closedMs: number | null, profit: string): ReportPosition => ({
  ...{
    row,
    positionId: String(90 - row),
    symbol: 'USDJPY',
    side: 'sell',
    volume: '0.10',
    openedMs: 10,
    closedMs,
  },
  ...{
    openPrice: '150',
    closePrice: '149',
    stopLoss: null,
    takeProfit: null,
    profit,
    swap: '-2',
    commission: '0',
  },
  ...{ fee: null, net: null, magic: null, comment: '', closeReason: null },
});

void t.test('a statement of MetaTrader 4 is compared by its own rules', async (t) => {
  const report: Report = {
    ...emptyReport('mt4-statement'),
    positions: [position(1, 300, '502'), position(2, 200, '-998'), position(3, null, '77')],
    cash: [{ row: 4, ticket: '1', timeMs: 0, type: 2, amount: '20000', comment: '' }],
    printed: printed({
      netProfit: '-500',
      grossLoss: '1000',
      balanceDrawdownMaximalPct: '5.00',
      balance: '19500',
    }),
  };
  t.same(verdicts(totalsOf(report, 0)), {
    netProfit: true,
    grossLoss: true,
    balanceDrawdownMaximalPct: true,
    balance: true,
  });
});

void t.test('other reports print nothing to compare', async (t) => {
  t.same(totalsOf(emptyReport('myfxbook'), 2), { totals: [], figures: [], windowReason: null });
});
