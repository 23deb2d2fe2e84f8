import { emptyReport, noAccount, type Report, type TesterRun } from './report.js';
import { textAt, textsOf } from './row-cells.js';
import type { Row, RowFormat, RowReader } from './rows.js';

const leastColumns = 6;
/** A pass and what came of it, as every optimisation begins; parameters follow in names of their own. */
const known = new Set([
  'pass',
  'result',
  'profit',
  'profit factor',
  'trades',
  'forward result',
  'back result',
]);

const isProperty = ({ number, cells }: Row): boolean => number === 0 && cells.length === 2;

const propertyOf = (rows: readonly Row[], name: string): string | null => {
  const row = rows.find((row) => isProperty(row) && textAt(row, 0) === name);
  return row === undefined ? null : textAt(row, 1);
};

const isHead = (row: Row): boolean => !isProperty(row) && textsOf(row).length >= leastColumns;

const isByMetaTrader = (head: readonly Row[]): boolean => {
  const columns = head.find(isHead);
  const words = columns === undefined ? [] : textsOf(columns).filter((text) => known.has(text.toLowerCase()));
  const author = propertyOf(head, 'Author') ?? '';
  return columns !== undefined && (words.length >= 4 || /metaquotes/i.test(author));
};

/** "Expert EURUSD,H1 2024.01.01-2024.06.30", and a deposit such as "10000 USD". */
const runOf = (properties: readonly Row[], title: string, currency: string | null): TesterRun => {
  const told = /^(.*) ([^ ,]+),(\S+) (\d{4}\.\d\d\.\d\d)-(\d{4}\.\d\d\.\d\d)$/.exec(title);
  const [, expert = title, symbol = '', frame = '', from = '', to = ''] = told ?? [];
  const [, deposit = null] = /^([\d.]+)\s/.exec(propertyOf(properties, 'Deposit') ?? '') ?? [];
  const leverage = propertyOf(properties, 'Leverage') ?? '';
  return {
    ...{ expert, symbol, currency, deposit, inputs: [], results: [] },
    period: told === null ? '' : `${frame} (${from} - ${to})`,
    leverage: /^\d+$/.test(leverage) ? `1:${leverage}` : leverage || null,
  };
};

class OptimiserReader implements RowReader {
  readonly #properties: Row[] = [];
  readonly #rows: string[][] = [];
  #places: number[] = [];
  #columns: string[] = [];
  #isOver = false;

  row(row: Row): void {
    if (isProperty(row)) this.#properties.push(row);
    else if (this.#columns.length === 0) this.#head(row);
    else if (row.cells.length === 0) this.#isOver = true;
    else if (!this.#isOver) this.#rows.push(this.#places.map((column) => textAt(row, column)));
  }

  #head(row: Row): void {
    if (!isHead(row)) return;
    this.#places = row.cells.map(({ column }) => column);
    this.#columns = row.cells.map(({ text }) => text);
  }

  #currency(): string | null {
    const [, currency = null] = /\s([A-Z]{3,5})$/.exec(propertyOf(this.#properties, 'Deposit') ?? '') ?? [];
    return currency;
  }

  end(): Report {
    const title = propertyOf(this.#properties, 'Title') ?? '';
    const currency = this.#currency();
    return {
      ...emptyReport('mt5-optimiser'),
      account: { ...noAccount, server: propertyOf(this.#properties, 'Server'), currency },
      tester: runOf(this.#properties, title, currency),
      optimisation: { title, columns: this.#columns, rows: this.#rows },
      problems:
        this.#rows.length === 0
          ? [{ row: null, reason: 'The optimisation lists no pass. Save it again when it has finished.' }]
          : [],
    };
  }
}

/** MetaTrader 5's report of an optimisation, as SpreadsheetML. */
export const mt5Optimiser: RowFormat = {
  recognises: (head) => propertyOf(head, 'Title') !== null && isByMetaTrader(head),
  reader: () => new OptimiserReader(),
};
