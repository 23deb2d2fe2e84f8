import t, { type Test } from 'tap';
import { htmlReport, utf16 } from '../testing/html-report.js';
import { openedFile } from '../testing/open-file.js';
import { htmlRows } from './html-rows.js';
import { reportFile } from './report-file.js';
import type { Row } from './rows.js';

async function rowsOf(t: Test, content: string | Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  await htmlRows(reportFile(openedFile(t, content)), (row) => rows.push(row));
  return rows;
}

const textsOf = async (t: Test, content: string | Buffer): Promise<string[][]> =>
  (await rowsOf(t, content)).map(({ cells }) => cells.map(({ text }) => text));

void t.test('cells stand below their headings, hidden ones count for nothing', async (t) => {
  const report = htmlReport('Trade History Report', [
    [{ text: 'Positions', span: 4, isHeading: true }],
    ['Time', 'Symbol', { text: 'Profit', span: 2 }],
    [
      '2024.01.31 10:00:00',
      { text: 'a comment', isHidden: true, span: 8 },
      'EURUSD',
      { text: '-2 351.16', span: 2 },
      'x',
    ],
  ]);
  t.same(await rowsOf(t, utf16(report)), [
    { number: 1, cells: [{ column: 0, text: 'Positions', isHeading: true }] },
    {
      number: 2,
      cells: [
        { column: 0, text: 'Time' },
        { column: 1, text: 'Symbol' },
        { column: 2, text: 'Profit' },
      ],
    },
    {
      number: 3,
      cells: [
        { column: 0, text: '2024.01.31 10:00:00' },
        { column: 1, text: 'EURUSD' },
        { column: 2, text: '-2 351.16' },
        { column: 4, text: 'x' },
      ],
    },
  ]);
});

void t.test('text is as it is shown', async (t) => {
  const page =
    '<table><tr><td title="so #1 &amp; so"> 1&nbsp;000 \r\n <b>USD</b>&#8364;</td><td>a<br>b</td><td></td></tr></table>';
  t.same(await rowsOf(t, page), [
    {
      number: 1,
      cells: [
        { column: 0, text: '1 000 USD€', title: 'so #1 & so' },
        { column: 1, text: 'a b' },
        { column: 2, text: '' },
      ],
    },
  ]);
});

void t.test('tags that are not closed close themselves', async (t) => {
  const page = '<TABLE><TR><TD>1<TD><font color=red>2<TR><TH>3</TABLE><p>between<table><td>4';
  t.same(await textsOf(t, page), [['1', '2'], ['3'], ['4']]);
});

void t.test('a table within a cell has rows of its own', async (t) => {
  const page = '<table><tr><td>outer<table><tr><td>inner</td></tr></table>more</td><td>2</td></tr></table>';
  const rows = await rowsOf(t, page);
  t.same(
    rows.map(({ number, cells }) => [number, ...cells.map(({ text }) => text)]),
    [
      [2, 'inner'],
      [1, 'outermore', '2'],
    ],
  );
});

void t.test('what is not shown is not read: hidden rows, styles, scripts', async (t) => {
  const page =
    '<table><tr style="DISPLAY : none"><td>1</td></tr><tr><td class="a hidden">2</td><td hidden>3</td>' +
    '<td>4<script>5</script><style>6</style></td></tr><tr><td class="hiddenish">7</td></tr></table>';
  t.same(await textsOf(t, page), [['4'], ['7']]);
});
