import { headOf, type ReportFile } from './report-file.js';
import { Refusal } from './rows.js';
import { textDecoder } from './text-stream.js';

export type FileKind = 'zip' | 'html' | 'xml' | 'json' | 'text';

const headBytes = 8192;

const image = 'This is a picture. Export the report from the terminal as HTML or XLSX instead.';
const archive = 'This is a packed archive. Unpack it, and give the report inside.';

/** What cannot be read, by its first bytes (latin1), and what to do about it. */
const foreign: readonly [starts: string, sentence: string][] = [
  ['%PDF', 'This is a PDF. Export the report from the terminal as HTML or XLSX instead.'],
  ['\x89PNG', image],
  ['\xff\xd8\xff', image],
  ['GIF8', image],
  ['RIFF', image],
  ['II*\0', image],
  ['MM\0*', image],
  [
    '\xd0\xcf\x11\xe0',
    'This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password, and give that.',
  ],
  ['{\\rtf', 'This is a text document (RTF). Export the report from the terminal as HTML or XLSX instead.'],
  ['\x1f\x8b', archive],
  ['Rar!', archive],
  ['7z\xbc\xaf', archive],
  ['BZh', archive],
  ['\xfd7zXZ', archive],
  ['\x28\xb5\x2f\xfd', archive],
  ['\x7fELF', 'This is a program, and no report.'],
  ['MZ', 'This is a program, and no report.'],
  ['SQLite format', 'This is a database, and no report.'],
];
const wide = ['\xff\xfe\0\0', '\0\0\xfe\xff'];
const zips = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/** Text begins with what is no program: "MZ" alone may be a symbol of a table. */
const isForeign = (latin: string, start: string): boolean =>
  latin.startsWith(start) && (start !== 'MZ' || latin.includes('\0'));

/** A head may end within a character, a whole file may not. */
function textOf(head: Buffer, isWhole: boolean): string {
  let text = '';
  const decoder = textDecoder((more) => (text += more));
  decoder.write(head);
  try {
    decoder.end();
  } catch (error) {
    if (isWhole) throw error;
  }
  return text;
}

/** What a text is: HTML may begin like XML, and pieces of HTML with anything. */
function textKind(text: string): FileKind {
  const start = text.trimStart();
  if (/<!ENTITY|<(\w+:)?Workbook[\s>]/i.test(start)) return 'xml';
  if (/^<\?xml/i.test(start) && !/<html[\s>]/i.test(start)) return 'xml';
  if (start.startsWith('<') || /<(html|table|tr)[\s>]/i.test(start)) return 'html';
  return /^[[{]/.test(start) ? 'json' : 'text';
}

/**
 * What a file is by its bytes, whatever its name says. Throws a Refusal that says what to do where it is nothing that
 * a report can be in: pictures, PDF, old Excel files, packed archives.
 */
export async function kindOf(file: ReportFile): Promise<FileKind> {
  const head = await headOf(file, headBytes);
  const latin = head.subarray(0, 64).toString('latin1');
  if (zips.some((start) => latin.startsWith(start))) return 'zip';
  const found = foreign.find(([start]) => isForeign(latin, start));
  if (found !== undefined) throw new Refusal(found[1]);
  if (wide.some((start) => latin.startsWith(start)))
    throw new Refusal('The text of this file is UTF-32. Save it as UTF-8.');
  const isWhole = file.bytes === head.length;
  const text = textOf(head, isWhole);
  if (text.trim() === '' && isWhole)
    throw new Refusal('This file holds nothing but white space. Export the report again.');
  return textKind(text);
}
