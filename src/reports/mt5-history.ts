import { dealEntry, dealType } from '../domain/deal.js';
import { type Header, headerOf } from './mt5-header.js';
import { type Listing, ListingReader } from './mt5-listing.js';
import { type Pair, pairsOf } from './mt5-pairs.js';
import { printedFiguresOf } from './mt5-results.js';
import { isSymbolFirst, type Kind, type Table, tableOf, unheadedColumns } from './mt5-tables.js';
import { emptyReport, type Problem, type Report } from './report.js';
import { columnsOf, isHeading } from './row-cells.js';
import type { Row, RowFormat, RowReader } from './rows.js';

/** The first table of a file, and its columns; null: none begins in these rows. */
export const firstTableOf = (head: readonly Row[]): Table | null => {
  let columns: number[] | null = null;
  for (const row of head) {
    if (isHeading(row, 10)) columns = columnsOf(row);
    const table = tableOf(row, columns ?? unheadedColumns(row));
    if (table !== null) return table;
  }
  return null;
};

const isTradeExit = ({ type, entry }: { type: number; entry: number }): boolean =>
  (type === dealType.buy || type === dealType.sell) && entry !== dealEntry.in;

const missing = (reason: string): Problem => ({ row: null, reason });

/** What a report lacks, for one that would be read as if nothing had been there. */
const missingOf = ({ deals, orders, positions, open }: Listing): Problem[] => {
  if (deals.length + orders.length + positions.length + open.length === 0)
    return [
      missing(
        'No deal, order or position was found in the report. Choose a longer period in the terminal, and save it again.',
      ),
    ];
  const problems: Problem[] = [];
  if (deals.length === 0)
    problems.push(
      missing(
        'The file has no section of deals: trades are made of its positions, and deposits, withdrawals and fees are not known. Save the whole report in the terminal to have them.',
      ),
    );
  if (deals.some(isTradeExit) && positions.length === 0)
    problems.push(
      missing(
        'The report has no section of closed positions, which tell what its deals closed: that is found out from prices and volumes alone.',
      ),
    );
  if (deals.length > 0 && orders.length === 0)
    problems.push(
      missing('The report has no section of orders: stop losses and take profits are not known.'),
    );
  return problems;
};

class HistoryReader implements RowReader {
  readonly #header: Header | null;
  readonly #tables = new ListingReader();
  #pairs: Pair[] = [];

  constructor(head: readonly Row[]) {
    this.#header = headerOf(head);
  }

  row(row: Row): void {
    // The results stand below all tables.
    if (this.#tables.take(row)) this.#pairs = [];
    else this.#pairs.push(...pairsOf(row));
  }

  end(): Report {
    const listing = this.#tables.end();
    const { deals, orders, positions, open, problems } = listing;
    return {
      ...emptyReport('mt5-history'),
      ...(this.#header ?? {}),
      deals,
      orders,
      positions: [...positions, ...open],
      printed: printedFiguresOf(this.#pairs, false),
      problems: [...missingOf(listing), ...problems],
    };
  }
}

const pasted: readonly Kind[] = ['positions', 'deals'];

/**
 * The Trade History Report of MetaTrader 5, in any language, as HTML, as a spreadsheet, or pasted into one; also one
 * of its tables of positions or deals alone.
 */
export const mt5History: RowFormat = {
  recognises(head) {
    const table = firstTableOf(head);
    if (headerOf(head) !== null) return table === null || !isSymbolFirst(table);
    return table !== null && pasted.includes(table.kind) && (table.columns.get('time') ?? -1) === 0;
  },
  reader: (head) => new HistoryReader(head),
};
