import t, { type Test } from 'tap';
import { needsRecording, recordingPath } from '../testing/needs.js';
import { openedFile } from '../testing/open-file.js';
import { xlsxFile, xlsxOf, xlsxParts, type Sheet, type XlsxOptions } from '../testing/xlsx-file.js';
import { readFileSync } from 'node:fs';
import { reportFile } from './report-file.js';
import type { Row } from './rows.js';
import { xlsxRows } from './xlsx-rows.js';

async function rowsOf(t: Test, content: Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  await xlsxRows(reportFile(openedFile(t, content)), (row) => rows.push(row));
  return rows;
}

const brief = (rows: readonly Row[]): string[] =>
  rows.map(({ number, cells }) =>
    [number, ...cells.map(({ column, text }) => `${column}:${text}`)].join(' '),
  );

const sheet: Sheet = {
  rows: [
    { cells: ['Trade History Report'], merged: [[0, 4]] },
    { cells: [null, 'Größe & <Co>', null, 2313.28, { formula: 'SUM(D1:D9)', result: 0.1 + 0.2 }] },
    { cells: ['hidden'], isHidden: true },
    { cells: [] },
    { cells: [true, { error: '#DIV/0!' }, { inline: 'in  line' }, { digits: '1.0000000000000001E-5' }, 'x'] },
    { cells: [{ serial: 45_322.75 }, { formula: 'A1', result: 'text' }] },
  ],
};

const kinds: XlsxOptions['kind'][] = ['native', 'excel'];
for (const kind of kinds)
  void t.test(`cells of a spreadsheet are read as they are shown (${kind})`, async (t) => {
    t.same(brief(await rowsOf(t, await xlsxFile([sheet], { kind }))), [
      '1 0:Trade History Report',
      '2 1:Größe & <Co> 3:2313.28 4:0.3',
      '5 0:TRUE 1:#DIV/0! 2:in line 3:0.00001 4:x',
      '6 0:2024.01.31 18:00:00 1:text',
      '0',
    ]);
  });

void t.test('sheets follow one another, but for the hidden ones; hidden columns are left out', async (t) => {
  const sheets: Sheet[] = [
    { rows: [{ cells: ['a', 'secret', 'c'] }], hiddenColumns: [1] },
    { rows: [{ cells: ['never'] }], isHidden: true },
    { rows: [{ cells: [null, 'b'] }] },
  ];
  t.same(brief(await rowsOf(t, await xlsxFile(sheets, { kind: 'excel' }))), ['1 0:a 2:c', '0', '1 1:b', '0']);
});

void t.test('days may be counted from 1904', async (t) => {
  const sheets = [{ rows: [{ cells: [{ serial: 43_860.75 }] }] }];
  t.same(brief(await rowsOf(t, await xlsxFile(sheets, { kind: 'excel', isFrom1904: true }))), [
    '1 0:2024.01.31 18:00:00',
    '0',
  ]);
});

void t.test('tags with a prefix, rich text and cells without an address are understood', async (t) => {
  const parts = xlsxParts([{ rows: [] }]);
  const content = await xlsxOf(
    {
      ...parts,
      'xl/sharedStrings.xml':
        '<x:sst xmlns:x="y"><x:si><x:r><x:t>EUR</x:t></x:r><x:r><x:t>USD</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>',
      'xl/worksheets/sheet1.xml':
        '<x:worksheet xmlns:x="y"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="d"><x:v>2024-01-31T10:00:00</x:v></x:c>' +
        '<x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c></x:row></x:sheetData></x:worksheet>',
    },
    'native',
  );
  t.same(brief(await rowsOf(t, content)), ['1 0:EURUSD 1:2024.01.31 10:00:00 2:ab', '0']);
});

const recorded = 'mt5-history/darwinex-demo-en.xlsx';
void t.test('a report that MetaTrader wrote is read', needsRecording(recorded), async (t) => {
  const rows = await rowsOf(t, readFileSync(recordingPath(recorded)));
  const texts = rows.flatMap(({ cells }) => cells.map(({ text }) => text));
  t.equal(rows.filter(({ cells }) => cells.length > 0).at(-1)?.number, 1255);
  t.ok(texts.includes('2 313.28 (2.30%)'));
  t.notOk(
    texts.some((text) => /\d[eE][+-]?\d|\d{12}\.\d|\.\d{12}/.test(text)),
    'no noise',
  );
});
