import { ZipFile } from 'yazl';
import { utf16 } from './html-report.js';

/** What stands in a cell; null: nothing. */
export type CellValue =
  | string
  | number
  | boolean
  | null
  | { formula: string; result: string | number }
  /** a day number of a spreadsheet, shown as a date */
  | { serial: number }
  /** as written in the file, in place of a shared string or a number */
  | { inline: string }
  | { digits: string }
  | { error: string };

export interface SheetRow {
  cells: readonly CellValue[];
  /** columns counted from 0, first and last, that are merged into one cell */
  merged?: readonly (readonly [first: number, last: number])[];
  isHidden?: boolean;
}

export interface Sheet {
  name?: string;
  rows: readonly SheetRow[];
  /** counted from 0 */
  hiddenColumns?: readonly number[];
  isHidden?: boolean;
}

export interface XlsxOptions {
  /** `native`: as MetaTrader writes it, every part UTF-16LE with its mark, folders as entries; `excel`: UTF-8 */
  kind: 'native' | 'excel';
  isFrom1904?: boolean;
}

/** A zip archive of these parts, in their order; a name with a slash at its end is a folder. */
async function zipOf(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts))
    if (name.endsWith('/')) zip.addEmptyDirectory(name);
    else zip.addBuffer(Buffer.from(content), name, { compressionLevel: 9 });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** "A" for 0, "AB" for 27. */
const letters = (column: number): string =>
  (column < 26 ? '' : letters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const dateStyle = 1;

class Strings {
  private readonly places = new Map<string, number>();

  place(text: string): number {
    const place = this.places.get(text) ?? this.places.size;
    this.places.set(text, place);
    return place;
  }

  xml(): string {
    const items = [...this.places.keys()].map(
      (text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`,
    );
    return `<sst xmlns="${main}">${items.join('')}</sst>`;
  }
}

function cellXml(at: string, value: CellValue, strings: Strings): string {
  if (value === null) return `<c r="${at}"/>`;
  if (typeof value === 'string') return `<c r="${at}" t="s"><v>${strings.place(value)}</v></c>`;
  if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if ('serial' in value) return `<c r="${at}" s="${dateStyle}"><v>${value.serial}</v></c>`;
  if ('digits' in value) return `<c r="${at}"><v>${value.digits}</v></c>`;
  if ('inline' in value) return `<c r="${at}" t="inlineStr"><is><t>${escaped(value.inline)}</t></is></c>`;
  if ('error' in value) return `<c r="${at}" t="e"><v>${escaped(value.error)}</v></c>`;
  const type = typeof value.result === 'string' ? ' t="str"' : '';
  const result = escaped(String(value.result));
  return `<c r="${at}"${type}><f>${escaped(value.formula)}</f><v>${result}</v></c>`;
}

function sheetXml({ rows, hiddenColumns = [] }: Sheet, strings: Strings): string {
  const columns = hiddenColumns.map((at) => `<col min="${at + 1}" max="${at + 1}" hidden="1"/>`).join('');
  const lines = rows.map(({ cells, isHidden }, at) => {
    const inside = cells.map((value, column) => cellXml(`${letters(column)}${at + 1}`, value, strings));
    return `<row r="${at + 1}"${isHidden === true ? ' hidden="1"' : ''}>${inside.join('')}</row>`;
  });
  const merged = rows.flatMap((row, at) =>
    (row.merged ?? []).map(
      ([first, last]) => `<mergeCell ref="${letters(first)}${at + 1}:${letters(last)}${at + 1}"/>`,
    ),
  );
  const cols = columns === '' ? '' : `<cols>${columns}</cols>`;
  const merges = merged.length === 0 ? '' : `<mergeCells>${merged.join('')}</mergeCells>`;
  return `<worksheet xmlns="${main}">${cols}<sheetData>\r\n${lines.join('\r\n')}</sheetData>${merges}</worksheet>`;
}

const relations = (list: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(
      ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${office}/${type}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;

const styles =
  `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>` +
  '</numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>';

function bookXml(sheets: readonly Sheet[], isFrom1904: boolean): string {
  const list = sheets.map(({ name, isHidden }, at) => {
    const state = isHidden === true ? ' state="hidden"' : '';
    return `<sheet name="${escaped(name ?? `Sheet${at + 1}`)}" sheetId="${at + 1}"${state} r:id="rId${at + 1}"/>`;
  });
  const properties = isFrom1904 ? '<workbookPr date1904="1"/>' : '<workbookPr/>';
  return `<workbook xmlns="${main}" xmlns:r="${office}">${properties}<sheets>${list.join('')}</sheets></workbook>`;
}

/** The parts of a spreadsheet as text, for tests that spoil one of them. */
export function xlsxParts(sheets: readonly Sheet[], isFrom1904 = false): Record<string, string> {
  const strings = new Strings();
  const sheetParts = sheets.map((sheet, at) => [
    `xl/worksheets/sheet${at + 1}.xml`,
    sheetXml(sheet, strings),
  ]);
  const targets = sheets.map((_, at): [string, string] => ['worksheet', `worksheets/sheet${at + 1}.xml`]);
  return {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': bookXml(sheets, isFrom1904),
    'xl/_rels/workbook.xml.rels': relations([
      ...targets,
      ['styles', 'styles.xml'],
      ['sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/styles.xml': styles,
    'xl/sharedStrings.xml': strings.xml(),
    ...(Object.fromEntries(sheetParts) as Record<string, string>),
  };
}

const prolog = '<?xml version="1.0"?>\r\n';

/** Parts of a spreadsheet as a file: as MetaTrader writes it, or as Excel does. */
export function xlsxOf(parts: Readonly<Record<string, string>>, kind: XlsxOptions['kind']): Promise<Buffer> {
  const encode = kind === 'native' ? utf16 : (text: string): Buffer => Buffer.from(text);
  const folders = kind === 'native' ? { 'xl/': '', 'xl/worksheets/': '' } : {};
  const encoded = Object.entries(parts).map(([name, text]) => [name, encode(prolog + text)]);
  return zipOf({ ...folders, ...(Object.fromEntries(encoded) as Record<string, Buffer>) });
}

/** A spreadsheet with these sheets. */
export const xlsxFile = (
  sheets: readonly Sheet[],
  { kind, isFrom1904 = false }: XlsxOptions,
): Promise<Buffer> => xlsxOf(xlsxParts(sheets, isFrom1904), kind);
