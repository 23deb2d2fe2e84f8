import fc from 'fast-check';
import t from 'tap';
import { reportLineIn } from '../app/report-schema.js';
import { finish } from './finish.js';
import { reportLines } from './report-lines.js';
import {
  emptyReport,
  noAccount,
  type Report,
  type ReportDeal,
  type ReportOrder,
  type ReportPosition,
} from './report.js';

const deal = (row: number, changed: Partial<ReportDeal> = {}): ReportDeal => ({
  ...{ row, ticket: String(row), order: String(row), positionId: null, timeMs: 1_700_000_000_000 + row },
  ...{ type: 0, entry: 0, reason: null, magic: null, symbol: 'EURUSD', volume: '0.10', price: '1.1' },
  ...{ profit: '0', swap: '0', commission: '-0.07', fee: '0', comment: '', ...changed },
});

const order = (row: number, changed: Partial<ReportOrder> = {}): ReportOrder => ({
  ...{ row, ticket: String(row), positionId: null, positionById: null, timeMs: 1_700_000_000_000, type: 0 },
  ...{ state: 4, magic: null, symbol: 'EURUSD', volume: '0.10', price: '1.1', stopLoss: null },
  ...{ takeProfit: null, comment: '', ...changed },
});

const position = (row: number, changed: Partial<ReportPosition> = {}): ReportPosition => ({
  ...{ row, positionId: String(row), symbol: 'EURUSD', side: 'buy', volume: '0.10', openPrice: '1.1' },
  ...{ openedMs: 1_700_000_000_000, closedMs: 1_700_000_060_000, closePrice: '1.2', stopLoss: null },
  ...{ takeProfit: null, profit: '1.00', swap: '0', commission: '0', fee: '0', net: null, magic: null },
  ...{ comment: '', closeReason: null, ...changed },
});

const history = (changed: Partial<Report>): Report => ({ ...emptyReport('mt5-history'), ...changed });

/** Whether the other side takes every line of what was made of a report. */
const isTaken = (report: Report): boolean => {
  const lines = [...reportLines(finish(report))];
  try {
    return lines.map((line) => reportLineIn(JSON.parse(line))).length === lines.length;
  } catch {
    return false;
  }
};

const long = 'x'.repeat(1_001);
const digits = '1'.repeat(31);

const unfitDeals: [Partial<ReportDeal>, RegExp][] = [
  [{ symbol: long }, /its symbol is longer than 64 characters/],
  [{ comment: 'x'.repeat(65_537) }, /its comment is longer than 65,536 characters/],
  [{ ticket: '9223372036854775808' }, /its ticket is no number that a server gives/],
  [{ ticket: '1'.repeat(1_001) }, /its ticket is no number/],
  [{ order: '-9223372036854775809' }, /its order is no number/],
  [{ positionId: 'x' }, /its position is no number/],
  [{ profit: digits }, /its profit is no number of up to 30 digits/],
  [{ price: `1.${digits}` }, /its price is no number of up to 30 digits/],
  [{ magic: '1'.repeat(21) }, /its number of the expert has more than 20 digits/],
  [{ type: 32_768 }, /its type is a number that MetaTrader does not have/],
  [{ entry: 1.5 }, /its direction is a number/],
  [{ reason: -40_000 }, /its reason is a number/],
  [{ timeMs: 1e16 }, /its time is none of the calendar/],
];

void t.test('a deal with a field that is too much is left out, and the rest is read', async (t) => {
  for (const [changed, said] of unfitDeals) {
    const report = history({ deals: [deal(1), deal(2, changed), deal(3)] });
    const { deals, counts, problems } = finish(report);
    t.same(
      deals.map(({ row }) => row),
      [1, 3],
    );
    t.equal(counts.deals, 2);
    t.match(
      problems.filter(({ row }) => row !== null),
      [{ row: 2, reason: /^The row of this deal was left out: / }],
    );
    t.match(problems.find(({ row }) => row === 2)?.reason, said);
    t.ok(isTaken(report));
  }
});

void t.test('so are orders, positions and money that came or went', async (t) => {
  const orders = [order(1), order(2, { takeProfit: digits }), order(3, { state: 99_999 })];
  t.same(finish(history({ deals: [deal(1)], orders })).orders.length, 1);
  t.ok(isTaken(history({ deals: [deal(1)], orders })));
  const list: Report = {
    ...emptyReport('myfxbook'),
    positions: [position(1), position(2, { symbol: long }), position(3, { positionId: 'A-7' })],
    cash: [{ row: 4, ticket: null, timeMs: 1_700_000_000_000, type: 2, amount: digits, comment: '' }],
  };
  t.match(finish(list), { counts: { positions: 2, cash: 0 }, problems: [{ row: 2 }, { row: 4 }] });
  t.ok(isTaken(list));
});

void t.test('a position whose number no server gives has no deals with that number', async (t) => {
  const report = history({
    deals: [deal(1, { order: '7' })],
    positions: [position(5, { positionId: '9999999999999999999' }), position(6, { positionId: '7' })],
  });
  t.match(
    finish(report).problems.filter(({ reason }) => reason.includes('left out')),
    [{ row: 5 }],
  );
  t.ok(isTaken(report));
});

void t.test('what is said of the account and the totals is left out where it is too much', async (t) => {
  const report = history({
    account: { ...noAccount, login: '7001', name: long, currency: long },
    deals: [deal(1)],
    printed: [
      { name: 'balance', value: digits },
      { name: 'netProfit', value: '-0.07' },
    ],
  });
  const { account, totals, problems } = finish(report);
  t.match(account, { login: '7001', name: null, currency: null });
  t.match(totals, [{ name: 'netProfit', equal: true }]);
  t.match(
    problems.map(({ reason }) => reason),
    [/account’s name/, /account’s currency/, /Printed totals.*: 1\./],
  );
  t.ok(isTaken(report));
});

void t.test('of very many such rows a hundred are told', async (t) => {
  const deals = Array.from({ length: 300 }, (_, at) => deal(at + 1, at === 0 ? {} : { symbol: long }));
  const { problems } = finish(history({ deals }));
  t.equal(problems.filter(({ row }) => row !== null).length, 100);
  t.match(
    problems.map(({ reason }) => reason),
    /199 more rows were left out/,
  );
});

void t.test('whatever a deal holds, the other side takes what is said of it', async () => {
  const whole = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }));
  const figure = fc.oneof(fc.constantFrom('0', '-0.50', digits, `0.${digits}`), fc.nat().map(String));
  const fields = fc.record(
    {
      ticket: fc.bigInt().map(String),
      type: whole,
      entry: whole,
      reason: whole,
      volume: figure,
      price: figure,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 8 }), (all) =>
      isTaken(history({ deals: all.map((changed, at) => deal(at + 1, changed)) })),
    ),
  );
});
