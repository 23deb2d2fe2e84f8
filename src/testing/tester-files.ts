import type { ReportDeal, ReportOrder } from '../reports/report.js';
import type { Row } from '../reports/rows.js';
import { htmlReport, utf16 } from './html-report.js';
import type { PrintedLines } from './mt5-printed.js';
import { languages, testerRows } from './mt5-report.js';

const deposit = 10_000;
const startMs = Date.UTC(2031, 0, 6, 8);
const hourMs = 3_600_000;
const nothing = { swap: '0.00', commission: '0.00', fee: '0.00', comment: '', magic: null, reason: null };

const cash: ReportDeal = {
  ...nothing,
  ...{ row: 0, ticket: '1', order: '0', positionId: '0', timeMs: startMs - hourMs, type: 2, entry: 0 },
  ...{ symbol: '', volume: '0', price: '0', profit: `${deposit}.00` },
};

/** A trade after the other, each bought and sold an hour later. */
const tripOf = (net: number, at: number): { deals: ReportDeal[]; orders: ReportOrder[] } => {
  const numbers = [0, 1].map((entry) => String(2 + 2 * at + entry));
  const timeOf = (entry: number): number => startMs + (2 * at + entry) * hourMs;
  const price = (entry: number): string => (1.08 + (entry * net) / 10_000).toFixed(5);
  const shared = { ...nothing, row: 0, symbol: 'EURUSD', volume: '0.10' };
  return {
    deals: numbers.map((ticket, entry) => ({
      ...shared,
      ...{ ticket, order: ticket, positionId: null, timeMs: timeOf(entry), type: entry, entry },
      ...{ price: price(entry), profit: entry === 0 ? '0.00' : net.toFixed(2) },
    })),
    orders: numbers.map((ticket, entry) => ({
      ...shared,
      ...{ ticket, positionId: null, positionById: null, timeMs: timeOf(entry), type: entry, state: null },
      ...{ price: price(entry), stopLoss: entry === 0 ? '1.07000' : null, takeProfit: null },
    })),
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function fallOf(nets: readonly number[]): { money: number; share: number; absolute: number } {
  let [balance, peak, low, money, share] = [deposit, deposit, deposit, 0, 0];
  for (const net of nets) {
    balance += net;
    peak = Math.max(peak, balance);
    low = Math.min(low, balance);
    if (peak - balance > money) [money, share] = [peak - balance, (100 * (peak - balance)) / peak];
  }
  return { money, share, absolute: deposit - low };
}

/** What the tester would print of these results; the figures that are made of equity are invented. */
function printedOf(nets: readonly number[]): PrintedLines {
  const wins = nets.filter((net) => net >= 0);
  const losses = nets.filter((net) => net < 0);
  const [won, lost] = [sum(wins), sum(losses)];
  const fall = fallOf(nets);
  const two = (value: number): string => (Number.isFinite(value) ? value : 0).toFixed(2);
  return [
    [['History Quality', '100%']],
    [
      ['Total Net Profit', two(won + lost)],
      ['Balance Drawdown Absolute', two(fall.absolute)],
    ],
    [
      ['Gross Profit', two(won)],
      ['Balance Drawdown Maximal', `${two(fall.money)} (${two(fall.share)}%)`],
    ],
    [
      ['Gross Loss', two(lost)],
      ['Balance Drawdown Relative', `${two(fall.share)}% (${two(fall.money)})`],
    ],
    [
      ['Profit Factor', two(won / -lost)],
      ['Expected Payoff', two((won + lost) / nets.length)],
    ],
    [
      ['Recovery Factor', '2.10'],
      ['Sharpe Ratio', '1.50'],
    ],
    [
      ['Total Trades', String(nets.length)],
      ['Profit Trades (% of total)', `${wins.length} (${two((100 * wins.length) / nets.length)}%)`],
      ['Loss Trades (% of total)', `${losses.length} (${two((100 * losses.length) / nets.length)}%)`],
    ],
  ];
}

/** Cells with the width that brings each below its heading. */
const htmlRow = ({ cells }: Row) =>
  cells.map(({ column, text, isHeading }, at) => ({
    text,
    span: (cells[at + 1]?.column ?? column + 1) - column,
    isHeading: isHeading === true,
  }));

/** A report of MetaTrader 5's tester whose trades made these results, as its terminal writes HTML. */
export function testerReport(nets: readonly number[]): Buffer {
  const trips = nets.map(tripOf);
  const content = {
    deals: [cash, ...trips.flatMap(({ deals }) => deals)],
    orders: trips.flatMap(({ orders }) => orders),
  };
  const rows = testerRows(content, languages.english, 'page', printedOf(nets));
  return utf16(htmlReport('Strategy Tester: Crossing Averages', rows.map(htmlRow)));
}

const cell = (text: string): string =>
  `<Cell><Data ss:Type="${/^-?[\d.]+$/.test(text) ? 'Number' : 'String'}">${text}</Data></Cell>`;
const line = (texts: readonly string[]): string => `<Row>${texts.map(cell).join('')}</Row>`;
const passHeads = ['Pass', 'Result', 'Profit', 'Profit Factor', 'Trades', 'FastPeriod', 'Mode'];

/** MetaTrader 5's report of an optimisation of so many passes, each with a profit of its own. */
export function optimiserReport(passes: number): string {
  const rows = Array.from({ length: passes }, (_, at) => {
    const profit = ((at * 37) % 101) - 40;
    return [`${at}`, `${10_000 + profit}`, `${profit}.50`, '1.25', `${100 + at}`, `${5 + at}`, 'swing'];
  });
  return `<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<DocumentProperties><Title>Crossing Averages EURUSD,H1 2031.01.01-2031.06.30</Title><Author>MetaQuotes Ltd.</Author>
<Server>Example-Demo</Server><Deposit>10000 EUR</Deposit><Leverage>100</Leverage></DocumentProperties>
<Worksheet ss:Name="Tester Optimizator Results"><Table>${line(passHeads)}${rows.map(line).join('\n')}</Table></Worksheet></Workbook>`;
}
