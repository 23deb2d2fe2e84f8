import type { Row } from '../rows.js';
import type { ListField, ListRecord } from './trade-field.js';

export type Columns = ReadonlyMap<ListField, readonly number[]>;

/** The columns that a way to say them names: `a|b` is the first that is there, `a+b` all of them, or none. */
export const columnsNamed = (
  way: string,
  headings: ReadonlyMap<string, number>,
): readonly number[] | null => {
  for (const choice of way.split('|')) {
    const columns = choice.split('+').map((key) => headings.get(key));
    const known = columns.filter((column) => column !== undefined);
    if (known.length === columns.length) return known;
  }
  return null;
};

/** Several columns of which each may be missing: `a&b`. */
const anyColumns = (way: string, headings: ReadonlyMap<string, number>): readonly number[] =>
  way.split('&').flatMap((choice) => columnsNamed(choice, headings) ?? []);

/** Where the fields of a list stand, below headings of these keys. */
export const columnsOf = (
  fields: Partial<Record<ListField, string>>,
  headings: ReadonlyMap<string, number>,
): Columns => {
  const columns = new Map<ListField, readonly number[]>();
  for (const [field, way] of Object.entries(fields) as [ListField, string][]) {
    const found = anyColumns(way, headings);
    if (found.length > 0) columns.set(field, found);
  }
  return columns;
};

const textAt = (row: Row, column: number): string =>
  row.cells.find((cell) => cell.column === column)?.text.trim() ?? '';

/** Null: nothing stands in any of the columns, or in no more than one of the row, as in titles. */
export const recordOf = (row: Row, columns: Columns): ListRecord | null => {
  if (row.cells.filter(({ text }) => text !== '').length < 2) return null;
  const texts: ListRecord['texts'] = {};
  let isEmpty = true;
  for (const [field, at] of columns) {
    const found = at.map((column) => textAt(row, column));
    if (found.some((text) => text !== '')) isEmpty = false;
    texts[field] = found;
  }
  return isEmpty ? null : { row: row.number, texts };
};
