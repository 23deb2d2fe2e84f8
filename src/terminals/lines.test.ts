import fc from 'fast-check';
import t from 'tap';
import { lineReader } from './lines.js';

function read(chunks: Buffer[], mostBytes: number): { lines: string[]; tooLong: number } {
  const lines: string[] = [];
  let tooLong = 0;
  const feed = lineReader(
    mostBytes,
    (line) => lines.push(line),
    () => (tooLong += 1),
  );
  for (const chunk of chunks) feed(chunk);
  return { lines, tooLong };
}

const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const marks = [0, ...at.map((mark) => mark % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return marks.slice(1).map((mark, index) => bytes.subarray(marks[index], mark));
};

void t.test('lines come out as they went in, wherever the stream is cut', async () => {
  const line = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\n', ' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 20 }), (lines, at) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''), 'utf8');
      const whole = Buffer.from(lines.join('\n')).toString('utf8');
      const found = read(cut(bytes, at), 1_000);
      return found.lines.join('\n') === whole && found.lines.length === lines.length && found.tooLong === 0;
    }),
  );
});

void t.test('a line of exactly the limit passes, one byte more ends the reading', async (t) => {
  const bytes = Buffer.from(`abcd\nabcde\nabc\n`);
  t.same(read([bytes], 4), { lines: ['abcd'], tooLong: 1 });
  t.same(
    read(
      [...bytes].map((byte) => Buffer.from([byte])),
      4,
    ),
    { lines: ['abcd'], tooLong: 1 },
  );
  t.same(read([Buffer.from('abcde'), Buffer.from('fgh\nabc\n')], 4), { lines: [], tooLong: 1 });
});
