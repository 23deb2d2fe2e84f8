import t from 'tap';
import { needsRecording, recordingPath } from '../../testing/needs.js';
import { reportAt, reportOf } from '../../testing/report-of.js';
import type { Report } from '../report.js';
import { syntheticDeals } from '../synthetic.js';

const at = (text: string): number => Date.parse(`${text}Z`);

void t.test('Myfxbook: net results, deposits, and open trades under headings of their own', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `Tags,Ticket,Open Date,Close Date,Symbol,Action,Units/Lots,SL,TP,Open Price,Close Price,Commission,Swap,Pips,Profit,Gain,Comment,Magic Number
,501,03/02/2026 08:00,,,Deposit,0.010,0,0,0,0,0,0,0.0,1000.00,0,start,0
,502,03/03/2026 10:05,03/03/2026 12:15,EURUSD,Buy,0.10,1.07000,0,1.08000,1.08200,-0.7000,-0.3000,20.0,19.00,1.90,night,7
,503,03/20/2026 08:00,,,Withdrawal,0.010,0,0,0,0,0,0,0.0,-100.00,0,,0
Open Trades
,Ticket,Open Date,Symbol,Action,Units/Lots,SL,TP,Open Price,Profit
,504,03/23/2026 08:00,GBPUSD,Sell,0.20,0,0,1.29000,-5.00
`,
  );
  t.match(report, {
    format: 'myfxbook',
    clock: 'server',
    problems: [],
    cash: [
      { ticket: '501', amount: '1000.00', type: 2, timeMs: at('2026-03-02T08:00:00') },
      { ticket: '503', amount: '-100.00' },
    ],
    positions: [
      {
        row: 3,
        positionId: '502',
        side: 'buy',
        volume: '0.10',
        openedMs: at('2026-03-03T10:05:00'),
        profit: null,
        net: '19.00',
        commission: '-0.7000',
        swap: '-0.3000',
        stopLoss: '1.07000',
        takeProfit: null,
        magic: '7',
        comment: 'night',
      },
      { positionId: '504', side: 'sell', closedMs: null, net: null },
    ],
  });
  t.equal(syntheticDeals(report.positions, []).find(({ entry }) => entry === 1)?.profit, '20.0000');
});

void t.test('FX Blue: closed and open positions, and what was paid', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `sep=,
Type,Ticket,Symbol,Lots,Buy/sell,Open price,Close price,Open time,Close time,Open date,Close date,Profit,Swap,Commission,Net profit,T/P,S/L,Pips,Result,Trade duration (hours),Magic number,Order comment,Account
Deposit,1,,0,,0,0,2026/03/01 08:00:00,2026/03/01 08:00:00,2026/03/01,2026/03/01,5000,0,0,5000,0,0,0,n/a,0,0,,main
Closed position,2,EURUSD,1,Buy,1.1000,1.1010,2026/03/02 09:00:00,2026/03/02 10:00:00,2026/03/02,2026/03/02,100,-2,-5,93,0,1.0900,10,Win,1,12,scalp,main
Open position,3,EURUSD,1,Sell,1.1000,1.1010,2026/03/03 09:00:00,2026/03/04 10:00:00,2026/03/03,2026/03/04,-100,0,-5,-105,0,0,-10,Loss,25,0,,main
Cancelled order,4,EURUSD,1,Buy limit,1.0000,1.1010,2026/03/03 09:00:00,2026/03/04 10:00:00,2026/03/03,2026/03/04,0,0,0,0,0,0,0,n/a,25,0,,main
`,
  );
  t.match(report, {
    format: 'fxblue',
    account: { login: 'main' },
    problems: [],
    cash: [{ amount: '5000' }],
    positions: [
      {
        positionId: '2',
        profit: '100',
        swap: '-2',
        commission: '-5',
        net: null,
        stopLoss: '1.0900',
        magic: '12',
        comment: 'scalp',
      },
      { positionId: '3', side: 'sell', closedMs: null, profit: null },
    ],
  });
  t.equal(report.positions.length, 2);
});

const ftmo = {
  English:
    'Ticket;Open;Type;Volume;Symbol;Price;SL;TP;Close;Price;Swap;Commissions;Profit;Pips;"Trade duration in seconds"',
  French:
    'Ticket;Ouvrir;Type;Volume;Symbole;Prix;SL;TP;Fermeture;Prix;Swap;Commissions;Profit;Pips;"Durée du trade en secondes"',
};

for (const [language, headings] of Object.entries(ftmo))
  void t.test(`FTMO in ${language}: the first price opened, the second closed`, async (t) => {
    const report = await reportOf(
      t.testdir(),
      `${headings}
31;"2026-03-02 09:00:00";sell;0.25;GER40.cash;22965.31000000;22963.31;0;"2026-03-02 16:00:00";22764.70000000;0;-1.5;50.15000000;200.6;25200
32;"2026-03-02 09:00:00";sell;0.25;GER40.cash;22965.31000000;0;0;"2026-03-02 17:00:00";22964.20000000;-0.1;0;0.28000000;1.1;28800
`,
    );
    t.match(report, {
      format: 'ftmo',
      clock: 'server',
      problems: [],
      positions: [
        {
          positionId: '31',
          openPrice: '22965.31000000',
          closePrice: '22764.70000000',
          stopLoss: '22963.31',
          profit: '50.15000000',
          commission: '-1.5',
        },
        { positionId: '32', swap: '-0.1', takeProfit: null },
      ],
    });
  });

void t.test('cTrader: closing deals, with the offset of the headings and their currency', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `ID,Symbol,Opening direction,Opening time (UTC+2),Closing time (UTC+2),Entry price,Closing price,Closing Quantity,Swap,Commissions,Gross EUR,Net EUR,Balance EUR
DID9,EURUSD,Buy,02/03/2026 10:00:00.250,02/03/2026 11:00:00.500,1.08,1.09,0.5 Lots,-1.27,-4.49,1 500.00,1 494.24,9 494.24
`,
  );
  t.match(report, {
    format: 'ctrader',
    clock: 'utc',
    account: { currency: 'EUR' },
    positions: [
      {
        positionId: 'DID9',
        volume: '0.5',
        openedMs: at('2026-03-02T08:00:00.250'),
        closedMs: at('2026-03-02T09:00:00.500'),
        profit: '1500.00',
        swap: '-1.27',
        commission: '-4.49',
        net: null,
      },
    ],
  });
  t.match(report.problems, [{ row: null, reason: /day first/ }], 'each of its dates could be either');
});

void t.test('cTrader without opening times says which column to show', async (t) => {
  await t.rejects(
    reportOf(
      t.testdir(),
      `Order ID,Symbol,Opening direction,Closing time,Entry price,Closing price,Closing Quantity,Net USD
9,EURUSD,Buy,20/03/2026 11:00:00,1.08,1.09,0.5,10.00
`,
    ),
    { message: /opening times/ },
  );
});

const tradingView = `Trade #,Type,Date/Time,Signal,Price USD,Position size (qty),Position size (value),Net P&L USD,Net P&L %,Cumulative P&L USD
2,Exit short,2026-03-03 14:00,Close,110.00,2,220.00,(12.50),-5.0,17.50
2,Entry short,2026-03-03 10:00,Short,105.00,2,210.00,(12.50),-5.0,17.50
1,Entry long,2026-03-02 10:00,Long,100.00,1,100.00,30.00,3.0,30.00
1,Exit long,2026-03-02 14:00,Close,130.00,1,130.00,30.00,3.0,30.00
3,Entry long,2026-03-04 10:00,Long,100.00,1,100.00,,,
3,Exit long,2026-03-04 12:00,Open,101.00,1,101.00,1.00,1.0,18.50
`;

void t.test('TradingView: two rows a trade, of a symbol that a person names', async (t) => {
  const folder = t.testdir();
  const report = await reportOf(folder, tradingView, { mapping: { symbol: 'EURUSD' } });
  t.match(report, {
    format: 'tradingview',
    clock: 'unknown',
    positions: [
      {
        symbol: 'EURUSD',
        side: 'sell',
        positionId: null,
        openPrice: '105.00',
        closePrice: '110.00',
        net: '-12.50',
        comment: 'Short',
      },
      { side: 'buy', volume: '1', net: '30.00', closedMs: at('2026-03-02T14:00:00') },
    ],
    problems: [{ row: 6, reason: /open/ }],
  });
  t.equal(report.positions.length, 2);
  await t.rejects(reportOf(folder, tradingView), { message: /does not name its symbol/ });
});

void t.test('a row that is no trade is named with its reason', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `${ftmo.English}
41;"2026-02-30 09:00:00";sell;0.25;X;10;0;0;"2026-03-02 16:00:00";11;0;0;1;1;1
42;"2026-03-02 09:00:00";hold;0.25;X;10;0;0;"2026-03-02 16:00:00";11;0;0;1;1;1
43;"2026-03-02 09:00:00";sell;much;X;10;0;0;"2026-03-02 16:00:00";11;0;0;1;1;1
44;"2026-03-02 09:00:00";sell;0.25;X;10;0;0;"2026-03-01 16:00:00";11;0;0;1;1;1
45;"2026-03-02 09:00:00";sell;0.25;X;10;0;0;"2026-03-02 16:00:00";11;0;0;;1;1
46;"2026-03-02 09:00:00";sell;0.25;X;10;0;0;"2026-03-02 16:00:00";11;0;0;1;1;1
`,
  );
  t.equal(report.positions.length, 1);
  t.strictSame(report.problems, [
    { row: 2, reason: 'The opening time "2026-02-30 09:00:00" is no date that exists.' },
    { row: 3, reason: 'The side "hold" is neither buy nor sell.' },
    { row: 4, reason: 'The volume "much" is no number.' },
    { row: 5, reason: 'It is closed before it is opened.' },
    { row: 6, reason: 'It has no result.' },
  ]);
});

/** How many trades each recorded sample lists. */
const samples: [name: string, trades: number][] = [
  ['ftmo-fr-positions', 5],
  ['deltalytix-ftmo-sample', 2],
  ['deltalytix-ninjatrader-performance-sample', 2],
  ['deltalytix-tradovate-sample', 2],
  ['deltalytix-topstep-sample', 2],
  ['deltalytix-quantower-sample', 2],
  ['deltalytix-rithmic-orders-sample', 2],
  ['deltalytix-tradezella-sample', 2],
];

const profitIn = ({ positions }: Report): string[] => positions.map(({ profit, net }) => profit ?? net ?? '');

for (const [name, trades] of samples)
  void t.test(`the recorded sample ${name}`, needsRecording(`other-csv/${name}.csv`), async (t) => {
    const report = await reportAt(recordingPath(`other-csv/${name}.csv`));
    t.equal(report.positions.length, trades);
    t.ok(report.positions.every(({ closedMs, openedMs }) => closedMs !== null && closedMs > openedMs));
    t.ok(profitIn(report).every((profit) => profit !== ''));
    t.strictSame(
      report.problems.filter(({ row }) => row !== null),
      [],
    );
  });
