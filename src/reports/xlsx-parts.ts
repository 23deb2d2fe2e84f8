import { joined, shown } from './cell-text.js';
import { markup, type MarkupEvents } from './markup.js';
import { megabyte } from './report-file.js';
import { Refusal } from './rows.js';
import { isOn, showsDate } from './spreadsheet-values.js';
import { textDecoder } from './text-stream.js';
import type { ZipParts } from './zip-parts.js';

export type Attributes = Readonly<Record<string, string>>;

/** Reads one part as XML, in whatever encoding it is. */
export async function readPart(parts: ZipParts, name: string, events: MarkupEvents): Promise<void> {
  const parser = markup('xml', events);
  const decoder = textDecoder((text) => parser.write(text));
  await parts.read(name, (block) => decoder.write(block));
  decoder.end();
  parser.end();
}

/** Every element with its attributes once they are complete, for parts in which nothing else matters. */
async function elements(
  parts: ZipParts,
  name: string,
  onElement: (name: string, attributes: Attributes) => void,
): Promise<void> {
  if (!parts.has(name)) return;
  let [opened, attributes]: [string, Record<string, string>] = ['', {}];
  const flush = (): void => {
    if (opened !== '') onElement(opened, attributes);
    [opened, attributes] = ['', {}];
  };
  const open = (next: string): void => {
    flush();
    opened = next;
  };
  const attribute = (key: string, value: string): void => void (attributes[key] = value);
  await readPart(parts, name, { open, attribute, text: () => undefined, close: flush });
}

const folderOf = (part: string): string => part.slice(0, part.lastIndexOf('/') + 1);

/** A target as relations write it, from the folder of the part that has them. */
function resolved(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const path: string[] = [];
  for (const piece of `${folder}${target}`.split('/'))
    if (piece === '..') path.pop();
    else if (piece !== '.') path.push(piece);
  return path.join('/');
}

interface Relation {
  id: string;
  /** the last word of its type: "worksheet", "styles" */
  type: string;
  part: string;
}

async function relationsOf(parts: ZipParts, part: string): Promise<Relation[]> {
  const folder = folderOf(part);
  const relations: Relation[] = [];
  await elements(parts, `${folder}_rels/${part.slice(folder.length)}.rels`, (name, attributes) => {
    const { Id = '', Type = '', Target = '', TargetMode } = attributes;
    if (name === 'Relationship' && TargetMode !== 'External')
      relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), part: resolved(folder, Target) });
  });
  return relations;
}

export interface WorkbookParts {
  /** the visible sheets, in their order */
  sheets: string[];
  strings: string | null;
  styles: string | null;
  isFrom1904: boolean;
}

/** Throws a Refusal where there is no workbook with a sheet that can be seen. */
export async function workbookParts(parts: ZipParts): Promise<WorkbookParts> {
  const root = await relationsOf(parts, '');
  const book = root.find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml';
  if (!parts.has(book))
    throw new Refusal('This archive is no spreadsheet (.xlsx). Unpack it, and give the report inside.');
  const relations = await relationsOf(parts, book);
  const sheets: string[] = [];
  let isFrom1904 = false;
  await elements(parts, book, (name, attributes) => {
    if (name === 'workbookPr') isFrom1904 = isOn(attributes['date1904']);
    if (name !== 'sheet' || /hidden/i.test(attributes['state'] ?? '')) return;
    const sheet = relations.find(({ id, type }) => id === attributes['id'] && type === 'worksheet');
    if (sheet !== undefined && parts.has(sheet.part)) sheets.push(sheet.part);
  });
  if (sheets.length === 0) throw new Refusal('This spreadsheet has no sheet with a table.');
  const partOf = (type: string): string | null => relations.find((one) => one.type === type)?.part ?? null;
  return { sheets, strings: partOf('sharedStrings'), styles: partOf('styles'), isFrom1904 };
}

const mostStyles = 65_536;

/** For each style of cells, whether it shows a date. */
export async function dateStyles(parts: ZipParts, part: string | null): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let isInCells = false;
  if (part === null) return styles;
  await elements(parts, part, (name, attributes) => {
    const id = Number(attributes['numFmtId']);
    if (name === 'numFmt') codes.set(id, attributes['formatCode'] ?? '');
    else if (name === 'cellXfs') isInCells = true;
    else if (name === 'cellStyles') isInCells = false;
    else if (name === 'xf' && isInCells) styles.push(showsDate(id, codes.get(id)));
    if (styles.length > mostStyles || codes.size > mostStyles)
      throw new Refusal('This spreadsheet has more than 65,536 styles. Save it anew without them.');
  });
  return styles;
}

const mostStrings = 2_000_000;
const mostStringCharacters = 64 * megabyte;

/** The texts that cells share, in their order. */
export async function sharedStrings(parts: ZipParts, part: string | null): Promise<string[]> {
  const strings: string[] = [];
  let characters = 0;
  let [text, isText, silence] = ['', false, 0];
  const keep = (string: string): void => {
    characters += string.length;
    strings.push(string);
    if (strings.length > mostStrings || characters > mostStringCharacters)
      throw new Refusal('This spreadsheet holds too many texts. Export a shorter period.');
  };
  if (part === null || !parts.has(part)) return strings;
  await readPart(parts, part, {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') silence += 1;
      isText = name === 't' && silence === 0;
    },
    attribute: () => undefined,
    text: (more) => {
      if (isText) text = joined(text, more);
    },
    close: (name) => {
      isText = false;
      if (name === 'rPh') silence -= 1;
      if (name === 'si') keep(shown(text));
    },
  });
  return strings;
}
