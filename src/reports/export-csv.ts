import { exportColumns, type ExportColumn, type ExportTrade } from './export-trade.js';
import { guarded, isPlainNumber } from './guarded-text.js';

// Also what other separators would part: some spreadsheets take each of them for one.
const quoted = (cell: string): string =>
  /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

const cellOf = (column: ExportColumn, trade: ExportTrade): string => {
  if (column.kind === 'time') return column.of(trade)?.toISOString() ?? '';
  const text = column.of(trade) ?? '';
  return column.kind !== 'text' && isPlainNumber(text) ? text : quoted(guarded(text));
};

const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** The mark by which spreadsheets know UTF-8. */
const byteOrderMark = '\ufeff';
const csvHead = byteOrderMark + line(exportColumns.map(({ name }) => name));

/** One line of RFC 4180: times ISO 8601 in UTC, plain decimals, unknown is empty; text as `guarded` leaves it. */
const csvLine = (trade: ExportTrade): string => line(exportColumns.map((column) => cellOf(column, trade)));

/** A whole file in pieces, one for each stretch of trades. */
export async function* csvOf(stretches: AsyncIterable<readonly ExportTrade[]>): AsyncGenerator<string> {
  let head = csvHead;
  for await (const trades of stretches) {
    yield head + trades.map(csvLine).join('');
    head = '';
  }
  if (head !== '') yield head;
}
