import { jsonTrades } from './json-trades.js';
import { mappedTable } from './mapped-table.js';
import { mt4Statement } from './mt4-statement.js';
import { mt4Tester } from './mt4-tester.js';
import { mt5History } from './mt5-history.js';
import { mt5Open } from './mt5-open.js';
import { mt5Optimiser } from './mt5-optimiser.js';
import { mt5Python } from './mt5-python.js';
import { mt5Tester } from './mt5-tester.js';
import { rawjournalJson } from './rawjournal-file.js';
import { rawjournalTable } from './rawjournal-table.js';
import type { Report } from './report.js';
import type { ReadOptions, RowFormat } from './rows.js';
import { tradeLists } from './trade-lists/trade-lists.js';

/** A way to read one format that is JSON: it gets the parsed value, of which nothing is known. */
export interface JsonFormat {
  recognises(value: unknown): boolean;
  /** Throws a Refusal. */
  read(value: unknown, options: ReadOptions): Report;
}

export interface Formats {
  /** asked in this order: the more particular ones come first */
  rows: readonly RowFormat[];
  json: readonly JsonFormat[];
  /** reads any table by the columns that a person named; null: there is none */
  mapped: RowFormat | null;
}

/** All that can be read. */
export const knownFormats: Formats = {
  rows: [rawjournalTable, mt4Statement, mt4Tester, mt5Tester, mt5Optimiser, mt5Open, mt5History, tradeLists],
  json: [mt5Python, rawjournalJson, jsonTrades],
  mapped: mappedTable,
};
