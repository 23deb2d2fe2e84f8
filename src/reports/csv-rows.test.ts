import fc from 'fast-check';
import t, { type Test } from 'tap';
import { openedFile } from '../testing/open-file.js';
import { csvRows, delimiterOf } from './csv-rows.js';
import { reportFile } from './report-file.js';
import type { Row } from './rows.js';

async function rowsOf(t: Test, content: string | Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  await csvRows(reportFile(openedFile(t, content)), (row) => rows.push(row));
  return rows;
}

const brief = (rows: readonly Row[]): string[] =>
  rows.map(({ number, cells }) =>
    [number, ...cells.map(({ column, text }) => `${column}:${text}`)].join(' '),
  );

void t.test('the first lines tell what stands between the fields', async (t) => {
  t.equal(delimiterOf('Time,Profit\n2024,5\n'), ',');
  t.equal(delimiterOf('Zeit;Gewinn\n2024;5,00\n2025;6,00\n'), ';');
  t.equal(delimiterOf('Zeit;Gewinn\n1,5;5,00\n2,5;6,00\n'), ';', 'where the comma is one of decimals');
  t.equal(delimiterOf('Time\tText\n1\ta, b, c\n2\td\n'), '\t');
  t.equal(delimiterOf('a|b\n"1,1,1"|2\n'), '|');
  t.equal(delimiterOf('sep=;\na,b\n'), ';');
  t.equal(delimiterOf('a word'), ',');
});

void t.test('quotes, empty fields and lines, and any end of a line', async (t) => {
  const content =
    '\uFEFFTime,Comment,,Profit\r\n\r\n1,"a ""b"", c\nd",,"1 000.50"\n,,,\n2,it\'s 5" wide,x\r3,y';
  t.same(brief(await rowsOf(t, content)), [
    '1 0:Time 1:Comment 3:Profit',
    '3 0:1 1:a "b", c d 3:1 000.50',
    '5 0:2 1:it\'s 5" wide 2:x',
    '6 0:3 1:y',
  ]);
});

void t.test('the line that names the delimiter is none of the table', async (t) => {
  t.same(brief(await rowsOf(t, 'sep=;\r\na;b,c\r\n')), ['2 0:a 1:b,c']);
});

void t.test('what is written with quotes comes back, however long the file', async (t) => {
  const field = fc.stringMatching(/^[a-z]([a-z,;"|]{0,8}[a-z])?$/);
  const table = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(',', ';', '\t', '|'), async (lines, delimiter) => {
      const line = (fields: readonly string[]): string =>
        fields.map((one) => `"${one.replaceAll('"', '""')}"`).join(delimiter);
      const rows = await rowsOf(t, lines.map(line).join('\r\n'));
      t.same(
        rows.map(({ cells }) => cells.map(({ text }) => text)),
        lines,
      );
    }),
    { numRuns: 30 },
  );
  const many = await rowsOf(t, `a,b,c\n${'1,2,3\n'.repeat(100_000)}`);
  t.equal(many.length, 100_001);
});
