import { decimalOf, timeOf } from './figures-text.js';
import type { Cell, Row } from './rows.js';

// Nearly all text is plain already.
const plain = (text: string): string =>
  /[\u00a0\u202f]|^\s|\s$/.test(text) ? text.replace(/[\u00a0\u202f]/g, ' ').trim() : text;

/** Where no cell is hidden or spans several columns, the cell of a column stands at its number. */
const cellAt = ({ cells }: Row, column: number): Cell | undefined => {
  const cell = cells[column];
  return cell?.column === column ? cell : cells.find((one) => one.column === column);
};

/** What stands in that column, '' where nothing does; blanks of every kind are plain ones. */
export const textAt = (row: Row, column: number | undefined): string => {
  const cell = column === undefined ? undefined : cellAt(row, column);
  return cell === undefined ? '' : plain(cell.text);
};

/** The texts of the cells that are not empty. */
export const textsOf = (row: Row): string[] =>
  row.cells.map(({ text }) => plain(text)).filter((text) => text !== '');

/** The columns of the cells that are not empty. */
export const columnsOf = (row: Row): number[] =>
  row.cells.filter(({ text }) => plain(text) !== '').map(({ column }) => column);

/** Whether a row names columns: many words, and neither a number nor a date among them. */
export const isHeading = (row: Row, least: number): boolean => {
  const texts = textsOf(row);
  return texts.length >= least && texts.every((text) => decimalOf(text) === null && timeOf(text) === null);
};
