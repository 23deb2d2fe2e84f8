import { own } from './cell-text.js';
import type { MarkupEvents } from './markup.js';

/**
 * Rows of the plainest form, which nearly all of a report is made of, at a fraction of what reading all of HTML costs:
 * `<tr …>`, cells that hold text alone, `</tr>`. Nothing else is read here, and what is read tells the same events.
 */

type Attributes = readonly (readonly [name: string, value: string])[];

interface Tag {
  attributes: Attributes;
  /** behind its `>` */
  end: number;
}

interface Cell {
  attributes: Attributes;
  text: string;
}

/** `other`: not plain; `unfinished`: the text ends before it can be said. */
type Failure = 'other' | 'unfinished';

const attribute = /\s+([a-z]+)(?:=(?:"([^"<>&]*)"|([\w#%.-]+)))?/g;
const attributesOnly = new RegExp(`^(?:${attribute.source})*$`);
const mostKnown = 500;
const known = new Map<string, Attributes | null>();

const parsed = (text: string): Attributes | null =>
  attributesOnly.test(text)
    ? [...text.matchAll(attribute)].map(([, name = '', quoted, bare]) => [
        own(name),
        own(quoted ?? bare ?? ''),
      ])
    : null;

/** Null: not plain. The same few come again and again. */
function attributesOf(text: string): Attributes | null {
  let found = known.get(text);
  if (found !== undefined) return found;
  found = parsed(text);
  if (known.size >= mostKnown) known.clear();
  known.set(own(text), found);
  return found;
}

/** What stands between a tag's name, which ends at `at`, and its `>`. */
function tagAt(text: string, at: number): Tag | Failure {
  const end = text.indexOf('>', at);
  if (end < 0) return 'unfinished';
  const attributes = attributesOf(text.slice(at, end));
  return attributes === null ? 'other' : { attributes, end: end + 1 };
}

/** The first place from there on that is no white space. */
function past(text: string, at: number): number {
  let place = at;
  for (let code = text.charCodeAt(place); code === 32 || (code >= 9 && code <= 13 && code !== 11);)
    code = text.charCodeAt((place += 1));
  return place;
}

function tell(row: Tag, cells: readonly Cell[], events: MarkupEvents): void {
  events.open('tr');
  for (const [name, value] of row.attributes) events.attribute(name, value);
  for (const cell of cells) {
    events.open('td');
    for (const [name, value] of cell.attributes) events.attribute(name, value);
    if (cell.text !== '') events.text(cell.text);
    events.close('td');
  }
  events.close('tr');
}

/** The cell whose `<td` ends at `at`, and where what follows it begins. */
function cellAt(text: string, at: number): (Cell & { end: number }) | Failure {
  const tag = tagAt(text, at);
  if (typeof tag === 'string') return tag;
  const end = text.indexOf('<', tag.end);
  if (end < 0) return 'unfinished';
  const inside = text.slice(tag.end, end);
  if (inside.includes('&')) return 'other';
  const isClosed = text.startsWith('</td>', end);
  return { attributes: tag.attributes, text: inside, end: past(text, isClosed ? end + 5 : end) };
}

/**
 * Tells of the plain row that begins at `start`, white space before it left out, where neither a row nor a cell is
 * open, and returns where it ends. Its cells need not be closed, as in HTML, but the row must.
 */
export function plainRow(text: string, start: number, events: MarkupEvents): number | Failure {
  const begin = past(text, start);
  if (!text.startsWith('<tr', begin)) return text.length - begin < 3 ? 'unfinished' : 'other';
  const row = tagAt(text, begin + 3);
  if (typeof row === 'string') return row;
  const cells: Cell[] = [];
  let at = past(text, row.end);
  while (text.startsWith('<td', at)) {
    const cell = cellAt(text, at + 3);
    if (typeof cell === 'string') return cell;
    cells.push(cell);
    at = cell.end;
  }
  if (!text.startsWith('</tr>', at)) return text.length - at < 5 ? 'unfinished' : 'other';
  tell(row, cells, events);
  return at + 5;
}
