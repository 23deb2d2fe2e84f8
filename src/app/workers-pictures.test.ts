import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import t from 'tap';
import { kindOf } from '../pictures/kind.js';
import { openedFile } from '../testing/open-file.js';
import { exifOf, jpegOf, pngAround, pngOf } from '../testing/pictures.js';
import { rawZip } from '../testing/raw-zip.js';
import { findChildWall, type ChildLimits } from './workers-child.js';
import { createPictureEncoder } from './workers-pictures.js';

t.setTimeout(120_000);

const secretFolder = mkdtempSync(join(tmpdir(), 'rawjournal-secret-'));
t.teardown(() => rmSync(secretFolder, { recursive: true, force: true }));
const wall = findChildWall(secretFolder);
const encoder = createPictureEncoder({ wall, secretFolder });
const megabyte = 1024 * 1024;
const script = '<script>alert(document.domain)</script>';

void t.test('a picture is made anew in two sizes, behind the wall and without one', async (t) => {
  for (const each of [encoder, createPictureEncoder({ wall: null, secretFolder })]) {
    const { width, height, full, thumbnail } = await each.encode(openedFile(t, pngOf(3_000, 1_500)));
    t.same([width, height], [1_920, 960]);
    t.same([kindOf(full), kindOf(thumbnail)], ['webp', 'webp']);
    t.ok(thumbnail.length < full.length);
  }
  const { width, height } = await encoder.encode(openedFile(t, pngOf(40, 30)));
  t.same([width, height], [40, 30], 'a small one is not made larger');
});

void t.test('nothing but the pixels comes through', async (t) => {
  const canary = 'CANARY-of-a-garden-in-52N';
  const jpeg = jpegOf(64, 32, exifOf(canary));
  t.ok(jpeg.includes(canary) && jpeg.includes('Exif'), 'it is in what is sent');
  const { width, height, full, thumbnail } = await encoder.encode(openedFile(t, jpeg));
  t.same([width, height], [32, 64], 'what was said beside the picture was understood: it stands upright');
  const tails = [Buffer.from(script), rawZip([{ name: 'Evil.class', data: Buffer.from(canary) }])];
  const others = [];
  for (const tail of tails)
    for (const picture of [pngOf(9, 9), jpegOf(8, 8)]) {
      const made = await encoder.encode(openedFile(t, Buffer.concat([picture, tail])));
      others.push(made.full, made.thumbnail);
    }
  for (const bytes of [full, thumbnail, ...others])
    for (const word of [canary, 'Exif', 'EXIF', 'ICCP', 'XMP', 'script', 'Evil', 'PK\x03\x04'])
      t.notOk(bytes.includes(word), word);
});

const bomb = (): Buffer => pngAround(100, 100, deflateSync(Buffer.alloc(256 * megabyte), { level: 9 }));
const cut = (picture: Buffer, share: number): Buffer =>
  picture.subarray(0, Math.floor(picture.length * share));
const greyJpeg = jpegOf(800, 600);

void t.test('hostile files are refused in words, quickly, and this process does not grow', async (t) => {
  const unknown = { code: 'picture_unknown', status: 422, message: /PNG, JPEG or WebP/ };
  const large = { code: 'picture_too_large', status: 422, message: /40 million pixels/ };
  const damaged = { code: 'picture_damaged', status: 422, message: /damaged or cut off/ };
  const cases: Record<
    string,
    [content: Buffer | string, says: { code?: string; status: number; message: RegExp }]
  > = {
    svg: [`<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`, unknown],
    'svg behind a declaration': ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', unknown],
    html: [`<!doctype html>${script}`, unknown],
    gifar: [Buffer.concat([Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), rawZip([])]), unknown],
    pdf: ['%PDF-1.7', unknown],
    tiff: ['II*\0\x08\0\0\0', unknown],
    empty: ['', unknown],
    'signature alone': [pngOf(1, 1).subarray(0, 8), damaged],
    'html behind a signature': [Buffer.concat([pngOf(1, 1).subarray(0, 8), Buffer.from(script)]), damaged],
    'svg that calls itself WebP': [Buffer.from(`RIFF\x10\0\0\0WEBP${script}`, 'latin1'), damaged],
    'cut PNG': [cut(pngOf(2_000, 2_000), 0.5), damaged],
    'cut JPEG': [cut(greyJpeg, 0.8), damaged],
    '14,000 × 14,000': [pngOf(14_000, 14_000), large],
    '30,000 × 30,000, by its word': [pngAround(30_000, 30_000, deflateSync(Buffer.alloc(10))), large],
    'a side of 2³¹': [
      pngAround(0x7fffffff, 1, deflateSync(Buffer.alloc(10))),
      { status: 422, message: /This picture/ },
    ],
    'no size': [pngAround(0, 0, deflateSync(Buffer.alloc(10))), damaged],
  };
  for (const [what, [content, says]] of Object.entries(cases)) {
    const fd = openedFile(t, content);
    const [before, began] = [process.memoryUsage.rss(), performance.now()];
    await t.rejects(encoder.encode(fd), says, what);
    t.ok(performance.now() - began < 5_000, `${what}, in ${Math.round(performance.now() - began)} ms`);
    t.ok(process.memoryUsage.rss() - before < 50 * megabyte, `${what}, within its memory`);
  }
});

/** The resident memory of the largest child of this process, while it has any. */
function largestChild(): number {
  const path = `/proc/${process.pid}/task/${process.pid}/children`;
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const rss = (pid: string): number => {
    const own = Number(/^VmHWM:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
    const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
    return Math.max(own, ...children.map(rss));
  };
  return Math.max(0, ...read(path).split(' ').filter(Boolean).map(rss));
}

void t.test(
  'what unpacks to far more than it says, or to the most there may be, stays within bounds',
  async (t) => {
    for (const [what, picture] of Object.entries({ bomb: bomb(), most: pngOf(8_000, 5_000) })) {
      let most = 0;
      const timer = setInterval(() => (most = Math.max(most, largestChild())), 20);
      await encoder.encode(openedFile(t, picture)).catch(() => undefined);
      clearInterval(timer);
      t.ok(most > 30 * megabyte, 'something was weighed');
      t.ok(most < 300 * megabyte, `${what}: ${Math.round(most / megabyte)} MB`);
    }
  },
);

const falseEncoder = (limits?: ChildLimits) =>
  createPictureEncoder(
    {
      wall: null,
      secretFolder,
      script: fileURLToPath(new URL('../testing/false-encoder.js', import.meta.url)),
    },
    limits,
  );

void t.test('an encoder that was taken over is not believed', async (t) => {
  for (const does of ['garbage', 'html', 'short', 'wide', 'word', 'crash', 'flood', 'nothing'])
    await t.rejects(
      falseEncoder().encode(openedFile(t, does)),
      { code: 'picture_damaged', status: 422 },
      does,
    );
});

void t.test('one that hangs or grows is ended, and the next picture is made', async (t) => {
  const quick = { timeMs: 500, bytes: 400 * megabyte };
  await t.rejects(falseEncoder(quick).encode(openedFile(t, 'hang')), { code: 'picture_too_slow' });
  await t.rejects(
    falseEncoder({ timeMs: 20_000, bytes: 150 * megabyte }).encode(openedFile(t, 'grow')),
    { status: 422, message: /This picture/ },
    'by whoever looks at it',
  );
  await t.rejects(
    falseEncoder({ timeMs: 20_000, bytes: 1e12 }).encode(openedFile(t, 'grow')),
    { status: 422, message: /This picture/ },
    'by the system, where nobody looks',
  );
});

/** The processes below this one whose command line has a word in it. */
const pidsWith = (word: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(word) && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(` ${process.pid} `);
      } catch {
        return false;
      }
    })
    .map(Number);

void t.test('an encoder that is killed in the middle harms nobody', async (t) => {
  const hanging = falseEncoder();
  const [first, second] = [openedFile(t, 'hang'), openedFile(t, 'garbage')];
  const both = Promise.allSettled([hanging.encode(first), hanging.encode(second)]);
  let pids: number[] = [];
  for (let turn = 0; turn < 100 && pids.length === 0; turn += 1) {
    await sleep(50);
    pids = pidsWith('false-encoder.js');
  }
  t.equal(pids.length, 1, 'one at a time');
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  for (const one of await both) t.match(one, { status: 'rejected', reason: { code: 'picture_damaged' } });
  await t.resolves(encoder.encode(openedFile(t, pngOf(5, 5))));
});
