import * as items from './mt5-items.js';
import { isItemOf, type Kind, type Table, tableOf, unheadedColumns } from './mt5-tables.js';
import type { Problem, ReportDeal, ReportOrder, ReportPosition } from './report.js';
import { columnsOf, isHeading, textsOf } from './row-cells.js';
import type { Row } from './rows.js';

/** What the tables of a report list, as far as it has been read. */
export interface Listing {
  deals: ReportDeal[];
  orders: ReportOrder[];
  /** closed ones */
  positions: ReportPosition[];
  open: ReportPosition[];
  working: number;
  problems: Problem[];
}

// Fewer cells are a total, a heading of a section, or a line of results.
const leastOfHeading = 10;
const leastOfItem = 8;
// A file that is something else would else give a sentence for each of its rows.
const mostProblems = 100;

/** Takes the rows of tables and says of each whether it was one; what stands between tables ends them. */
export class ListingReader {
  readonly listing: Listing = { deals: [], orders: [], positions: [], open: [], working: 0, problems: [] };
  #columns: number[] | null = null;
  #table: Table | null = null;
  #unread = 0;

  /** Whether the row was a heading or an item of a table. */
  take(row: Row): boolean {
    if (this.#table !== null && isItemOf(this.#table, row)) return this.#read(row, this.#table);
    if (isHeading(row, leastOfHeading)) return this.#head(row);
    const table = tableOf(row, this.#columns ?? unheadedColumns(row));
    if (table === null) return this.#takeOther(row);
    // An item that is odd in one place may look like one of another table: the first of a table says which it is.
    this.#table ??= table;
    return this.#read(row, this.#table);
  }

  /** The problems of single rows, and how many there were beyond those that are told. */
  end(): Listing {
    if (this.#unread > mostProblems)
      this.listing.problems.push({
        row: null,
        reason: `${this.#unread - mostProblems} more rows could not be read.`,
      });
    return this.listing;
  }

  #head(row: Row): boolean {
    this.#columns = columnsOf(row);
    this.#table = null;
    return true;
  }

  /** A row that looks like an item but cannot be told which, below others that could. */
  #takeOther(row: Row): boolean {
    const count = textsOf(row).length;
    if (count === 1) this.#table = null;
    if (this.#table === null || count < leastOfItem) return false;
    return this.#read(row, this.#table);
  }

  #read(row: Row, table: Table): true {
    try {
      this.#put(table.kind, items.fieldsOf(row, table));
    } catch (error) {
      if (!(error instanceof items.UnreadableRow)) throw error;
      this.#unread += 1;
      if (this.#unread <= mostProblems)
        this.listing.problems.push({ row: row.number, reason: error.message });
    }
    return true;
  }

  #put(kind: Kind, fields: ReturnType<typeof items.fieldsOf>): void {
    const { deals, orders, positions, open, problems } = this.listing;
    if (kind === 'orders') orders.push(items.orderOf(fields));
    else if (kind === 'positions') positions.push(items.closedPositionOf(fields));
    else if (kind === 'open') open.push(items.openPositionOf(fields));
    else if (kind === 'working') this.listing.working += 1;
    else {
      deals.push(items.dealOf(fields));
      const doubt = items.doubtOfDeal(fields);
      if (doubt !== null) problems.push({ row: fields.row, reason: doubt });
    }
  }
}
