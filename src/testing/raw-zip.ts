import { crc32 } from '../reports/crc32.js';
import { constants, deflateRawSync } from 'node:zlib';

/** An entry of a zip archive in which everything may be a lie. */
export interface RawEntry {
  name: string;
  /** as it lies in the file */
  data: Buffer;
  /** of what it unpacks to; preset: of the data as it lies there */
  sum?: number;
  /** 0 as it is, 8 deflated */
  method?: number;
  flags?: number;
  compressedSize?: number;
  uncompressedSize?: number;
  /** in place of where it lies */
  offset?: number;
  /** of Unix, as in stat: 0o120777 is a symbolic link */
  mode?: number;
}

function localHeader({ name, data, sum = crc32(data), method = 0, flags = 0, ...sizes }: RawEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(sum, 14);
  header.writeUInt32LE(sizes.compressedSize ?? data.length, 18);
  header.writeUInt32LE(sizes.uncompressedSize ?? data.length, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name), data]);
}

function directoryEntry({ name, data, sum = crc32(data), ...rest }: RawEntry, at: number): Buffer {
  const { method = 0, flags = 0, mode = 0o100644 } = rest;
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(0x0314, 4);
  entry.writeUInt16LE(20, 6);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(sum, 16);
  entry.writeUInt32LE(rest.compressedSize ?? data.length, 20);
  entry.writeUInt32LE(rest.uncompressedSize ?? data.length, 24);
  entry.writeUInt16LE(Buffer.byteLength(name), 28);
  entry.writeUInt32LE((mode << 16) >>> 0, 38);
  entry.writeUInt32LE(rest.offset ?? at, 42);
  return Buffer.concat([entry, Buffer.from(name)]);
}

/** An archive byte by byte; `count` is how many entries it says it has. */
export function rawZip(entries: readonly RawEntry[], count = entries.length): Buffer {
  const locals = entries.map(localHeader);
  let at = 0;
  const directory = entries.map((entry, index) => {
    const made = directoryEntry(entry, at);
    at += locals[index]?.length ?? 0;
    return made;
  });
  const bytes = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** Deflated: this many times the same bytes, made without ever having them all. */
function deflatedTimes(bytes: Buffer, times: number): Buffer {
  const piece = deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: times }, () => piece), Buffer.from([3, 0])]);
}

/** An entry that unpacks to this many times the same bytes. */
export function repeated(name: string, bytes: Buffer, times: number): RawEntry {
  return { name, data: deflatedTimes(bytes, times), method: 8, uncompressedSize: bytes.length * times };
}
