import type { Report } from './report.js';

/** One cell of a table as it is shown: HTML, spreadsheets and CSV look alike to a reader. */
export interface Cell {
  /** counted from 0; cells that span several columns count them all, so that a cell stands below its heading */
  column: number;
  /** trimmed; numbers of a spreadsheet's cells as plain decimals */
  text: string;
  /** what shows when one points at it: MetaTrader 4 hides comments there */
  title?: string;
  isHeading?: boolean;
}

/** A row without hidden cells; empty cells of a spreadsheet are not there. */
export interface Row {
  /** counted from 1 in its table or sheet, as a person would find it in the file */
  number: number;
  cells: Cell[];
}

/** Stands where one sheet ends and another may begin. */
export const noCells: Row = { number: 0, cells: [] };

/** What a person may have to say about a file that it does not say itself. */
export interface ReadOptions {
  /** what of the file holds each field, where nothing recognises the file, as `mappedTable` says */
  mapping?: Record<string, string>;
  /** number of the row with the headings, 0 where there are none; without it they are looked for */
  headingRow?: number | undefined;
}

/** What only its owner can say of a file: which column holds what, or of which symbol a whole list is. */
export type Question = { about: 'columns'; head: Row[] } | { about: 'symbol' };

/** Takes rows one after another, keeps what it needs, and says in the end what they are. Throws a `Refusal`. */
export interface RowReader {
  row(row: Row): void;
  end(): Report;
}

/**
 * A way to read one format. `recognises` looks at the first rows of a file (64 at most, fewer where it is shorter);
 * headings in any language are recognised by the shape of what stands below them.
 */
export interface RowFormat {
  recognises(head: readonly Row[]): boolean;
  reader(head: readonly Row[], options: ReadOptions): RowReader;
}

/** Thrown where a file cannot be read; the message is a sentence for its owner. */
export class Refusal extends Error {}

/** Thrown where a file could be read if its owner said more of it. */
export class Unclear extends Refusal {
  constructor(
    sentence: string,
    readonly question: Question,
  ) {
    super(sentence);
  }
}
