import { fstatSync, readSync } from 'node:fs';
import { encode, prepareEncoder, RefusedPicture } from './encode.js';

/**
 * Makes the picture that is its standard input, an open file, anew and writes to its standard output: a line of JSON, and
 * the bytes of both sizes that it announces. It runs where there is nothing to be found and nothing to be written.
 */
const file = 0;

/** At positions of its own: whoever opened the file has read or written it already. */
function contents(): Buffer {
  const bytes = Buffer.alloc(fstatSync(file).size);
  for (let at = 0; at < bytes.length;) {
    const count = readSync(file, bytes, at, bytes.length - at, at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}

const say = (bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

const sayLine = (line: object): Promise<void> => say(Buffer.from(`${JSON.stringify(line)}\n`));

prepareEncoder();
try {
  const { width, height, full, thumbnail } = await encode(contents());
  await sayLine({ width, height, full: full.length, thumbnail: thumbnail.length });
  await say(full);
  await say(thumbnail);
} catch (error) {
  if (!(error instanceof RefusedPicture)) throw error;
  await sayLine({ refused: error.reason });
}
