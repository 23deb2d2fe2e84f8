import { headerOf } from './mt5-header.js';
import { firstTableOf } from './mt5-history.js';
import { ListingReader } from './mt5-listing.js';
import { type Pair, pairsOf } from './mt5-pairs.js';
import { isSymbolFirst } from './mt5-tables.js';
import { decimalOf } from './figures-text.js';
import { emptyReport, type PrintedFigure, type Report } from './report.js';
import type { Row, RowFormat, RowReader } from './rows.js';

const explanation =
  'This report lists open positions only, so nothing of it is imported. Send a Trade History Report instead: in MetaTrader open Toolbox, History, right-click a row, then Report, HTML or XLSX.';

class OpenReader implements RowReader {
  readonly #header;
  readonly #tables = new ListingReader();
  #pairs: Pair[] = [];

  constructor(head: readonly Row[]) {
    this.#header = headerOf(head);
  }

  row(row: Row): void {
    if (this.#tables.take(row)) this.#pairs = [];
    else this.#pairs.push(...pairsOf(row));
  }

  /** The balance leads what stands below the positions. */
  #printed(): PrintedFigure[] {
    const balance = decimalOf(this.#pairs[0]?.value ?? '');
    return balance === null ? [] : [{ name: 'balance', value: balance }];
  }

  end(): Report {
    const { open, problems } = this.#tables.end();
    return {
      ...emptyReport('mt5-open'),
      ...(this.#header ?? {}),
      positions: open,
      printed: this.#printed(),
      problems: [{ row: null, reason: explanation }, ...problems],
    };
  }
}

/** MetaTrader 5's report of the open positions of an account, whose table begins with the symbol. */
export const mt5Open: RowFormat = {
  recognises(head) {
    const table = firstTableOf(head);
    return table !== null && isSymbolFirst(table) && headerOf(head) !== null;
  },
  reader: (head) => new OpenReader(head),
};
