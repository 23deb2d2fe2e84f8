import { deflateSync } from 'node:zlib';
import { crc32 } from '../reports/crc32.js';

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const chunk = (name: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  return Buffer.concat([number(data.length), named, number(crc32(named))]);
};

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG that says it is of this size, over rows that are packed already. */
export const pngAround = (width: number, height: number, packed: Buffer, bits = 1): Buffer =>
  Buffer.concat([
    signature,
    chunk('IHDR', Buffer.concat([number(width), number(height), Buffer.from([bits, 0, 0, 0, 0])])),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);

/** A PNG of one shade of grey, a bit a pixel, of any size. */
export function pngOf(width: number, height: number, isWhite = false): Buffer {
  const row = 1 + Math.ceil(width / 8);
  const rows = Buffer.alloc(row * height, isWhite ? 0xff : 0);
  for (let at = 0; at < rows.length; at += row) rows[at] = 0;
  return pngAround(width, height, deflateSync(rows));
}

const segment = (marker: number, data: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  return Buffer.concat([Buffer.from([0xff, marker]), length, data]);
};

const short = (value: number): number[] => [value >> 8, value & 255];

/** A Huffman table of one word, a bit long: every block is as grey as the one before it, and has nothing else. */
const table = (kind: number): Buffer =>
  segment(0xc4, Buffer.from([kind, 1, ...new Array<number>(15).fill(0), 0]));

/** A JPEG of one shade of grey, with further segments at its head. */
export function jpegOf(width: number, height: number, ...more: readonly Buffer[]): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const bits = '00'.repeat(blocks);
  const scan = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []).map((byte) =>
    parseInt(byte, 2),
  );
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...more,
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(0xc0, Buffer.from([8, ...short(height), ...short(width), 1, 1, 0x11, 0])),
    table(0x00),
    table(0x10),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from(scan),
    Buffer.from([0xff, 0xd9]),
  ]);
}

type Entry = readonly [tag: number, type: number, count: number, value: number];

const directory = (entries: readonly Entry[]): Buffer => {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length);
  entries.forEach(([tag, type, count, value], at) => {
    const from = 2 + at * 12;
    bytes.writeUInt16LE(tag, from);
    bytes.writeUInt16LE(type, from + 2);
    bytes.writeUInt32LE(count, from + 4);
    bytes.writeUInt32LE(value, from + 8);
  });
  return bytes;
};

const [ascii, shortType, longType, rational] = [2, 3, 4, 5];

/** What a phone writes beside a picture: that it lies on its side, a word, and where it was taken. */
export function exifOf(word: string): Buffer {
  const text = Buffer.from(`${word}\0`);
  const head = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const [own, place] = [2 + 3 * 12 + 4, 2 + 2 * 12 + 4];
  const gpsAt = head.length + own;
  const latitudeAt = gpsAt + place;
  const textAt = latitudeAt + 24;
  const latitude = Buffer.alloc(24);
  [52, 1, 31, 1, 12, 1].forEach((value, at) => latitude.writeUInt32LE(value, at * 4));
  const first = directory([
    [0x010e, ascii, text.length, textAt],
    [0x0112, shortType, 1, 6],
    [0x8825, longType, 1, gpsAt],
  ]);
  const gps = directory([
    [1, ascii, 2, 'N'.charCodeAt(0)],
    [2, rational, 3, latitudeAt],
  ]);
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), head, first, gps, latitude, text]));
}

export interface FormFile {
  name: string;
  content: Buffer | string;
}

/** A form with files, as a browser sends it. */
export function formOf(files: readonly FormFile[], fields: Record<string, string> = {}) {
  const part = (head: string, content: Buffer | string): Buffer =>
    Buffer.concat([
      Buffer.from(`--part\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]);
  return {
    headers: { 'content-type': 'multipart/form-data; boundary=part' },
    payload: Buffer.concat([
      ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
      ...files.map(({ name, content }) => part(`name="file"; filename="${name}"`, content)),
      Buffer.from('--part--\r\n'),
    ]),
  };
}
