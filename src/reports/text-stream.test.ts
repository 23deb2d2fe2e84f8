import fc from 'fast-check';
import t from 'tap';
import { openedFile } from '../testing/open-file.js';
import { reportFile } from './report-file.js';
import { readText, textDecoder } from './text-stream.js';

const decoded = (bytes: Buffer, blockBytes: number): string => {
  let text = '';
  const decoder = textDecoder((more) => (text += more));
  for (let at = 0; at < bytes.length; at += blockBytes) decoder.write(bytes.subarray(at, at + blockBytes));
  decoder.end();
  return text;
};

const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Text of all planes, longer than what is looked at first, without NUL. */
const anyText = fc
  .array(fc.string({ unit: 'binary' }), { maxLength: 40 })
  .map((pieces) => pieces.join(' Handel ').replaceAll('\0', '').replaceAll('\uFEFF', ''));

void t.test('text comes back whole in every encoding, wherever the blocks are cut', async () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 97 }), fc.nat(60), (text, blockBytes, padding) => {
      const padded = `${'a'.repeat(padding * 100)}${text}`;
      const marked = `\uFEFF${padded}`;
      const written = [Buffer.from(marked, 'utf16le'), big(marked), Buffer.from(marked)];
      return written.every((bytes) => decoded(bytes, blockBytes) === padded);
    }),
  );
});

void t.test('UTF-16 without its mark is known by its zeros', async (t) => {
  const text = 'Time;Symbol;Profit\r\n2024.01.31;EURUSD;12.50\r\n';
  t.equal(decoded(Buffer.from(text, 'utf16le'), 7), text);
  t.equal(decoded(big(text), 7), text);
});

void t.test('what is not UTF-8 is windows-1252', async (t) => {
  t.equal(decoded(Buffer.from('Dépôt 5 €'), 2), 'Dépôt 5 €');
  t.equal(decoded(Buffer.from([0x44, 0xe9, 0x70, 0xf4, 0x74, 0x20, 0x80]), 64), 'Dépôt €');
  t.equal(decoded(Buffer.from([0x41, 0xe9]), 1), 'Aé', 'at the very end too');
});

void t.test('broken UTF-16 and NUL characters are refused', async (t) => {
  const mark = Buffer.from([0xff, 0xfe]);
  for (const [name, rest] of Object.entries({
    'half a character': [0x41],
    'half a pair at the end': [0x00, 0xd8],
    'half a pair': [0x00, 0xdc, 0x41, 0x00],
  }))
    t.throws(() => decoded(Buffer.concat([mark, Buffer.from(rest)]), 64), /broken/, name);
  t.throws(() => decoded(Buffer.from('Time,\0,Profit'), 64), /damaged, or no text/);
});

void t.test('a file tells how far it has been read', async (t) => {
  const content = 'Zeile\r\n'.repeat(100_000);
  const told: number[] = [];
  let length = 0;
  const file = reportFile(openedFile(t, content), (bytesRead) => told.push(bytesRead));
  await readText(file, (text) => (length += text.length));
  t.equal(length, content.length);
  t.same([told.length > 1, told.at(-1)], [true, content.length]);
});
