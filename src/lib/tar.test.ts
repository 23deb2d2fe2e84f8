import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { test } from 'tap';
import { readTar, tarEnd, tarEntry, type TarEntry } from './tar.js';

const name = fc.stringMatching(/^[a-z0-9][a-z0-9/.-]{0,40}$/);
const entries = fc.array(
  fc.record({ name, content: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)) }),
  { maxLength: 6 },
);

const bytesOf = (all: TarEntry[]): Buffer =>
  Buffer.concat([...all.flatMap((entry) => tarEntry(entry, 1_700_000_000)), tarEnd]);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(bytes: Buffer, size = 700, mostBytes = 1e6): Promise<TarEntry[]> {
  const all: TarEntry[] = [];
  for await (const { name, content } of readTar(inPieces(bytes, size), mostBytes))
    all.push({ name, content: Buffer.from(content) });
  return all;
}

void test('what was packed is unpacked, however the stream is cut into pieces', async (t) => {
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 3_000 }), async (all, size) => {
      const found = await read(bytesOf(all), size);
      return (
        found.length === all.length &&
        found.every(({ name, content }, at) => name === all[at]?.name && content.equals(all[at].content))
      );
    }),
    { numRuns: 60 },
  );
  t.end();
});

void test('every tar reads it', (t) => {
  const all = [
    { name: 'head.json', content: Buffer.from('{}') },
    { name: 'database/000001', content: Buffer.alloc(1_024, 7) },
  ];
  const listed = execFileSync('tar', ['-tvf', '-'], { input: bytesOf(all), encoding: 'utf8' });
  t.match(listed, /2 .*head\.json\n.*1024 .*database\/000001\n/);
  t.equal(execFileSync('tar', ['-xOf', '-', 'head.json'], { input: bytesOf(all), encoding: 'utf8' }), '{}');
  t.end();
});

void test('an archive that ends too early is refused, wherever it ends', async (t) => {
  const bytes = bytesOf([
    { name: 'a', content: Buffer.alloc(600, 1) },
    { name: 'b', content: Buffer.alloc(10, 2) },
  ]);
  // Half of the end's own zeros may be missing.
  for (let length = 0; length <= bytes.length - tarEnd.length; length += 37)
    await t.rejects(
      read(bytes.subarray(0, length)),
      { message: 'the archive is cut off' },
      `${length} bytes`,
    );
});

void test('a header that was changed is refused, and so is an entry beyond all measure', async (t) => {
  const bytes = bytesOf([{ name: 'a', content: Buffer.alloc(600, 1) }]);
  for (const at of [0, 100, 124, 130, 148, 200, 511]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x11;
    await t.rejects(read(changed), { message: 'the archive is damaged' }, `byte ${at}`);
  }
  await t.rejects(read(bytes, 700, 599), { message: 'the archive has an entry that is too large' });
});

void test('a name that has no room is not cut short in silence', (t) => {
  t.throws(() => tarEntry({ name: 'n'.repeat(101), content: Buffer.alloc(0) }, 0), RangeError);
  t.end();
});
