import type { Multipart, MultipartFile } from '@fastify/multipart';
import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { PictureFiles } from '../../data/picture-files.js';
import { screenshotLimits } from '../../data/screenshots.js';
import { Fault } from '../../lib/fault.js';

/** A request with a body in parts. */
interface Multiparted {
  parts(options: { limits: Record<string, number> }): AsyncIterable<Multipart>;
}

/** A file as it was sent, on the disk but under no name: it is gone as soon as it is closed. */
export interface SentPicture {
  readonly file: FileHandle;
  readonly sourceHash: string;
  /** as its sender calls it; nothing is ever called so here */
  readonly name: string;
}

export interface Sending {
  pictures: SentPicture[];
  fields: { _csrf: string; caption: string };
}

const limits = {
  fileSize: screenshotLimits.sentBytes,
  files: screenshotLimits.perTrade,
  fields: 10,
  fieldSize: 4_000,
};

const tooLarge = (): Fault =>
  new Fault(413, 'too_large', 'This picture is larger than 5 MB. Make it smaller, and send that.');

const tooMany = (cause: unknown): Fault =>
  new Fault(413, 'too_large', `Send up to ${screenshotLimits.perTrade} pictures at once.`, { cause });

const isTooMany = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_FILES_LIMIT';

export const closeAll = async (pictures: readonly SentPicture[]): Promise<void> => {
  await Promise.all(pictures.map(({ file }) => file.close()));
};

async function store(part: MultipartFile, files: PictureFiles): Promise<SentPicture | null> {
  const file = await files.nameless(randomUUID());
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of part.file as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await file.writeFile(chunk);
      bytes += chunk.length;
    }
    if (part.file.truncated) throw tooLarge();
    // A form whose field was left alone sends a file without a name and without a byte.
    if (bytes > 0 || part.filename !== '')
      return { file, sourceHash: hash.digest('hex'), name: part.filename };
    await file.close();
    return null;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Takes a form with pictures as it comes. The caller closes its files. Throws a Fault 413. */
export async function receivePictures(request: Multiparted, files: PictureFiles): Promise<Sending> {
  const pictures: SentPicture[] = [];
  const fields: Sending['fields'] = { _csrf: '', caption: '' };
  try {
    for await (const part of request.parts({ limits })) {
      const stored = part.type === 'file' ? await store(part, files) : null;
      if (stored !== null) pictures.push(stored);
      else if (part.type === 'field' && part.fieldname in fields && typeof part.value === 'string')
        fields[part.fieldname as keyof Sending['fields']] = part.value;
    }
    return { pictures, fields };
  } catch (error) {
    await closeAll(pictures);
    throw isTooMany(error) ? tooMany(error) : error;
  }
}
