import { exportColumns, type ExportColumn, type ExportTrade } from './export-trade.js';
import { guarded, isPlainNumber } from './guarded-text.js';

// Also what other separators would part: some spreadsheets take each of them for one.
const quoted = (cell: string): string =>
  /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Text of a cell that no spreadsheet takes for a formula. */
export const csvText = (text: string): string => quoted(guarded(text));

const cellOf = (column: ExportColumn, trade: ExportTrade): string => {
  if (column.kind === 'time') return column.of(trade)?.toISOString() ?? '';
  const text = column.of(trade) ?? '';
  return column.kind !== 'text' && isPlainNumber(text) ? text : csvText(text);
};

/** One line of RFC 4180 of finished cells. */
export const csvRow = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** The mark by which spreadsheets know UTF-8. */
export const byteOrderMark = '\ufeff';
const csvHead = byteOrderMark + csvRow(exportColumns.map(({ name }) => name));

/** One line of RFC 4180: times ISO 8601 in UTC, plain decimals, unknown is empty; text as `guarded` leaves it. */
const csvLine = (trade: ExportTrade): string => csvRow(exportColumns.map((column) => cellOf(column, trade)));

/** A whole file in pieces, one for each stretch of trades. */
export async function* csvOf(stretches: AsyncIterable<readonly ExportTrade[]>): AsyncGenerator<string> {
  let head = csvHead;
  for await (const trades of stretches) {
    yield head + trades.map(csvLine).join('');
    head = '';
  }
  if (head !== '') yield head;
}
