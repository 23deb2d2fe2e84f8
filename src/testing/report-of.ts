import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonTrades } from '../reports/json-trades.js';
import { mappedTable } from '../reports/mapped-table.js';
import { mt4Statement } from '../reports/mt4-statement.js';
import { mt4Tester } from '../reports/mt4-tester.js';
import { rawjournalJson } from '../reports/rawjournal-file.js';
import { rawjournalTable } from '../reports/rawjournal-table.js';
import { readReport } from '../reports/read-file.js';
import type { Formats } from '../reports/readers.js';
import type { Report } from '../reports/report.js';
import type { ReadOptions } from '../reports/rows.js';
import { tradeLists } from '../reports/trade-lists/trade-lists.js';

/** Everything but MetaTrader 5's own reports. */
const formats: Formats = {
  rows: [rawjournalTable, mt4Statement, mt4Tester, tradeLists],
  json: [rawjournalJson, jsonTrades],
  mapped: mappedTable,
};

/** The report in the file at that path. */
export async function reportAt(path: string, options: ReadOptions = {}): Promise<Report> {
  const fd = openSync(path, 'r');
  try {
    return await readReport(fd, { formats, ...options });
  } finally {
    closeSync(fd);
  }
}

/** The report that a text is, once it lies in a file of a test's own folder. */
export async function reportOf(folder: string, text: string, options: ReadOptions = {}): Promise<Report> {
  const path = join(folder, 'report');
  writeFileSync(path, text);
  return reportAt(path, options);
}
