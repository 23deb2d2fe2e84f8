import { Parser } from 'htmlparser2';
import { plainRow } from './plain-row.js';
import { megabyte } from './report-file.js';
import { Refusal } from './rows.js';

/** What a tolerant reading of tags tells, one after another. Nothing that they point at is ever fetched. */
export interface MarkupEvents {
  /** names in small letters where it is HTML, without their prefix where it is XML */
  open(name: string): void;
  /** of the tag that was opened last, before anything else happens */
  attribute(name: string, value: string): void;
  text(text: string): void;
  close(name: string): void;
}

export interface Markup {
  write(text: string): void;
  end(): void;
}

const mostDepth = 1000;
const mostTagCharacters = 4 * megabyte;

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

function refuseDeclaration(name: string): void {
  if (name.startsWith('!'))
    throw new Refusal(
      'This file declares a document type or entities, which no report does. Export it again.',
    );
}

function nesting(): { deeper(): void; back(): void; isOpen(): boolean } {
  let depth = 0;
  return {
    deeper: () => {
      depth += 1;
      if (depth > mostDepth) throw new Refusal('The tags of this file are nested too deeply for a report.');
    },
    back: () => void (depth -= 1),
    isOpen: () => depth > 0,
  };
}

/** All of XML or HTML; `isAfterRow` is whether the last that it told was the end of a row. */
function tolerant(kind: 'html' | 'xml', events: MarkupEvents) {
  const isXml = kind === 'xml';
  const depth = nesting();
  const named = isXml ? bare : (name: string): string => name;
  let [written, isAfterRow] = [0, false];
  const parser = new Parser(
    {
      onopentagname: (name) => {
        depth.deeper();
        isAfterRow = false;
        events.open(named(name));
      },
      onattribute: (name, value) => events.attribute(named(name), value),
      ontext: (text) => {
        isAfterRow = false;
        events.text(text);
      },
      onclosetag: (name) => {
        depth.back();
        isAfterRow = name === 'tr';
        events.close(named(name));
      },
      ...(isXml ? { onprocessinginstruction: refuseDeclaration } : {}),
    },
    { xmlMode: isXml },
  );
  return {
    isAfterRow: (): boolean => isAfterRow,
    write: (text: string): void => {
      isAfterRow = false;
      parser.write(text);
      written += text.length;
      if (written - parser.endIndex > mostTagCharacters)
        throw new Refusal('A single tag or comment of this file is longer than 4 MB: this is not a report.');
    },
    end: (): void => {
      if (isXml && depth.isOpen())
        throw new Refusal('This file is cut off: not all of its tags are closed. Export it again.');
      parser.end();
    },
  };
}

const rowEnd = '</tr>';
const mostHeld = 128 * 1024;

/**
 * Throws a Refusal where tags are nested over 1000 deep, or where one tag or comment is longer than 4 MB, which would
 * all be kept in memory; in XML also where a document type or an entity is declared, or where it breaks off.
 */
export function markup(kind: 'html' | 'xml', events: MarkupEvents): Markup {
  const parser = tolerant(kind, events);
  if (kind === 'xml') return parser;
  let held = '';
  const write = (more: string): void => {
    const text = held + more;
    held = '';
    for (let at = 0; at < text.length;) {
      // Behind the end of a row, of which nothing is open then, the parser has nothing to remember.
      const plain = parser.isAfterRow() ? plainRow(text, at, events) : 'other';
      if (plain === 'unfinished' && text.length - at < mostHeld) {
        held = text.slice(at);
        return;
      }
      if (typeof plain === 'number') at = plain;
      else {
        const end = text.indexOf(rowEnd, at);
        const piece = end < 0 ? text.slice(at) : text.slice(at, end + rowEnd.length);
        parser.write(piece);
        at += piece.length;
      }
    }
  };
  return {
    write,
    end: () => {
      if (held !== '') parser.write(held);
      parser.end();
    },
  };
}
