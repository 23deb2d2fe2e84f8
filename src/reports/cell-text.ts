import { Refusal } from './rows.js';

const mostCharacters = 65_536;
export const mostCells = 8_000_000;
/** as many columns as a spreadsheet can have */
const mostRowCells = 16_384;

/** Throws a Refusal where there are more cells than a report can have. */
export function checkCells(cells: number): void {
  if (cells > mostCells)
    throw new Refusal('This file has more than 8 million cells. Export a shorter period.');
}

/** Counts cells; `inRow` is how many its row has already. Throws a Refusal where they are more than a report can have. */
export function cellCount(): (inRow: number) => void {
  let cells = 0;
  return (inRow) => {
    cells += 1;
    if (inRow >= mostRowCells)
      throw new Refusal('A row of this file has more than 16,384 cells: this is not a report.');
    checkCells(cells);
  };
}

export function joined(text: string, more: string): string {
  if (text.length + more.length > mostCharacters)
    throw new Refusal('A cell of this file holds more than 65,536 characters: this is not a report.');
  return text + more;
}

/** A short piece of a long string keeps all of that string in memory; this copy does not. */
export const own = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

/** Text as it is shown: white space folded and trimmed, control characters gone, and nothing kept of the file. */
export function shown(text: string): string {
  const folded = /[^\S ]|\p{Cc}| {2}/u.test(text) ? text.replace(/[\s\p{Cc}]+/gu, ' ') : text;
  return own(folded.trim());
}
