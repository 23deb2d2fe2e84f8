import { isAscii, isUtf8 } from 'node:buffer';
import { encodingOf, type Encoding } from './encoding.js';
import { readBlocks, type ReportFile } from './report-file.js';
import { Refusal } from './rows.js';

/** Bytes in, text out: a block is free again once `write` has returned. */
export interface Decoder {
  write(block: Buffer): void;
  /** Throws a Refusal where the text breaks off within a character. */
  end(): void;
}

const headBytes = 4096;
const lone = /\p{Surrogate}/u;
/** What windows-1252 has from 0x80 to 0x9f, where latin1 has control characters. Some versions of Node do not know it. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const broken = (): Refusal =>
  new Refusal('The text of this file is broken (UTF-16). Export the report again, and do not edit it.');

const windows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (one) => upper[one.charCodeAt(0) - 0x80] ?? one);

/** How many bytes at the end begin a character of UTF-8 that is not whole yet. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Cuts bytes where a character ends; the rest goes before the next block. */
function whole(rest: (bytes: Buffer) => number, decode: (bytes: Buffer) => string) {
  let kept = Buffer.alloc(0);
  return {
    decode: (block: Buffer): string => {
      const bytes = kept.length === 0 ? block : Buffer.concat([kept, block]);
      const end = bytes.length - rest(bytes);
      kept = Buffer.from(bytes.subarray(end));
      return decode(bytes.subarray(0, end));
    },
    kept: (): Buffer => kept,
  };
}

interface Reading {
  decode(block: Buffer): string;
  /** what is left at the end */
  rest(): string;
}

/** Text of which no character needs two bytes: it takes half the memory, and is searched faster. Null: there is one. */
function narrow(bytes: Buffer, highAt: number): string | null {
  const low = Buffer.allocUnsafe(bytes.length / 2);
  let high = 0;
  for (let at = 0; at < low.length; at += 1) {
    low[at] = bytes[2 * at + 1 - highAt] ?? 0;
    high |= bytes[2 * at + highAt] ?? 0;
  }
  return high === 0 ? low.toString('latin1') : null;
}

function utf16(isBigEndian: boolean): Reading {
  const highAt = isBigEndian ? 2 : 1;
  const rest = (bytes: Buffer): number => {
    const odd = bytes.length % 2;
    const high = bytes[bytes.length - odd - highAt] ?? 0;
    return odd + ((high & 0xfc) === 0xd8 ? 2 : 0);
  };
  const reading = whole(rest, (bytes) => {
    const short = narrow(bytes, isBigEndian ? 0 : 1);
    if (short !== null) return short;
    const text = (isBigEndian ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
    if (lone.test(text)) throw broken();
    return text;
  });
  return {
    decode: reading.decode,
    rest: () => {
      if (reading.kept().length > 0) throw broken();
      return '';
    },
  };
}

/** The first block with bytes beyond ASCII decides for all that come after it. */
function utf8OrWindows(isMarked: boolean): Reading {
  let decided: 'utf-8' | 'windows-1252' | null = isMarked ? 'utf-8' : null;
  const reading = whole(
    (bytes) => (decided === 'windows-1252' ? 0 : unfinished(bytes)),
    (bytes) => {
      if (decided === null && !isAscii(bytes)) decided = isUtf8(bytes) ? 'utf-8' : 'windows-1252';
      if (decided === null) return bytes.toString('latin1');
      return decided === 'utf-8' ? bytes.toString('utf8') : windows1252(bytes);
    },
  );
  return {
    decode: reading.decode,
    rest: () => (decided === 'utf-8' ? reading.kept().toString('utf8') : windows1252(reading.kept())),
  };
}

const readings: Record<Encoding, () => Reading> = {
  'utf-16le': () => utf16(false),
  'utf-16be': () => utf16(true),
  'utf-8': () => utf8OrWindows(true),
  unmarked: () => utf8OrWindows(false),
};

/**
 * Decodes text of unknown encoding: UTF-16 with or without its mark, UTF-8 with or without, else windows-1252.
 * Broken UTF-16 and NUL characters are a Refusal, thrown by `write` or `end`; what `onText` throws comes through.
 */
export function textDecoder(onText: (text: string) => void): Decoder {
  let head = Buffer.alloc(0);
  let reading: Reading | null = null;

  const give = (text: string): void => {
    if (text.includes('\0')) throw new Refusal('This file is damaged, or no text. Export the report again.');
    if (text !== '') onText(text);
  };
  const begin = (): Reading => {
    const { encoding, markBytes } = encodingOf(head);
    reading = readings[encoding]();
    give(reading.decode(head.subarray(markBytes)));
    return reading;
  };

  return {
    write: (block) => {
      if (reading === null) head = Buffer.concat([head, block]);
      else give(reading.decode(block));
      if (reading === null && head.length >= headBytes) begin();
    },
    end: () => give((reading ?? begin()).rest()),
  };
}

/** The text of a file, chunk after chunk. Throws a Refusal: larger than 256 MB, broken UTF-16, no text. */
export async function readText(file: ReportFile, onText: (text: string) => void): Promise<void> {
  const decoder = textDecoder(onText);
  await readBlocks(file, (block) => decoder.write(block));
  decoder.end();
}
