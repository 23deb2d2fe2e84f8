import { cellCount, checkCells, joined, mostCells, shown } from './cell-text.js';
import { encodingOf } from './encoding.js';
import { markup, type MarkupEvents } from './markup.js';
import { headOf, readBlocks, type ReportFile } from './report-file.js';
import type { Cell, Row } from './rows.js';
import { readText } from './text-stream.js';

interface OpenCell {
  text: string;
  title: string;
  span: number;
  isHeading: boolean;
  isHidden: boolean;
}

interface OpenRow {
  number: number;
  cells: Cell[];
  column: number;
  isHidden: boolean;
}

/** A table within a cell has rows of its own, and its text is none of the cell's. */
interface Table {
  row: OpenRow | null;
  cell: OpenCell | null;
}

/** Where no text is shown. */
const silent = ['script', 'style', 'noscript', 'template', 'textarea', 'select', 'svg', 'iframe', 'object'];
const breaks = ['br', 'p', 'div', 'li'];
/** Titles above the tables say what some reports say nowhere else; prose says nothing of the kind. */
const mostTitles = 8;
const mostTitleCharacters = 300;
const mostSpan = 1000;

const spanOf = (value: string): number => Math.min(mostSpan, Math.max(1, Math.trunc(Number(value)) || 1));

const hides = (name: string, value: string): boolean =>
  name === 'hidden' ||
  (name === 'class' && /(^|\s)hidden(\s|$)/i.test(value)) ||
  (name === 'style' && /display\s*:\s*none/i.test(value));

class Tables implements MarkupEvents {
  private readonly outer: Table[] = [];
  private table: Table = { row: null, cell: null };
  private rows = 0;
  private loose = '';
  private titlesLeft = 0;
  private silence = 0;
  private opened = '';
  private readonly countCell = cellCount();

  constructor(private readonly sink: (row: Row) => void) {}

  open(name: string): void {
    this.opened = name;
    if (this.loose !== '' && name !== 'b' && name !== 'font') this.closeTitle();
    if (name === 'td' || name === 'th') this.openCell(name === 'th');
    else if (name === 'tr') this.openRow();
    else if (name === 'table') this.openTable();
    else if (silent.includes(name)) this.silence += 1;
    else if (breaks.includes(name)) this.text(' ');
  }

  attribute(name: string, value: string): void {
    const { row, cell } = this.table;
    if (this.opened === 'tr' && row !== null) row.isHidden ||= hides(name, value);
    if ((this.opened !== 'td' && this.opened !== 'th') || cell === null) return;
    if (name === 'colspan') cell.span = spanOf(value);
    else if (name === 'title') cell.title = joined('', value);
    else cell.isHidden ||= hides(name, value);
  }

  text(text: string): void {
    const { cell } = this.table;
    if (this.silence > 0) return;
    if (cell === null) this.loosen(text);
    else if (!cell.isHidden) cell.text = joined(cell.text, text);
  }

  close(name: string): void {
    // "Statement: 7001 - …": such a page goes on with titles that say whose it is.
    if (name === 'title' && /^[^:]+:\s/.test(shown(this.loose))) this.titlesLeft = mostTitles;
    if (breaks.includes(name) || name === 'title') this.closeTitle();
    if (name === 'td' || name === 'th') this.closeCell();
    else if (name === 'tr') this.closeRow();
    else if (name === 'table') this.closeTable();
    else if (silent.includes(name)) this.silence -= 1;
  }

  end(): void {
    while (this.outer.length > 0) this.closeTable();
    this.closeRow();
  }

  private loosen(text: string): void {
    const isOutside = this.outer.length === 0 && this.table.row === null;
    if (isOutside && this.loose.length < mostTitleCharacters)
      this.loose = `${this.loose}${text}`.slice(0, mostTitleCharacters);
  }

  private closeTitle(): void {
    const text = shown(this.loose);
    this.loose = '';
    if (text === '' || this.titlesLeft === 0) return;
    this.titlesLeft -= 1;
    this.sink({ number: 0, cells: [{ column: 0, text }] });
  }

  private openTable(): void {
    this.outer.push(this.table);
    this.table = { row: null, cell: null };
  }

  private closeTable(): void {
    this.closeRow();
    this.table = this.outer.pop() ?? this.table;
  }

  private openRow(): OpenRow {
    this.closeRow();
    this.rows += 1;
    const row = { number: this.rows, cells: [], column: 0, isHidden: false };
    this.table.row = row;
    return row;
  }

  private closeRow(): void {
    this.closeCell();
    const { row } = this.table;
    this.table.row = null;
    if (row !== null && row.cells.length > 0) this.sink({ number: row.number, cells: row.cells });
  }

  private openCell(isHeading: boolean): void {
    this.closeCell();
    const row = this.table.row ?? this.openRow();
    this.countCell(row.cells.length);
    this.table.cell = { text: '', title: '', span: 1, isHeading, isHidden: false };
  }

  private closeCell(): void {
    const { row, cell } = this.table;
    this.table.cell = null;
    if (row === null || cell === null || cell.isHidden || row.isHidden) return;
    const made: Cell = { column: row.column, text: shown(cell.text) };
    if (cell.title !== '') made.title = shown(cell.title);
    if (cell.isHeading) made.isHeading = true;
    row.cells.push(made);
    row.column += cell.span;
  }
}

const leastCellBytes = 4;
const headBytes = 4096;

/** How many tags begin as those of cells do, `<td` or `<TH`, in characters of so many bytes. */
function cellsIn(block: Buffer, width: number, start: number): number {
  let cells = 0;
  for (let at = start; at < block.length; at += width) {
    if (block[at] !== 0x3c) continue;
    const [first, second] = [block[at + width] ?? 0, block[at + 2 * width] ?? 0];
    if ((first | 0x20) === 0x74 && ((second | 0x20) === 0x64 || (second | 0x20) === 0x68)) cells += 1;
  }
  return cells;
}

/** A page that can have too many cells is refused before it is read: to count them takes a tenth of the time. */
async function checkPage({ fd, bytes }: ReportFile): Promise<void> {
  if (bytes / leastCellBytes <= mostCells) return;
  const { encoding } = encodingOf(await headOf({ fd, bytes }, headBytes));
  const width = encoding.startsWith('utf-16') ? 2 : 1;
  const start = encoding === 'utf-16be' ? 1 : 0;
  let cells = 0;
  await readBlocks({ fd, bytes }, (block) => checkCells((cells += cellsIn(block, width, start))));
}

/**
 * The rows of all tables of a file of HTML, numbered through the file; of a table within a cell before the row of
 * that cell. Where the title of the page names something after a colon, it and the first texts outside of tables are
 * rows of one cell without a number (0). Empty cells are there with an empty text, hidden ones are not, nor rows
 * without any. Throws a Refusal.
 */
export async function htmlRows(file: ReportFile, sink: (row: Row) => void): Promise<void> {
  await checkPage(file);
  const tables = new Tables(sink);
  const parser = markup('html', tables);
  await readText(file, (text) => parser.write(text));
  parser.end();
  tables.end();
}
