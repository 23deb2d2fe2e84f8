import { cellCount, joined, shown } from './cell-text.js';
import type { MarkupEvents } from './markup.js';
import type { ReportFile } from './report-file.js';
import { noCells, type Cell, type Row } from './rows.js';
import { columnOf, decimalText, isOn, isoDate, placeOf, serialDate } from './spreadsheet-values.js';
import { dateStyles, readPart, sharedStrings, workbookParts } from './xlsx-parts.js';
import { zipParts } from './zip-parts.js';

/** What all sheets of a workbook share. */
interface Book {
  strings: readonly string[];
  areDates: readonly boolean[];
  isFrom1904: boolean;
}

const mostHidden = 16_384;

class Sheet implements MarkupEvents {
  private opened = '';
  private isInRow = false;
  private isInCell = false;
  private number = 0;
  private isHidden = false;
  private cells: Cell[] = [];
  private column = -1;
  private type = '';
  private style = 0;
  /** null: no text is awaited */
  private value: string | null = null;
  private content = '';
  private silence = 0;
  private hiding = { min: 0, max: 0, isHidden: false };
  private readonly hidden = new Set<number>();

  constructor(
    private readonly book: Book,
    private readonly countCell: (inRow: number) => void,
    private readonly sink: (row: Row) => void,
  ) {}

  open(name: string): void {
    this.opened = name;
    if (name === 'c' && this.isInRow) this.openCell();
    else if (name === 'row') this.openRow();
    else if (name === 'col') this.hiding = { min: 0, max: 0, isHidden: false };
    else if (name === 'rPh') this.silence += 1;
    else if (this.isInCell && (name === 'v' || (name === 't' && this.silence === 0))) this.value = '';
  }

  attribute(name: string, value: string): void {
    if (this.opened === 'c') this.cellAttribute(name, value);
    else if (this.opened === 'row') {
      if (name === 'r') this.number = placeOf(value) ?? this.number;
      else if (name === 'hidden') this.isHidden = isOn(value);
    } else if (this.opened === 'col') {
      if (name === 'min' || name === 'max') this.hiding[name] = placeOf(value) ?? 0;
      else if (name === 'hidden') this.hiding.isHidden = isOn(value);
    }
  }

  text(text: string): void {
    if (this.value !== null) this.value = joined(this.value, text);
  }

  close(name: string): void {
    this.opened = '';
    if (name === 'v' || name === 't') this.closeValue();
    else if (name === 'c' && this.isInCell) this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'col') this.closeColumns();
    else if (name === 'rPh') this.silence -= 1;
  }

  private openRow(): void {
    this.isInRow = true;
    this.number += 1;
    this.isHidden = false;
    this.cells = [];
    this.column = -1;
  }

  private closeRow(): void {
    this.isInRow = false;
    if (this.cells.length > 0 && !this.isHidden) this.sink({ number: this.number, cells: this.cells });
  }

  private openCell(): void {
    this.countCell(this.cells.length);
    this.isInCell = true;
    this.column += 1;
    this.type = '';
    this.style = 0;
    this.content = '';
  }

  private cellAttribute(name: string, value: string): void {
    if (!this.isInCell) return;
    if (name === 'r') this.column = columnOf(value) ?? this.column;
    else if (name === 't') this.type = value;
    else if (name === 's') this.style = Number(value);
  }

  /** Rich text comes in several pieces. */
  private closeValue(): void {
    this.content = joined(this.content, this.value ?? '');
    this.value = null;
  }

  private closeCell(): void {
    this.isInCell = false;
    if (this.content === '' || this.hidden.has(this.column)) return;
    const text = this.shownValue();
    if (text !== '') this.cells.push({ column: this.column, text });
  }

  private shownValue(): string {
    const { content: text, type } = this;
    if (type === 's') return this.book.strings[Number(text)] ?? '';
    if (type === 'b') return text.trim() === '1' ? 'TRUE' : 'FALSE';
    if (type === 'd') return isoDate(text);
    if (type !== '' && type !== 'n') return shown(text);
    return this.book.areDates[this.style] === true
      ? serialDate(text.trim(), this.book.isFrom1904)
      : shown(decimalText(text.trim()));
  }

  private closeColumns(): void {
    const { min, max, isHidden } = this.hiding;
    for (let column = min; isHidden && column <= Math.min(max, mostHidden); column += 1)
      this.hidden.add(column - 1);
  }
}

/**
 * The rows of all visible sheets of an .xlsx, numbered as in their sheet; a row without cells ends each sheet. Cells
 * that are empty, hidden, or only covered by a merged one are not there; a formula gives its last result. Throws a
 * Refusal, before anything is unpacked where the archive is larger than a report can be.
 */
export async function xlsxRows(file: ReportFile, sink: (row: Row) => void): Promise<void> {
  const parts = await zipParts(file);
  const { sheets, strings, styles, isFrom1904 } = await workbookParts(parts);
  const book: Book = {
    strings: await sharedStrings(parts, strings),
    areDates: await dateStyles(parts, styles),
    isFrom1904,
  };
  const countCell = cellCount();
  for (const part of sheets) {
    await readPart(parts, part, new Sheet(book, countCell, sink));
    sink(noCells);
  }
}
