import t from 'tap';
import { dealType } from '../domain/deal.js';
import { reportOf } from '../testing/report-of.js';
import { canonical, sumOf } from './decimal-text.js';
import type { Report, ReportPosition } from './report.js';
import { syntheticDeals } from './synthetic.js';

const netOf = ({ profit, swap, commission, fee }: ReportPosition): string =>
  sumOf([profit, swap, commission, fee]);
const closedIn = ({ positions }: Report): ReportPosition[] =>
  positions.filter(({ closedMs }) => closedMs !== null);
const netIn = (report: Report): string => canonical(sumOf(closedIn(report).map(netOf)));
const printedIn = ({ printed }: Report): Record<string, string> =>
  Object.fromEntries(printed.map(({ name, value }) => [name, value]));

const cell = (text: string, more = ''): string => `<td ${more}>${text}</td>`;
const row = (...texts: string[]): string =>
  `<tr align=right>${texts.map((text) => cell(text)).join('')}</tr>`;
const titled = (title: string, first: string, ...texts: string[]): string =>
  `<tr>${cell(first, `title="${title}"`)}${texts.map((text) => cell(text)).join('')}</tr>`;

interface Words {
  account: string;
  columns: string[];
  market: string;
  closed: string;
}
const english: Words = {
  account: 'Account',
  columns:
    'Ticket,Open Time,Type,Size,Item,Price,S / L,T / P,Close Time,Price,Commission,Taxes,Swap,Profit'.split(
      ',',
    ),
  market: 'Market Price',
  closed: 'Closed P/L',
};
const german: Words = {
  account: 'Konto',
  columns:
    'Auftrag,Zeit,Typ,Größe,Objekt,Kurs,S / L,T / P,Schlusszeit,Kurs,Provision,Steuern,Swap,Gewinn'.split(
      ',',
    ),
  market: 'Marktkurs',
  closed: 'Geschlossen G/V',
};

const headings = ({ columns }: Words): string => row(...columns);
const pair = (name: string, value: string): string => cell(`${name}:`) + cell(`<b>${value}</b>`);

const statement = (words: Words, { closed, open, waiting, details }: Record<string, string>): string => `
<html><head><title>Statement: 7001 - Ada</title></head><body><div><b>Invented Markets Ltd.</b></div><br>
<table><tr>${cell(`${words.account}: 7001`, 'colspan=2')}${cell('Name: Ada', 'colspan=5')}${cell('Currency: EUR', 'colspan=2')}
${cell('Leverage: 1:100', 'colspan=2')}${cell('2026 March 9, 18:30', 'colspan=3')}</tr>
${headings(words)}${closed ?? ''}
<tr>${cell('', 'colspan=10')}${cell('0.00')}${cell('0.00')}${cell('0.00')}${cell('1 234.00')}</tr>
<tr>${cell(`${words.closed}:`, 'colspan=12')}${cell('1 234.00', 'colspan=2')}</tr>
${headings(words)}${open ?? ''}
<tr>${pair('Floating', '0.00')}</tr>
<tr>${[...words.columns.slice(0, 8), words.market].map((text) => cell(text)).join('')}</tr>${waiting ?? ''}
<tr>${cell('Summary:')}</tr>
<tr>${pair('A', '1 000.00')}${pair('B', '0.00')}</tr>
<tr>${pair('C', '86.50')}${pair('D', '0.00')}${pair('E', '0.00')}</tr>
<tr>${pair('F', '1 086.50')}${pair('G', '1 086.50')}${pair('H', '1 086.50')}</tr>
${details ?? ''}</table></body></html>`;

const deposit = titled('Opening balance', '1', '2026.03.02 08:00:00', 'balance').replace(
  '</tr>',
  `${cell('Opening balance', 'colspan=10')}${cell('1 000.00')}</tr>`,
);
const times = ['2026.03.02 09:00:00', '2026.03.02 10:30:00'] as const;
interface Money {
  size: string;
  profit: string;
  costs: string[];
}
const trade = (title: string, ticket: string, { size, profit, costs }: Money): string =>
  titled(
    title,
    ticket,
    ...[
      times[0],
      'buy',
      size,
      'eurusd',
      '1.08000',
      '0.00000',
      '1.08500',
      times[1],
      '1.08500',
      ...costs,
      profit,
    ],
  );
const costs = ['-0.40', '0.00', '-0.10'];
const part = [
  trade('to #12[tp]', '11', { size: '0.10', profit: '50.00', costs }),
  trade('#777 grid from #11[tp]', '12', { size: '0.05', profit: '25.00', costs: ['-0.20', '-1.00', '0.00'] }),
].join('');
const cancelled = titled(
  'cancelled',
  '13',
  times[0],
  'buy limit',
  '0.10',
  'eurusd',
  '1.07000',
  '0.0',
  '0.0',
  times[1],
  '1.08',
).replace('</tr>', `${cell('cancelled', 'colspan=4')}</tr>`);
const running = row(
  '14',
  times[0],
  'sell',
  '0.20',
  'gold',
  '2 650.10',
  '2 660.00',
  '0.00',
  '&nbsp;',
  '2 655.00',
  '0.00',
  '0.00',
  '1.50',
  '-98.00',
);
const waits = titled('', '15', times[0], 'sell stop', '0.30', 'gold', '2 600.00', '0.00', '0.00').replace(
  '</tr>',
  `${cell('2 655.00', 'colspan=2')}${cell('', 'colspan=4')}</tr>`,
);
const details = `<tr>${pair('a', '90.00')}${pair('b', '3.50')}${pair('c', '86.50')}</tr>
<tr>${pair('d', '25.71')}${pair('e', '43.25')}</tr>
<tr>${pair('f', '2.00')}${pair('g', '3.50 (0.35%)')}${pair('h', '0.35% (3.50)')}</tr>
<tr>${pair('i', '2')}${pair('j', '0 (0.00%)')}${pair('k', '2 (100.00%)')}</tr>`;

const whole = { closed: deposit + part + cancelled, open: running, waiting: waits, details };

for (const words of [english, german])
  void t.test(`a statement in whatever language is read by its columns: ${words.account}`, async (t) => {
    const report = await reportOf(t.testdir(), statement(words, whole));
    t.match(report, {
      format: 'mt4-statement',
      clock: 'server',
      account: {
        login: '7001',
        name: 'Ada',
        currency: 'EUR',
        company: 'Invented Markets Ltd.',
        isHedging: true,
      },
      madeMs: Date.parse('2026-03-09T18:30:00Z'),
      problems: [],
      cash: [{ ticket: '1', type: dealType.balance, amount: '1000.00', comment: 'Opening balance' }],
    });
    t.equal(closedIn(report).length, 2);
    t.equal(netIn(report), '73.3', 'profit, swap, commission and taxes');
    t.match(report.positions.at(-1), {
      positionId: '14',
      side: 'sell',
      volume: '0.20',
      openPrice: '2650.10',
      closedMs: null,
      closePrice: null,
      profit: null,
      stopLoss: '2660.00',
      takeProfit: null,
      swap: '1.50',
    });
    t.match(report.orders, [
      { ticket: '13', type: 2, state: 2, symbol: 'eurusd' },
      { ticket: '15', type: 5, state: 1, price: '2600.00' },
    ]);
  });

void t.test('parts of a position that was closed in parts are one position', async (t) => {
  const { positions } = await reportOf(t.testdir(), statement(english, whole));
  t.match(positions.slice(0, 2), [
    { positionId: '11', volume: '0.10', fee: '0.00', commission: '-0.40', closeReason: 5, magic: null },
    { positionId: '11', volume: '0.05', fee: '-1.00', commission: '-0.20', closeReason: 5, magic: '777' },
  ]);
  t.equal(syntheticDeals(positions, []).filter(({ positionId }) => positionId === '11').length, 4);
});

void t.test(
  'the printed figures come under the names of MetaTrader 5 where they mean the same',
  async (t) => {
    const folder = t.testdir();
    t.strictSame(printedIn(await reportOf(folder, statement(english, whole))), {
      netProfit: '86.50',
      balance: '1086.50',
      grossProfit: '90.00',
      grossLoss: '-3.50',
      profitFactor: '25.71',
      expectedPayoff: '43.25',
      balanceDrawdownAbsolute: '2.00',
      balanceDrawdownMaximal: '3.50',
      balanceDrawdownMaximalPct: '0.35',
      balanceDrawdownRelativePct: '0.35',
      balanceDrawdownRelative: '3.50',
      totalTrades: '2',
      shortTrades: '0',
      shortWon: '0.00',
      longTrades: '2',
      longWon: '100.00',
    });
    const second = deposit.replace('>1<', '>2<');
    const later = await reportOf(folder, statement(english, { ...whole, closed: deposit + part + second }));
    t.notOk('balanceDrawdownMaximal' in printedIn(later), 'MetaTrader 4 leaves later deposits out of it');
  },
);

void t.test('a row that cannot be read is named, and all others are read', async (t) => {
  const broken = trade('', '21', { size: '0.10', profit: 'none', costs });
  const report = await reportOf(t.testdir(), statement(english, { closed: broken + part }));
  t.equal(closedIn(report).length, 2);
  t.match(report.problems, [{ row: 3 }]);
});

const event = (
  number: number,
  type: string,
  [order = '', size = '', price = '']: string[],
  ...money: string[]
): string =>
  row(
    ...[String(number), `2026.03.02 09:0${number % 10}`, type, order, size, price],
    ...[type === 'buy' ? '1.07' : '1.08', '0', ...money],
  );

const tester = `
<html><head><title>Strategy Tester: Night Owl</title></head><body><div><b>Strategy Tester Report</b></div>
<div><b>Night Owl</b></div><div><b>Invented-Demo (Build 1420)</b></div><br><table>
<tr>${cell('Symbol', 'colspan=2')}${cell('EURUSD (Euro vs US Dollar)', 'colspan=4')}</tr>
<tr>${cell('Period', 'colspan=2')}${cell('1 Hour (H1) 2026.03.02 00:00 - 2026.03.03 00:00 (2026.03.01 - 2026.03.04)', 'colspan=4')}</tr>
<tr>${cell('Model', 'colspan=2')}${cell('Every tick', 'colspan=4')}</tr>
<tr>${cell('Parameters', 'colspan=2')}${cell('Lots=0.1; Name="a=b"; ', 'colspan=4')}</tr>
${row('Bars in test', '100', 'Ticks modelled', '1000', 'Modelling quality', '90.00%')}
${row('Mismatched charts errors', '0', '', '', '', '')}
${row('Initial deposit', '1000.00', '', '', 'Spread', '12')}
${row('Total net profit', '14.99', 'Gross profit', '15.00', 'Gross loss', '-0.01')}
${row('Profit factor', '1500.00', 'Expected payoff', '5.00', '', '')}
${row('Absolute drawdown', '1.00', 'Maximal drawdown', '2.00 (0.20%)', 'Relative drawdown', '0.20% (2.00)')}
${row('Total trades', '3', 'Short positions (won %)', '1 (0.00%)', 'Long positions (won %)', '2 (100.00%)')}
<tr>${cell('', 'colspan=2')}${cell('Profit trades (% of total)')}${cell('2 (66.67%)')}${cell('Loss trades (% of total)')}${cell('1 (33.33%)')}</tr>
<tr>${cell('Largest', 'colspan=2')}${cell('profit trade')}${cell('10.00')}${cell('loss trade')}${cell('-0.01')}</tr>
</table><table>
${row('#', 'Time', 'Type', 'Order', 'Size', 'Price', 'S / L', 'T / P', 'Profit', 'Balance')}
${event(1, 'buy stop', ['1', '0.10', '1.0800'])}
${event(2, 'buy', ['1', '0.10', '1.0800'])}
${event(3, 'modify', ['1', '0.10', '1.0800'])}
${event(4, 'close', ['1', '0.04', '1.0900'], '4.99', '1005.00')}
${event(5, 't/p', ['2', '0.06', '1.0900'], '10.00', '1015.00')}
${event(6, 'sell', ['3', '0.10', '1.0900'])}
${event(7, 'close at stop', ['3', '0.10', '1.0901'], '-0.01', '1014.99')}
${event(8, 's/l', ['9', '0.10', '1.0901'], '-1.00', '1013.99')}
</table></body></html>`;

void t.test('a report of the strategy tester becomes positions and a run', async (t) => {
  const report = await reportOf(t.testdir(), tester);
  t.match(report, {
    format: 'mt4-tester',
    account: { server: 'Invented-Demo' },
    tester: {
      expert: 'Night Owl',
      symbol: 'EURUSD',
      deposit: '1000.00',
      inputs: [
        { name: 'Lots', value: '0.1' },
        { name: 'Name', value: '"a=b"' },
      ],
    },
    positions: [
      { positionId: '1', symbol: 'EURUSD', volume: '0.04', profit: '5.00', stopLoss: '1.07', closeReason: 3 },
      { positionId: '1', volume: '0.06', profit: '10.00', openPrice: '1.0800', closeReason: 5 },
      { positionId: '3', side: 'sell', profit: '-0.01', comment: 'close at stop', closeReason: null },
    ],
    problems: [{ reason: 'Order 9 is closed, but no row opens it.' }],
  });
  t.equal(netIn(report), '14.99');
  t.match(report.tester?.results, [
    { name: 'Model', value: 'Every tick' },
    { name: 'Bars in test', value: '100' },
  ]);
  t.match(printedIn(report), {
    netProfit: '14.99',
    grossLoss: '-0.01',
    totalTrades: '3',
    largestProfit: '10.00',
  });
  t.notOk('balanceDrawdownMaximal' in printedIn(report), 'the tester measures the equity');
});
