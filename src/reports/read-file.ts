import { csvRows } from './csv-rows.js';
import { kindOf, type FileKind } from './file-kind.js';
import { htmlRows } from './html-rows.js';
import { jsonValue } from './json-value.js';
import { knownFormats, type Formats } from './readers.js';
import { reportFile, type ReportFile } from './report-file.js';
import type { Report } from './report.js';
import { Refusal, Unclear, type ReadOptions, type Row, type RowFormat, type RowReader } from './rows.js';
import { sheetXmlRows } from './sheet-xml-rows.js';
import { xlsxRows } from './xlsx-rows.js';

/** @param head the row of headings as far as it can be told, and up to ten rows below it */
const unrecognised = (head: Row[]): Unclear =>
  new Unclear(
    'This is no report that RawJournal knows. Say which column holds what, and it can be read as a table.',
    { about: 'columns', head },
  );

const headRows = 64;
const shownRows = 11;

const rowsOf: Record<
  Exclude<FileKind, 'json'>,
  (file: ReportFile, sink: (row: Row) => void) => Promise<void>
> = { zip: xlsxRows, html: htmlRows, xml: sheetXmlRows, text: csvRows };

/** The headings stand in the first row that is nearly as full as the fullest. */
function shownHead(head: readonly Row[]): Row[] {
  const full = head.filter(({ number, cells }) => number > 0 && cells.length > 0);
  const most = Math.max(...full.map(({ cells }) => cells.length));
  const first = full.findIndex(({ cells }) => cells.length >= most * 0.8);
  return full.slice(first, first + shownRows);
}

function chosen(head: readonly Row[], options: ReadOptions, formats: Formats): RowFormat {
  if (!head.some(({ cells }) => cells.length > 0))
    throw new Refusal('There is no table in this file. Export the report of your account, with its history.');
  const format = formats.rows.find((one) => one.recognises(head));
  if (format !== undefined) return format;
  if (options.mapping !== undefined && formats.mapped !== null) return formats.mapped;
  throw unrecognised(shownHead(head));
}

/** Holds the first rows back until they show who reads them all. */
function choosing(options: ReadOptions, formats: Formats): RowReader {
  const head: Row[] = [];
  let reader: RowReader | null = null;
  const choose = (): RowReader => {
    const made = chosen(head, options, formats).reader(head, options);
    for (const row of head) made.row(row);
    reader = made;
    return made;
  };
  return {
    row: (row) => {
      if (reader !== null) reader.row(row);
      else if (head.push(row) === headRows) choose();
    },
    end: () => (reader ?? choose()).end(),
  };
}

async function readJson(file: ReportFile, options: ReadOptions, { json }: Formats): Promise<Report> {
  const value = await jsonValue(file);
  const format = json.find((one) => one.recognises(value));
  if (format === undefined)
    throw new Refusal(
      'This JSON is no report that RawJournal knows. Export the report as HTML, XLSX or CSV.',
    );
  return format.read(value, options);
}

/**
 * Reads a report out of an open file of unknown kind, from its start, whatever the file is called.
 * Throws an `Unclear` where its owner has to say more of it, and a `Refusal` for all else that is no report.
 */
export async function readReport(
  fd: number,
  {
    formats = knownFormats,
    onRead,
    ...options
  }: ReadOptions & { formats?: Formats; onRead?: (bytesRead: number) => void } = {},
): Promise<Report> {
  const file = reportFile(fd, onRead);
  const kind = await kindOf(file);
  if (kind === 'json') return readJson(file, options, formats);
  const reader = choosing(options, formats);
  await rowsOf[kind](file, (row) => reader.row(row));
  return reader.end();
}
