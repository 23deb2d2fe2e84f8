import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file of an archive, opened when it is its turn. */
export interface ArchiveFile {
  name: string;
  /** its kind is packed already */
  isPacked?: boolean;
  /** null: it is gone */
  open: () => Readable | null | Promise<Readable | null>;
}

interface Making {
  zip: ZipFile;
  /** whoever was to take the archive has gone */
  isOver: AbortSignal;
}

/** Adds a file to the archive, and returns when all of it has been taken: what comes next is read then. */
async function add({ zip, isOver }: Making, name: string, stream: Readable, options: object): Promise<void> {
  const stop = (): void => {
    stream.destroy();
  };
  isOver.addEventListener('abort', stop, { once: true });
  zip.addReadStream(stream, name, options);
  await finished(stream);
  isOver.removeEventListener('abort', stop);
}

async function fill(making: Making, files: AsyncIterable<ArchiveFile>, mtime: Date): Promise<void> {
  for await (const { name, isPacked = false, open } of files) {
    if (making.isOver.aborted) return;
    const stream = await open();
    if (stream !== null) await add(making, name, stream, { mtime, compress: !isPacked });
  }
  making.zip.end();
}

/** The archive as it is being made: each of its files is asked for when the one before has been taken. */
export function archiveOf(files: AsyncIterable<ArchiveFile>, madeAt: Date): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  const give = (error: unknown): void => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  zip.on('error', give);
  const over = new AbortController();
  output.once('close', () => {
    over.abort();
  });
  fill({ zip, isOver: over.signal }, files, madeAt).catch(give);
  return output;
}
