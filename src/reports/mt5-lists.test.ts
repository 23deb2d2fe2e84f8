import t from 'tap';
import { mt5Optimiser } from './mt5-optimiser.js';
import { mt5Python } from './mt5-python.js';
import type { Report } from './report.js';
import { noCells, type Row } from './rows.js';

const row = (number: number, texts: readonly string[]): Row => ({
  number,
  cells: texts.map((text, column) => ({ column, text })),
});

const headings = ['Pass', 'Result', 'Profit', 'Expected Payoff', 'Profit Factor', 'Trades', 'FastPeriod'];

const optimisation = (...passes: string[][]): Row[] => [
  row(0, ['Title', 'Averages EURUSD,H1 2031.01.01-2031.06.30']),
  row(0, ['Author', 'Example Ltd.']),
  row(0, ['Server', 'Example-Demo']),
  row(0, ['Deposit', '10000 EUR']),
  noCells,
  row(1, headings),
  ...passes.map((pass, at) => row(at + 2, pass)),
  noCells,
  row(1, ['Another', 'sheet']),
];

const readRows = (rows: readonly Row[]): Report => {
  const reader = mt5Optimiser.reader(rows, {});
  for (const one of rows) reader.row(one);
  return reader.end();
};

void t.test('an optimisation is its passes', async (t) => {
  const rows = optimisation(
    ['7', '10250.10', '250.10', '1.25', '1.41', '200', '12'],
    ['3', '9990.00', '-10.00', '-0.05', '0.98', '190', '10'],
  );
  t.ok(mt5Optimiser.recognises(rows));
  const { optimisation: found, account, problems } = readRows(rows);
  t.same(found, {
    title: 'Averages EURUSD,H1 2031.01.01-2031.06.30',
    columns: headings,
    rows: [
      ['7', '10250.10', '250.10', '1.25', '1.41', '200', '12'],
      ['3', '9990.00', '-10.00', '-0.05', '0.98', '190', '10'],
    ],
  });
  t.match(account, { server: 'Example-Demo', currency: 'EUR' });
  t.same(problems, []);
  t.match(readRows(optimisation()).problems, [{ reason: /lists no pass/ }]);
  t.notOk(mt5Optimiser.recognises(rows.slice(4)), 'a table that says nothing of itself');
});

const deal = {
  ticket: 501,
  order: 401,
  time: 1_925_000_000,
  time_msc: 1_925_000_000_123,
  type: 0,
  entry: 0,
  magic: 77,
  position_id: 401,
  reason: 3,
  volume: 0.30000000000000004,
  price: 1.10234,
  commission: -0.9,
  swap: 0,
  profit: 0,
  fee: 0,
  symbol: 'EURUSD',
  comment: 'first',
  external_id: '',
};

void t.test('a list of deals of the Python package', async (t) => {
  const json = [deal, { ...deal, ticket: 502, entry: 1, type: 1, time_msc: 0 }];
  t.ok(mt5Python.recognises(json));
  const { deals, account, clock, problems } = mt5Python.read(json, {});
  t.same(deals[0], {
    row: 1,
    ticket: '501',
    order: '401',
    positionId: '401',
    timeMs: 1_925_000_000_123,
    type: 0,
    entry: 0,
    reason: 3,
    magic: '77',
    symbol: 'EURUSD',
    volume: '0.3',
    price: '1.10234',
    profit: '0',
    swap: '0',
    commission: '-0.9',
    fee: '0',
    comment: 'first',
  });
  t.equal(deals[1]?.timeMs, 1_925_000_000_000);
  t.same([account.login, clock, problems], [null, 'server', []]);
});

void t.test('numbers that came as text keep every digit', async (t) => {
  const large = { ticket: '9007199254740993', order: '9007199254740995', magic: '18446744073709551615' };
  const { deals, problems } = mt5Python.read(
    [
      { ...deal, ...large },
      { ...deal, fee: 'NaN' },
    ],
    {},
  );
  t.match(deals, [large]);
  t.same(problems, [{ row: 2, reason: 'Number 2 of the deals was left out: fee is missing or odd.' }]);
});

void t.test('an object with all lists and the account', async (t) => {
  const order = {
    ticket: 403,
    time_setup: 1_925_000_100,
    type: 8,
    state: 4,
    magic: 0,
    position_id: 401,
    position_by_id: 402,
    volume_initial: 0.2,
    price_open: 1.1,
    sl: 0,
    tp: 1.2,
    symbol: 'EURUSD',
    comment: '',
  };
  const position = {
    ticket: 900,
    identifier: 401,
    time: 1_925_000_000,
    time_msc: 1_925_000_000_123,
    type: 1,
    volume: 0.1,
    price_open: 1.1,
    sl: 0,
    tp: 0,
    swap: -0.2,
    profit: 3,
    symbol: 'EURUSD',
    magic: 5,
    comment: '',
  };
  const account = {
    login: 70001234,
    trade_mode: 2,
    margin_mode: 2,
    currency: 'EUR',
    server: 'S',
    name: 'N',
    company: 'C',
    balance: 12.3,
  };
  const json = {
    deals: [deal],
    orders: [order],
    positions: [position, { ...position, volume: null }],
    account,
  };
  t.ok(mt5Python.recognises(json));
  const report = mt5Python.read(json, {});
  t.match(report.orders, [
    { ticket: '403', type: 8, positionId: '401', positionById: '402', stopLoss: null, takeProfit: '1.2' },
  ]);
  t.match(report.positions, [
    { positionId: '401', side: 'sell', closedMs: null, profit: null, swap: '-0.2' },
  ]);
  t.same(report.account, {
    login: '70001234',
    server: 'S',
    name: 'N',
    company: 'C',
    currency: 'EUR',
    mode: 'real',
    isHedging: true,
  });
  t.same(report.printed, [{ name: 'balance', value: '12.3' }]);
  t.match(report.problems, [{ row: 2, reason: /volume is missing/ }]);
});

void t.test('other JSON is none of it', async (t) => {
  for (const json of [null, 1, 'x', [], [{}], {}, { deals: [] }, [{ ticket: 1 }]])
    t.notOk(mt5Python.recognises(json));
});
