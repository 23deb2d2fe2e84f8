import { cellCount, joined, shown } from './cell-text.js';
import { markup, type MarkupEvents } from './markup.js';
import type { ReportFile } from './report-file.js';
import { noCells, type Cell, type Row } from './rows.js';
import { decimalText, isOn, isoDate, placeOf } from './spreadsheet-values.js';
import { readText } from './text-stream.js';

const valueOf: Record<string, (text: string) => string> = {
  Number: decimalText,
  DateTime: isoDate,
  Boolean: (text) => (text.trim() === '1' ? 'TRUE' : 'FALSE'),
};

const mostColumns = 16_384;

/** Hands each element over once its attributes are complete, for they say where it stands. */
class Workbook implements MarkupEvents {
  private name = '';
  private attributes: Record<string, string> = {};
  private isInProperties = false;
  private isInComment = false;
  private readonly hiddenColumns = new Set<number>();
  private nextColumn = 0;
  private row: Row & { isHidden: boolean } = { number: 0, cells: [], isHidden: false };
  private column = 0;
  private span = 1;
  private type = '';
  /** null: no text is awaited */
  private value: string | null = null;
  private readonly countCell = cellCount();

  constructor(private readonly sink: (row: Row) => void) {}

  open(name: string): void {
    this.begin();
    this.name = name;
    this.attributes = {};
  }

  attribute(name: string, value: string): void {
    this.attributes[name] = value;
  }

  text(text: string): void {
    this.begin();
    if (this.value !== null) this.value = joined(this.value, text);
  }

  close(name: string): void {
    this.begin();
    if (name === 'Comment') this.isInComment = false;
    else if (this.isInComment) return;
    else if (this.isInProperties) this.closeProperty(name);
    else if (name === 'Data') this.closeData();
    else if (name === 'Cell') this.column += this.span;
    else if (name === 'Row') this.closeRow();
    else if (name === 'Worksheet') this.sink(noCells);
  }

  private begin(): void {
    const { name, attributes } = this;
    this.name = '';
    if (name === '') return;
    if (this.isInComment) return;
    if (name === 'DocumentProperties') this.isInProperties = true;
    else if (this.isInProperties || name === 'Data') this.openValue(attributes['Type'] ?? '');
    else if (name === 'Cell') this.openCell(attributes);
    else if (name === 'Row') this.openRow(attributes);
    else if (name === 'Column') this.openColumn(attributes);
    else if (name === 'Table') this.openTable();
    else if (name === 'Comment') this.isInComment = true;
  }

  private openTable(): void {
    this.hiddenColumns.clear();
    this.nextColumn = 0;
    this.row.number = 0;
  }

  private openColumn({ Index, Span, Hidden }: Record<string, string>): void {
    const first = (placeOf(Index) ?? this.nextColumn + 1) - 1;
    const after = first + 1 + Math.min(mostColumns, placeOf(Span) ?? 0);
    for (let column = first; isOn(Hidden) && column < after; column += 1) this.hiddenColumns.add(column);
    this.nextColumn = after;
  }

  private openRow({ Index, Hidden }: Record<string, string>): void {
    this.row = { number: placeOf(Index) ?? this.row.number + 1, cells: [], isHidden: isOn(Hidden) };
    this.column = 0;
    this.span = 1;
  }

  private openCell({ Index, MergeAcross }: Record<string, string>): void {
    this.countCell(this.row.cells.length);
    this.column = Math.min(mostColumns, Math.max(0, (placeOf(Index) ?? this.column + 1) - 1));
    this.span = 1 + (placeOf(MergeAcross) ?? 0);
  }

  private openValue(type: string): void {
    this.type = type;
    this.value = '';
  }

  private closeData(): void {
    const text = shown((valueOf[this.type] ?? ((plain: string): string => plain))(this.value ?? ''));
    this.value = null;
    if (text !== '' && !this.hiddenColumns.has(this.column))
      this.row.cells.push({ column: this.column, text });
  }

  private closeRow(): void {
    const { number, cells, isHidden } = this.row;
    if (cells.length > 0 && !isHidden) this.sink({ number, cells });
  }

  private closeProperty(name: string): void {
    this.isInProperties = name !== 'DocumentProperties';
    const text = shown(this.value ?? '');
    this.value = null;
    if (!this.isInProperties) this.sink(noCells);
    else if (text !== '') this.sink({ number: 0, cells: property(name, text) });
  }
}

const property = (name: string, text: string): Cell[] => [
  { column: 0, text: name },
  { column: 1, text },
];

/**
 * The rows of SpreadsheetML 2003, as MetaTrader's optimiser writes it. The properties of the document come first, as
 * rows with the number 0 of two cells ("Title" and its text, "Server", "Deposit", …). A row without cells ends them
 * and each sheet. Hidden rows and columns are left out. Throws a Refusal.
 */
export async function sheetXmlRows(file: ReportFile, sink: (row: Row) => void): Promise<void> {
  const parser = markup('xml', new Workbook(sink));
  await readText(file, (text) => parser.write(text));
  parser.end();
}
