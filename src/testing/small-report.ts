import type { ReportDeal } from '../reports/report.js';
import type { Row } from '../reports/rows.js';
import { htmlReport, utf16, type HtmlRow } from './html-report.js';
import { historyRows, languages } from './mt5-report.js';

const startMs = Date.UTC(2026, 0, 5, 10);
const none = { row: 0, order: '0', positionId: null, reason: null, magic: null, fee: '0.00' };

const deposit: ReportDeal = {
  ...{ ...none, ticket: '100', timeMs: startMs - 60_000, type: 2, entry: 0, symbol: '', volume: '0' },
  ...{ price: '0', profit: '1000.00', swap: '0.00', commission: '0.00', comment: 'Deposit' },
};

const deal = (ticket: number, entry: 0 | 1, price: string, profit: string): ReportDeal => ({
  ...{ ...none, ticket: String(ticket), order: String(ticket), timeMs: startMs + ticket * 60_000 },
  ...{ type: entry, entry, symbol: 'EURUSD', volume: '0.10', price },
  ...{ profit, swap: '0.00', commission: '-0.35', comment: '' },
});

/** Cells with the width that brings each below its heading. */
const cellsOf = ({ cells }: Row): HtmlRow =>
  cells.map(({ column, text, isHeading }, at) => ({
    text,
    span: (cells[at + 1]?.column ?? column + 1) - column,
    isHeading: isHeading === true,
  }));

/** The history of a deposit and two trades that won 5.00 and 0.70 before 0.70 of commission each, in MetaTrader's HTML. */
export function smallReport(): Buffer {
  const trades = [
    deal(201, 0, '1.08000', '0.00'),
    deal(202, 1, '1.08050', '5.00'),
    deal(203, 0, '1.08000', '0.00'),
    deal(204, 1, '1.08007', '0.70'),
  ];
  const orders = trades.map(({ ticket, timeMs, type, symbol, volume, price }) => ({
    ...{ row: 0, ticket, positionId: null, positionById: null, timeMs, type, state: null, magic: null },
    ...{ symbol, volume, price, stopLoss: null, takeProfit: null, comment: '' },
  }));
  const content = { deals: [deposit, ...trades], orders, positions: [] };
  const rows = historyRows(content, languages.english, 'page', startMs + 86_400_000);
  return utf16(htmlReport('51: Trade History Report', rows.map(cellsOf)));
}
