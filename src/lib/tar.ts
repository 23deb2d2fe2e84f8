/** Entries of an archive in the format `ustar`, which every `tar` unpacks. */
export interface TarEntry {
  /** at most 100 bytes */
  name: string;
  content: Buffer;
}

const blockBytes = 512;
const padded = (size: number): number => Math.ceil(size / blockBytes) * blockBytes;

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

const checksumOf = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

function headerOf(name: string, size: number, atS: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  if (header.write(name, 0, 100) !== Buffer.byteLength(name))
    throw new RangeError(`${name} is too long a name`);
  header.write(octal(0o600, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(atS, 12), 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(octal(checksumOf(header), 7), 148);
  header.write(' ', 155);
  return header;
}

/** The bytes of one entry; `atS` is its time, in seconds since 1970. */
export const tarEntry = ({ name, content }: TarEntry, atS: number): Buffer[] => [
  headerOf(name, content.length, atS),
  content,
  Buffer.alloc(padded(content.length) - content.length),
];

/** What stands behind the last entry. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** Whatever is no archive of ours, with one sentence. */
export class TarError extends Error {}

const numberIn = (header: Buffer, at: number, width: number): number => {
  const digits = /^[0-7]+/.exec(header.toString('latin1', at, at + width).trim())?.[0];
  if (digits === undefined) throw new TarError('the archive is damaged');
  return parseInt(digits, 8);
};

/** Bytes of a stream in the portions somebody asks for; what was handed out is forgotten. */
class Portions {
  private parts: Buffer[] = [];
  private held = 0;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Exactly this many. Throws where the stream ends before. */
  async take(size: number): Promise<Buffer> {
    while (this.held < size) {
      const next = await this.source.next();
      if (next.done === true) throw new TarError('the archive is cut off');
      this.parts.push(next.value);
      this.held += next.value.length;
    }
    const all = this.parts.length === 1 && this.parts[0] ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [all.subarray(size)];
    this.held = all.length - size;
    return all.subarray(0, size);
  }

  /** Reads on to the end and forgets it. */
  async drain(): Promise<void> {
    for (let next = await this.source.next(); next.done !== true;) next = await this.source.next();
  }
}

/**
 * The entries of an archive, one after the other, each whole in memory and none above `mostBytes`. The stream is read
 * to its very end: whoever feeds it may only know there that it was not what it should be. Throws a TarError.
 */
export async function* readTar(source: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<TarEntry> {
  const portions = new Portions(source[Symbol.asyncIterator]());
  for (;;) {
    const header = await portions.take(blockBytes);
    if (header.every((byte) => byte === 0)) return portions.drain();
    if (numberIn(header, 148, 8) !== checksumOf(header)) throw new TarError('the archive is damaged');
    const size = numberIn(header, 124, 12);
    if (size > mostBytes) throw new TarError('the archive has an entry that is too large');
    const name = header.toString('utf8', 0, header.indexOf(0));
    const content = (await portions.take(padded(size))).subarray(0, size);
    yield { name, content };
  }
}
