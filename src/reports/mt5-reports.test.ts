import t from 'tap';
import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import { metatraderFigures } from '../domain/metatrader/figure.js';
import { hedgedOf, type Step } from '../testing/hedging.js';
import {
  type Content,
  historyRows,
  languages,
  openRows,
  ReportRows,
  type Style,
  testerRows,
} from '../testing/mt5-report.js';
import { mt5History } from './mt5-history.js';
import { mt5Open } from './mt5-open.js';
import { mt5Tester } from './mt5-tester.js';
import type { Report, ReportDeal, ReportPosition } from './report.js';
import type { Row, RowFormat } from './rows.js';

const madeMs = Date.UTC(2031, 5, 30, 12, 15);
const formats = [mt5Tester, mt5Open, mt5History];
const styles: Style[] = ['page', 'sheet'];

const read = (rows: readonly Row[]): Report => {
  const head = rows.slice(0, 64);
  const format: RowFormat | undefined = formats.find((one) => one.recognises(head));
  if (format === undefined) throw new Error('nothing recognises it');
  const reader = format.reader(head, {});
  for (const row of rows) reader.row(row);
  return reader.end();
};

const step = (kind: Step['kind'], more: Partial<Step> = {}): Step => ({
  kind,
  symbol: 0,
  isBuy: true,
  pick: 0,
  lots: 30,
  gapSeconds: 90,
  points: 2345,
  swap: -120,
  ...more,
});

const deposit = (deal: ReportDeal): ReportDeal => ({
  ...deal,
  ticket: '41',
  order: '0',
  positionId: '0',
  type: dealType.balance,
  entry: dealEntry.in,
  symbol: '',
  volume: '0',
  price: '0',
  profit: '10000.00',
  commission: '0.00',
  comment: 'Deposit',
});

const content = (): Content & { deals: ReportDeal[]; positions: ReportPosition[] } => {
  const history = hedgedOf([
    step('open'),
    step('open', { isBuy: false, symbol: 1 }),
    step('part', { lots: 10, isBuy: false }),
    step('open', { isBuy: false }),
    step('close-by', { pick: 0 }),
    step('close', { pick: 0, isBuy: false, points: -123_456 }),
    step('open', { symbol: 1 }),
  ]);
  const [first] = history.deals;
  if (first === undefined) throw new Error('no deal');
  return { ...history, deals: [deposit(first), ...history.deals] };
};

/** What a report tells of what was put into it: no ids of positions, no rows of its own, no zeros of a cash deal. */
const told = (deals: readonly ReportDeal[]): unknown[] =>
  deals.map((deal) => ({ ...deal, row: 0, positionId: null }));

const toldPositions = (positions: readonly ReportPosition[]): unknown[] =>
  positions.map((position) => ({ ...position, row: 0 }));

const figuresOf = ({ printed }: Report): Record<string, string> =>
  Object.fromEntries(printed.map(({ name, value }) => [name, value]));

const expectedFigures = {
  balance: '10123.40',
  netProfit: '-1123.40',
  grossProfit: '2000.10',
  grossLoss: '-3123.50',
  profitFactor: '0.64',
  expectedPayoff: '-11.23',
  recoveryFactor: '-0.52',
  sharpe: '-0.07',
  balanceDrawdownAbsolute: '1200.00',
  balanceDrawdownMaximal: '2150.25',
  balanceDrawdownMaximalPct: '20.01',
  balanceDrawdownRelative: '2150.26',
  balanceDrawdownRelativePct: '20.02',
  totalTrades: '100',
  shortTrades: '41',
  shortWon: '48.78',
  longTrades: '59',
  longWon: '33.90',
  profitTrades: '40',
  lossTrades: '60',
  largestProfit: '301.00',
  largestLoss: '-302.00',
  averageProfit: '50.01',
  averageLoss: '-52.06',
  maxConsecutiveWins: '5',
  maxConsecutiveWinsMoney: '303.00',
  maxConsecutiveLosses: '6',
  maxConsecutiveLossesMoney: '-304.00',
  maximalConsecutiveProfit: '305.00',
  maximalConsecutiveProfitCount: '3',
  maximalConsecutiveLoss: '-306.00',
  maximalConsecutiveLossCount: '4',
  averageConsecutiveWins: '2',
  averageConsecutiveLosses: '7',
};

for (const [name, say] of Object.entries(languages))
  for (const style of styles)
    void t.test(`a history report in ${name} words, as a ${style}`, async (t) => {
      const made = content();
      const report = read(historyRows(made, say, style, madeMs));
      t.equal(report.format, 'mt5-history');
      t.same(report.account, {
        login: '70001234',
        server: 'Example-Demo 2',
        name: 'Ada Example',
        company: 'Example Markets Ltd',
        currency: 'EUR',
        mode: 'demo',
        isHedging: true,
      });
      t.equal(report.madeMs, madeMs);
      t.same(told(report.deals), told(made.deals));
      t.ok(
        report.deals.every(({ type, positionId }) => positionId === (type === dealType.balance ? '0' : null)),
      );
      t.same(
        report.orders.map(({ ticket, type, positionId, positionById }) => [
          ticket,
          type,
          positionId,
          positionById,
        ]),
        made.orders.map(({ ticket, type, positionId, positionById }) => [
          ticket,
          type,
          positionId,
          positionById,
        ]),
      );
      t.same(toldPositions(report.positions), toldPositions(made.positions));
      t.same(figuresOf(report), expectedFigures);
      t.same(report.problems, []);
    });

void t.test('a history report without trades says so', async (t) => {
  const report = read(
    historyRows({ deals: [], orders: [], positions: [] }, languages.french, 'page', madeMs),
  );
  t.equal(report.format, 'mt5-history');
  t.match(report.problems, [{ row: null, reason: /^No deal, order or position was found/ }]);
});

void t.test('positions that were pasted alone are positions alone', async (t) => {
  const closed = content().positions.filter(({ closedMs }) => closedMs !== null);
  const rows = new ReportRows(languages.made, 'page').headings('positions');
  for (const row of closed) rows.position(row);
  const report = read(rows.rows);
  t.equal(report.format, 'mt5-history');
  t.same(toldPositions(report.positions), toldPositions(closed));
  t.same([report.deals, report.account.login], [[], null]);
  t.match(report.problems, [{ row: null, reason: /no section of deals/ }]);
});

void t.test('rows that cannot be read are left out and told by their numbers', async (t) => {
  const rows = historyRows(content(), languages.english, 'page', madeMs);
  const at = rows.findIndex(({ cells }) => cells.some(({ text }) => text === 'out'));
  const broken = rows.map((row, index) =>
    index === at
      ? { ...row, cells: row.cells.map((cell) => (cell.column === 11 ? { ...cell, text: 'much' } : cell)) }
      : row,
  );
  const report = read(broken);
  t.equal(report.deals.length, content().deals.length - 1);
  t.same(report.problems, [
    { row: at + 1, reason: 'The row of this deal was left out: its profit is “much”, which is no number.' },
  ]);
  const late = rows.map((row, index) =>
    index === at
      ? {
          ...row,
          cells: row.cells.map((cell) =>
            cell.column === 0 ? { ...cell, text: '2031.02.30 10:00:00' } : cell,
          ),
        }
      : row,
  );
  t.match(read(late).problems, [{ row: at + 1, reason: /time is “2031.02.30 10:00:00”, which is no date/ }]);
});

void t.test('a type of deal that is not known keeps its money', async (t) => {
  const made = content();
  const rows = historyRows(made, languages.english, 'page', madeMs).map((row) => ({
    ...row,
    cells: row.cells.map((cell) => (cell.text === 'balance' ? { ...cell, text: 'gift' } : cell)),
  }));
  const report = read(rows);
  t.equal(report.deals[0]?.type, dealType.correction);
  t.equal(report.deals[0]?.profit, '10000.00');
  t.match(report.problems, [{ reason: /type “gift” of this deal is not known/ }]);
});

void t.test('the comment of an exit tells why it happened', async (t) => {
  const made = content();
  const exit = made.deals.findIndex(({ entry }) => entry === dealEntry.out);
  const reasonOf = (comment: string): number | null | undefined => {
    const deals = made.deals.map((deal, at) => (at === exit ? { ...deal, comment } : deal));
    return read(historyRows({ ...made, deals }, languages.made, 'sheet', madeMs)).deals[exit]?.reason;
  };
  t.equal(reasonOf('[sl 1.10234]'), dealReason.stopLoss);
  t.equal(reasonOf('[tp 1.10234]'), dealReason.takeProfit);
  t.equal(reasonOf('[so 48.20%/120.00/249.00]'), dealReason.stopOut);
  t.equal(reasonOf('slow'), null);
});

for (const [name, say] of Object.entries(languages))
  void t.test(`a report of open positions in ${name} words`, async (t) => {
    const open = content().positions.filter(({ closedMs }) => closedMs === null);
    for (const style of styles) {
      const report = read(openRows(open, say, style, madeMs));
      t.equal(report.format, 'mt5-open');
      t.equal(report.account.login, '70001234');
      t.same(toldPositions(report.positions), toldPositions(open));
      t.same(report.printed, [{ name: 'balance', value: '10123.40' }]);
      t.match(report.problems, [{ row: null, reason: /lists open positions only/ }]);
    }
  });

for (const [name, say] of Object.entries(languages))
  void t.test(`a tester's report in ${name} words`, async (t) => {
    const made = content();
    for (const style of styles) {
      const report = read(testerRows(made, say, style));
      t.equal(report.format, 'mt5-tester');
      t.same(told(report.deals), told(made.deals.map((deal) => ({ ...deal, fee: '0' }))));
      t.equal(report.orders.length, made.orders.length);
      t.match(report.tester, {
        expert: 'Crossing Averages',
        symbol: 'EURUSD',
        period: 'H1 (2031.01.01 - 2031.06.30)',
        currency: 'EUR',
        deposit: '10000.00',
        leverage: '1:100',
      });
      t.same(report.tester?.inputs, [
        { name: '=== Entry ===', value: '' },
        { name: 'FastPeriod', value: '12' },
        { name: 'Label', value: 'a=b:' },
      ]);
      t.same(report.tester?.results[0], { name: say('History Quality'), value: '100%' });
      const figures = figuresOf(report);
      t.same(
        Object.keys(figures).sort(),
        Object.keys(metatraderFigures)
          .filter((one) => one !== 'balance')
          .sort(),
      );
      t.match(figures, {
        netProfit: '412.35',
        grossLoss: '-538.05',
        balanceDrawdownMaximalPct: '2.13',
        balanceDrawdownRelative: '220.16',
        sharpe: '2.90',
        zScore: '-1.43',
        ahpr: '1.0003',
        ghpr: '1.0004',
        lrStandardError: '65.20',
        totalTrades: '300',
        longWon: '62.50',
        lossTrades: '116',
        maximalConsecutiveLossCount: '6',
        averageConsecutiveLosses: '3',
      });
      t.same(report.problems, []);
    }
  });
