import { fromRandomAccessReader, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { read } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32 } from './crc32.js';
import { megabyte, type ReportFile } from './report-file.js';
import { Refusal } from './rows.js';

const mostZipBytes = 32 * megabyte;
const mostEntries = 200;
const mostEntryBytes = 384 * megabyte;
const mostBytes = 448 * megabyte;
const mostRatio = 100;
/** below this a ratio says nothing */
const smallBytes = megabyte;
const blockBytes = 64 * 1024;
const localHeaderBytes = 30;
const archives = /\.(zip|xlsx|xlsm|xlsb|docx|jar|rar|7z|gz|tgz|bz2|xz|zst)$/i;

const refused = {
  size: 'This spreadsheet is larger than 32 MB. Export a shorter period.',
  damaged: 'This spreadsheet is damaged or cut off. Export the report again, or save it anew.',
  password: 'This spreadsheet has a password. Save it without one, and give that.',
  entries: 'This archive holds more than 200 files: it is no spreadsheet of a report.',
  unpacked: 'This spreadsheet is too large once unpacked. Export a shorter period.',
  nested: 'This archive holds other archives. Unpack it, and give the report inside.',
  names: 'This archive holds files with names that lead out of it: it is no spreadsheet.',
  method: 'This archive is packed in a way that spreadsheets are not. Save the report anew as .xlsx.',
} as const;

const refusal = (why: keyof typeof refused): Refusal => new Refusal(refused[why]);

/** What yauzl complains of, as a sentence for the owner. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const says = error instanceof Error ? error.message : '';
  return refusal(/relative path|absolute path|invalid characters/.test(says) ? 'names' : 'damaged');
}

const readAt = promisify(read);

async function* range(fd: number, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end;) {
    const block = Buffer.allocUnsafe(Math.min(blockBytes, end - position));
    const { bytesRead } = await readAt(fd, block, 0, block.length, position);
    if (bytesRead === 0) throw refusal('damaged');
    position += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}

/** Reads at positions of its own, and leaves the file open. */
class OpenFile extends RandomAccessReader {
  private bytesRead = 0;

  constructor(private readonly file: ReportFile) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.told(start, end), { objectMode: false });
  }

  private async *told(start: number, end: number): AsyncGenerator<Buffer> {
    for await (const block of range(this.file.fd, start, end)) {
      this.bytesRead += block.length;
      this.file.onRead?.(Math.min(this.bytesRead, this.file.bytes));
      yield block;
    }
  }
}

const opened = (file: ReportFile): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, strictFileNames: true };
    fromRandomAccessReader(new OpenFile(file), file.bytes, options, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    );
  });

/** What a single entry betrays before a byte of it is unpacked. */
function check(entry: Entry): void {
  const { fileName, compressedSize, uncompressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) throw refusal('password');
  if (compressionMethod !== 0 && compressionMethod !== 8) throw refusal('method');
  if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000) throw refusal('names');
  if (archives.test(fileName)) throw refusal('nested');
  if (uncompressedSize > mostEntryBytes) throw refusal('unpacked');
  if (uncompressedSize > smallBytes && uncompressedSize > compressedSize * mostRatio)
    throw refusal('unpacked');
}

/** Parts that share bytes of the file unpack to more than they are. */
function checkPlaces(entries: readonly Entry[], fileBytes: number): void {
  const places = entries
    .map((entry) => ({
      from: entry.relativeOffsetOfLocalHeader,
      to: entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.fileNameLength + entry.compressedSize,
    }))
    .sort((one, other) => one.from - other.from);
  places.forEach(({ to }, at) => {
    if (to > (places[at + 1]?.from ?? fileBytes)) throw refusal('damaged');
  });
}

const listed = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    let bytes = 0;
    if (zip.entryCount > mostEntries) throw refusal('entries');
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      try {
        check(entry);
        bytes += entry.uncompressedSize;
        if (bytes > mostBytes) throw refusal('unpacked');
        entries.push(entry);
        zip.readEntry();
      } catch (error) {
        reject(error instanceof Error ? error : refusal('damaged'));
      }
    });
    zip.readEntry();
  });

/** The parts of a spreadsheet, by their names without a leading slash. */
export interface ZipParts {
  has(name: string): boolean;
  /** hands over a part's bytes, unpacked; a block is only valid until the next. Throws a Refusal. */
  read(name: string, onBlock: (block: Buffer) => void): Promise<void>;
}

/**
 * Opens an archive whose every entry has been found harmless beforehand. Throws a Refusal: over 32 MB, 200 entries,
 * 384 MB in one or 448 MB in all, a ratio over 100, archives within, passwords, names that lead out, shared bytes.
 */
export async function zipParts(file: ReportFile): Promise<ZipParts> {
  if (file.bytes > mostZipBytes) throw refusal('size');
  try {
    const zip = await opened(file);
    const entries = await listed(zip);
    checkPlaces(entries, file.bytes);
    return partsOf(zip, entries);
  } catch (error) {
    throw asRefusal(error);
  }
}

function partsOf(zip: ZipFile, entries: readonly Entry[]): ZipParts {
  const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
  let left = mostBytes;
  return {
    has: (name) => byName.has(name),
    read: async (name, onBlock) => {
      const entry = byName.get(name);
      if (entry === undefined) throw refusal('damaged');
      let [bytes, sum] = [0, 0];
      for await (const block of unpacked(zip, entry)) {
        bytes += block.length;
        left -= block.length;
        // The sizes that an archive states may be lies.
        if (bytes > entry.uncompressedSize || left < 0) throw refusal('unpacked');
        sum = crc32(block, sum);
        onBlock(block);
      }
      if (sum !== entry.crc32) throw refusal('damaged');
    },
  };
}

async function* unpacked(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    const stream: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
    yield* stream;
  } catch (error) {
    throw asRefusal(error);
  }
}
