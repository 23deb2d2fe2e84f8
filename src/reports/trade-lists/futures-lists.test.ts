import t from 'tap';
import { reportOf } from '../../testing/report-of.js';
import { syntheticDeals } from '../synthetic.js';

const at = (text: string): number => Date.parse(`${text}Z`);

const ninjaTrader = (profits: [string, string], sums: [string, string] | null): string =>
  `Trade number,Instrument,Account,Strategy,Market pos.,Qty,Entry price,Exit price,Entry time,Exit time,Entry name,Exit name,Profit,${sums === null ? '' : 'Cum. net profit,'}Commission,Clearing Fee,MAE,MFE,ETD,Bars,
1,NQ DEC26,Sim,,Long,2,21715.25,21718.00,3/2/2026 8:44:03 AM,3/2/2026 12:04:59 PM,In,Out,${profits[0]},${sums === null ? '' : `${sums[0]},`}$3.10,$0.90,0,0,0,5,
2,NQ DEC26,Sim,,Short,1,21715.25,21718.00,3/23/2026 8:44:03 PM,3/23/2026 8:45:59 PM,In,Out,${profits[1]},${sums === null ? '' : `${sums[1]},`}$3.10,$0.90,0,0,0,5,
`;

void t.test('NinjaTrader: before or after costs, as the sums or the points tell', async (t) => {
  const folder = t.testdir();
  const gross = await reportOf(folder, ninjaTrader(['$110.00', '-$55.00'], ['$106.00', '$47.00']));
  t.match(gross, {
    format: 'ninjatrader',
    account: { login: 'Sim' },
    clock: 'unknown',
    problems: [],
    positions: [
      {
        side: 'buy',
        volume: '2',
        profit: '110.00',
        net: null,
        commission: '-3.10',
        fee: '-0.90',
        openedMs: at('2026-03-02T08:44:03'),
        closedMs: at('2026-03-02T12:04:59'),
      },
      { side: 'sell', profit: '-55.00', openedMs: at('2026-03-23T20:44:03') },
    ],
  });
  const net = await reportOf(folder, ninjaTrader(['$106.00', '-$59.00'], ['$106.00', '$47.00']));
  t.match(net.positions, [{ profit: null, net: '106.00', commission: '-3.10' }, { net: '-59.00' }]);
  const byPoints = await reportOf(folder, ninjaTrader(['$110.00', '-$55.00'], null));
  t.match(byPoints.positions, [{ profit: '110.00', net: null }, { profit: '-55.00' }]);
});

void t.test('Tradovate: what was bought after it was sold was sold first', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `symbol,_priceFormat,_priceFormatType,_tickSize,buyFillId,sellFillId,qty,buyPrice,sellPrice,pnl,boughtTimestamp,soldTimestamp,duration
MNQZ6,-2,0,0.25,1001,1002,2,21000.25,21010.75,$42.00,03/20/2026 09:31:22,03/20/2026 09:35:10,3min 48sec
MNQZ6,-2,0,0.25,1004,1003,1,21030.00,21020.00,$(20.00),03/20/2026 10:02:00,03/20/2026 10:00:00,2min
MNQZ6,-2,0,0.25,1006,1005,1,21030.00,21020.00,"$(1,020.00)",03/20/2026 10:02:00,03/20/2026 10:02:00,0sec
`,
  );
  t.match(report, {
    format: 'tradovate',
    problems: [],
    positions: [
      { side: 'buy', openPrice: '21000.25', profit: '42.00', positionId: '1001-1002' },
      {
        side: 'sell',
        openPrice: '21020.00',
        closePrice: '21030.00',
        profit: '-20.00',
        openedMs: at('2026-03-20T10:00:00'),
      },
      { side: 'sell', profit: '-1020.00' },
    ],
  });
});

void t.test('TopstepX: times with their offset, and costs without a sign', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `Id,ContractName,EnteredAt,ExitedAt,EntryPrice,ExitPrice,Fees,PnL,Size,Type,TradeDay,TradeDuration,Commissions
901,NQM6,05/20/2026 09:24:11 -05:00,05/20/2026 09:24:27 -05:00,18193.750000000,18190.500000000,4.2000,-195.000000000,3,Long,05/20/2026 05:00:00 +00:00,16,1.50
`,
  );
  t.match(report, {
    format: 'table',
    clock: 'utc',
    positions: [
      {
        positionId: '901',
        side: 'buy',
        volume: '3',
        openedMs: at('2026-05-20T14:24:11'),
        profit: '-195.000000000',
        fee: '-4.2000',
        commission: '-1.50',
      },
    ],
  });
});

void t.test('fills of a position are its trade, part by part', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `Account,Date/Time,Symbol,Description,Side,Order type,Quantity,Price,Gross P/L,Fee,Net P/L,Trade ID,Order ID,Position ID
Demo,2026-03-20 9:35:12 AM +00:00,MES,,Buy,Market,3,5125.25,0,1.80,-1.80,T1,O1,P1
Demo,2026-03-20 9:42:15 AM +00:00,MES,,Sell,Market,1,5130.25,25.00,0.60,24.40,T2,O2,P1
Demo,2026-03-20 9:52:15 AM +00:00,MES,,Sell,Market,2,5130.25,50.00,1.20,48.80,T3,O3,P1
`,
  );
  t.match(report, {
    clock: 'utc',
    problems: [],
    positions: [
      { positionId: 'P1', side: 'buy', volume: '1', profit: '25.00', fee: '-1.20' },
      { positionId: 'P1', side: 'buy', volume: '2', profit: '50.00', fee: '-2.40' },
    ],
  });
  t.equal(syntheticDeals(report.positions, []).length, 4);
});

void t.test('filled orders are trades where the contract is known', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `Completed Orders
Account,Symbol,Buy/Sell,Qty Filled,Avg Fill Price,Update Time (EDT),Commission Fill Rate,Order Number
A-1,MESZ6,S,2,5130.50,2026-03-20 09:35:12,0.51,1001
A-1,MESZ6,B,2,5125.25,2026-03-20 09:42:15,0.51,1002
A-1,XYZZ6,B,1,10,2026-03-20 09:43:15,0.51,1003
A-1,XYZZ6,S,1,11,2026-03-20 09:44:15,0.51,1004
`,
  );
  t.match(report, {
    clock: 'unknown',
    positions: [{ symbol: 'MESZ6', side: 'sell', volume: '2', profit: '52.50', fee: '-2.04' }],
    problems: [
      { row: null, reason: /worked out/ },
      { row: 6, reason: 'It has no result.' },
    ],
  });
  t.equal(report.positions.length, 1);
});

void t.test('where each date is a tie, hours to twelve say that months come first', async (t) => {
  const report = await reportOf(
    t.testdir(),
    `Instrument,Market pos.,Qty,Entry price,Exit price,Entry time,Exit time,Profit
MES 03-26,Long,1,5000,5001,3/2/2026 9:35:12 AM,3/2/2026 1:42:15 PM,$5.00
`,
  );
  t.match(report, {
    positions: [{ openedMs: at('2026-03-02T09:35:12'), closedMs: at('2026-03-02T13:42:15') }],
    problems: [{ row: null, reason: /month first/ }],
  });
});
