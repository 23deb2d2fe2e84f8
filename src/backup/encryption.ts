import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../lib/fault.js';
import { ProgramFailed, start } from './programs.js';

export interface Written {
  bytes: number;
  /** of the encrypted file, in hex */
  sha256: string;
}

/** Encrypts a stream for the recipients of a file, into a file that is on the disk when this resolves. */
export async function encrypt(
  source: AsyncIterable<Buffer>,
  recipients: string,
  path: string,
): Promise<Written> {
  const age = start('age', ['--encrypt', '--recipients-file', recipients]);
  const file = await open(path, 'wx', 0o640);
  const hash = createHash('sha256');
  let bytes = 0;
  const collect = async (): Promise<void> => {
    for await (const chunk of age.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    }
  };
  try {
    await Promise.all([
      pipeline(Readable.from(source, { objectMode: true }), age.stdin),
      collect(),
      age.ended,
    ]).catch(async (error: unknown) => {
      age.kill();
      throw await betterReason(error, age.ended);
    });
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

const brokenPipe = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'];

/** A broken pipe says nothing: the program at its other end does. */
const betterReason = (error: unknown, ended: Promise<void>): Promise<unknown> =>
  error instanceof Error && 'code' in error && brokenPipe.includes(String(error.code))
    ? ended.then(
        () => error,
        (why: unknown) => why,
      )
    : Promise.resolve(error);

const reasons = (file: string, identity: string): readonly [RegExp, string][] => [
  [
    /no identity matched/,
    `The key in ${identity} does not open ${file}: it was encrypted for another key, or its beginning is damaged.`,
  ],
  [
    /reading ".*": |identity file is encrypted/i,
    `${identity} holds no key of age. Give the file that age-keygen made, with the line AGE-SECRET-KEY-….`,
  ],
  [/.*/, `${file} is damaged or cut off: it cannot be decrypted to its end. Take another copy of it.`],
];

/** What a failed decryption means, as a sentence. */
const refusal = (file: string, identity: string, cause: ProgramFailed): Fault => {
  const [, sentence] = reasons(file, identity).find(([pattern]) => pattern.test(cause.said)) ?? ['', ''];
  return new Fault(422, 'not_decrypted', sentence, { cause });
};

/**
 * The plain bytes of an encrypted file, never on the disk. The stream ends well only if the whole file was whole:
 * until then what it gave out may be its beginning alone. Throws a Fault.
 */
export async function* decrypt(file: string, identity: string): AsyncGenerator<Buffer> {
  const age = start('age', ['--decrypt', '--identity', identity]);
  const fed = pipeline(createReadStream(file), age.stdin).catch(() => undefined);
  try {
    yield* age.stdout as AsyncIterable<Buffer>;
    await age.ended;
  } catch (error) {
    throw error instanceof ProgramFailed ? refusal(file, identity, error) : error;
  } finally {
    age.kill();
    await fed;
  }
}
