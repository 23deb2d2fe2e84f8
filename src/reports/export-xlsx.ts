import writeWorkbook, { type Cell, type Row } from 'write-excel-file/node';
import { exportColumns, type ExportColumn, type ExportTrade } from './export-trade.js';
import { isPlainNumber } from './guarded-text.js';

/**
 * The most trades that one workbook takes: the package makes it in one go and in memory, at this size in about two
 * seconds.
 */
export const mostWorkbookTrades = 10_000;

const timeFormat = 'yyyy-mm-dd hh:mm:ss';

/** As many decimals as the account's currency has: a sum below the column takes them over. */
const moneyFormat = ({ currencyDigits: digits }: ExportTrade): string =>
  digits === 0 ? '#,##0' : `#,##0.${'0'.repeat(digits ?? 2)}`;

// The writer looks texts up in a plain object: a word that every object has would come out as a function's source.
const ownWord = (text: string): string => (text in {} ? `${text} ` : text);
const textCell = (text: string): Cell => ({ value: ownWord(text), type: String });

const cellOf = (column: ExportColumn, trade: ExportTrade): Cell => {
  const value = column.of(trade);
  if (value === null) return null;
  if (value instanceof Date) return { value, type: Date, format: timeFormat };
  if (column.kind === 'text' || !isPlainNumber(value)) return textCell(value);
  const number = { value: Number(value), type: Number };
  return column.kind === 'money' ? { ...number, format: moneyFormat(trade) } : number;
};

const head: Row = exportColumns.map(({ name }) => ({ value: name, type: String, fontWeight: 'bold' }));

/**
 * One sheet: numbers are numbers, times are dates (UTC), and text is never a formula whatever it looks like. Throws a
 * RangeError above `mostWorkbookTrades`.
 */
export async function workbookOf(trades: readonly ExportTrade[]): Promise<Buffer> {
  if (trades.length > mostWorkbookTrades)
    throw new RangeError(`A workbook takes ${mostWorkbookTrades} trades at most.`);
  const rows = trades.map((trade) => exportColumns.map((column) => cellOf(column, trade)));
  const columns = exportColumns.map(({ width }) => ({ width }));
  return writeWorkbook([head, ...rows], { sheet: 'Trades', columns, stickyRowsCount: 1 }).toBuffer();
}
