import t from 'tap';
import { openedFile } from '../testing/open-file.js';
import { reportFile } from './report-file.js';
import { sheetXmlRows } from './sheet-xml-rows.js';

const text = (value: string, attributes = ''): string =>
  `<Cell${attributes}><Data ss:Type="String">${value}</Data></Cell>`;
const typed = (type: string, value: string): string => `<Cell><Data ss:Type="${type}">${value}</Data></Cell>`;

const book = `<?xml version="1.0"?><Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<DocumentProperties><Title>Robot EURUSD,H1 2024.01.01-2024.02.01</Title><Company></Company><Deposit>10000 USD</Deposit></DocumentProperties>
<Styles><Style ss:ID="a"><NumberFormat ss:Format="0"/></Style></Styles>
<Worksheet ss:Name="Results"><Table><Column/><Column ss:Hidden="1"/>
<Row>${text('Pass')}${text('secret')}${text('A &amp; B')}</Row>
<Row ss:Index="5">${typed('Number', '1.5E-7')}${text('secret')}${typed('DateTime', '2024-01-31T10:00:00.000')}${typed('Boolean', '1')}</Row>
<Row>${text('wide', ' ss:MergeAcross="2"')}${text('after')}${text('far', ' ss:Index="9"')}<Cell/></Row>
<Row ss:Hidden="1">${text('hidden')}</Row>
<Row><Cell><Data ss:Type="String">with</Data><Comment><Data>no word</Data></Comment></Cell></Row>
</Table></Worksheet><Worksheet><Table><Row>${text('second')}</Row></Table></Worksheet></Workbook>`;

void t.test('properties, then the rows of each sheet', async (t) => {
  for (const content of [Buffer.from(book), Buffer.from(`\uFEFF${book}`, 'utf16le')]) {
    const rows: string[] = [];
    await sheetXmlRows(reportFile(openedFile(t, content)), ({ number, cells }) =>
      rows.push([number, ...cells.map(({ column, text }) => `${column}:${text}`)].join(' ')),
    );
    t.same(rows, [
      '0 0:Title 1:Robot EURUSD,H1 2024.01.01-2024.02.01',
      '0 0:Deposit 1:10000 USD',
      '0',
      '1 0:Pass 2:A & B',
      '5 0:0.00000015 2:2024.01.31 10:00:00 3:TRUE',
      '6 0:wide 3:after 8:far',
      '8 0:with',
      '0',
      '1 0:second',
      '0',
    ]);
  }
});
