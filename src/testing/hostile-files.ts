import { utf16 } from './html-report.js';
import { rawZip, repeated, type RawEntry } from './raw-zip.js';
import { xlsxOf, xlsxParts } from './xlsx-file.js';

const megabyte = 1024 * 1024;

/** A file's content; with `bytes`, how long it is, going on with nothing. */
export type Made = string | Buffer | { start: string | Buffer; bytes: number };

/** What is said of each kind of harm. */
export const says = {
  damaged: /^This spreadsheet is damaged or cut off\./,
  unpacked: /^This spreadsheet is too large once unpacked\./,
  names: /^This archive holds files with names that lead out of it/,
  nested: /^This archive holds other archives\./,
  entries: /^This archive holds more than 200 files/,
  password: /^This spreadsheet has a password\./,
  declares: /^This file declares a document type or entities/,
  deep: /^The tags of this file are nested too deeply/,
  unknown: /^This is no report that RawJournal knows\. Say which column/,
  noTable: /^There is no table in this file\./,
  tag: /^A single tag or comment of this file is longer than 4 MB/,
  cell: /^A cell of this file holds more than 65,536 characters/,
  row: /^A row of this file has more than 16,384 cells/,
  cells: /^This file has more than 8 million cells\./,
  broken: /^The text of this file is broken \(UTF-16\)\./,
  noText: /^This file is damaged, or no text\./,
  line: /^A line of this file is longer than 1 MB/,
  large: /^This file is larger than 256 MB\./,
  picture: /^This is a picture\./,
  packed: /^This is a packed archive\./,
  json: /^This JSON cannot be read: it is cut off or not valid\./,
} as const;

/** How each file is made, and what is said of it. */
export type Cases = Record<string, [make: () => Made | Promise<Made>, sentence: RegExp]>;

const sheet = '<worksheet><sheetData/></worksheet>';
const plain: RawEntry = { name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') };
const zeros = Buffer.alloc(4 * megabyte);
const noise = (bytes: number): Buffer => {
  let seed = 1;
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255),
  );
};

export const reportParts = xlsxParts([
  { rows: [{ cells: ['Time', 'Symbol', 'Profit'] }, { cells: ['1', 'EURUSD', 12.5] }] },
]);
const sheetPart = 'xl/worksheets/sheet1.xml';
const stringsPart = 'xl/sharedStrings.xml';
const withPart = (name: string, xml: string, kind: 'native' | 'excel' = 'excel'): Promise<Buffer> =>
  xlsxOf({ ...reportParts, [name]: xml }, kind);

const laughs = (root: string): string =>
  `<!DOCTYPE lolz [<!ENTITY a "ha">${'bcdefghij'
    .split('')
    .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at] ?? 'a'};`.repeat(10)}">`)
    .join('')}]><${root}>&j;</${root}>`;
const quadratic = `<!DOCTYPE q [<!ENTITY a "${'a'.repeat(50_000)}">]><sst><si><t>${'&a;'.repeat(50_000)}</t></si></sst>`;
const external = (root: string, trap: string): string => `<!DOCTYPE ${root} SYSTEM "${trap}"><${root}/>`;
const entity = (trap: string): string =>
  `<!DOCTYPE r [<!ENTITY x SYSTEM "${trap}"><!ENTITY % y SYSTEM "${trap}"> %y;]><workbook>&x;</workbook>`;

/** Archives that lie about themselves, or lead elsewhere. */
export const hostileZips: Cases = {
  'unpacks to 400 MB': [() => rawZip([plain, repeated(sheetPart, zeros, 100)]), says.unpacked],
  'unpacks a thousand times larger': [() => rawZip([plain, repeated(sheetPart, zeros, 8)]), says.unpacked],
  'holds five parts of 100 MB': [
    () => {
      const data = noise(2 * megabyte);
      const names = [1, 2, 3, 4, 5].map((at) => `xl/worksheets/sheet${at}.xml`);
      return rawZip(names.map((name) => ({ name, data, method: 8, uncompressedSize: 100 * megabyte })));
    },
    says.unpacked,
  ],
  'says that 32 MB are 1000 bytes': [
    () => rawZip([{ ...repeated('xl/workbook.xml', zeros, 8), uncompressedSize: 1000 }]),
    says.damaged,
  ],
  'says that 10 bytes are 90 MB': [
    () =>
      rawZip([
        { name: 'xl/workbook.xml', data: noise(megabyte), method: 8, uncompressedSize: 90 * megabyte },
      ]),
    says.damaged,
  ],
  'has two parts in one place': [
    () => rawZip([plain, { ...plain, name: sheetPart, offset: 0 }]),
    says.damaged,
  ],
  'has a part behind its end': [() => rawZip([{ ...plain, offset: 4_000_000_000 }]), says.damaged],
  'has 65,000 entries': [
    () => rawZip(Array.from({ length: 65_000 }, (_, at) => ({ name: `a${at}`, data: Buffer.alloc(0) }))),
    says.entries,
  ],
  'hides 300 entries behind a count of 1': [
    () =>
      rawZip(
        Array.from({ length: 300 }, (_, at) => ({ name: `a${at}`, data: Buffer.alloc(0) })),
        1,
      ),
    /^This archive is no spreadsheet/,
  ],
  'holds an archive': [() => rawZip([plain, { name: 'inner.zip', data: rawZip([plain]) }]), says.nested],
  'holds a name that climbs': [() => rawZip([{ ...plain, name: '../../etc/cron.d/x' }]), says.names],
  'holds a name from the root': [() => rawZip([{ ...plain, name: '/etc/passwd' }]), says.names],
  'holds a name of Windows': [() => rawZip([{ ...plain, name: 'C:\\x.xml' }]), says.names],
  'holds a symbolic link': [
    () => rawZip([{ name: 'xl/workbook.xml', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
    says.names,
  ],
  'is encrypted': [
    () => rawZip([{ ...plain, flags: 1, data: noise(32), uncompressedSize: 20 }]),
    says.password,
  ],
  'is packed in another way': [
    () => rawZip([{ ...plain, method: 12 }]),
    /packed in a way that spreadsheets are not/,
  ],
  'is larger than 32 MB': [
    () => ({ start: rawZip([plain]), bytes: 33 * megabyte }),
    /^This spreadsheet is larger than 32 MB\./,
  ],
  'is no spreadsheet': [
    () => rawZip([{ name: 'holiday.txt', data: Buffer.from('sun') }]),
    /^This archive is no spreadsheet/,
  ],
  'is cut off': [async () => (await xlsxOf(reportParts, 'native')).subarray(0, 900), says.damaged],
  'is empty': [() => rawZip([]), /^This archive is no spreadsheet/],
  'has a part that was changed': [() => rawZip([{ ...plain, sum: 1 }]), says.damaged],
  'has a part that is no deflate': [
    () => rawZip([{ ...plain, method: 8, data: noise(500), uncompressedSize: 400 }]),
    says.damaged,
  ],
};

/** Spreadsheets of which a part means harm; `trap` is an address that nobody may ever ask. */
export const hostileSheets = (trap: string): Cases => ({
  'laughs in its strings': [() => withPart(stringsPart, laughs('sst')), says.declares],
  'laughs in UTF-16': [() => withPart(stringsPart, laughs('sst'), 'native'), says.declares],
  'grows quadratically': [() => withPart(stringsPart, quadratic), says.declares],
  'points its workbook elsewhere': [() => withPart('xl/workbook.xml', entity(trap)), says.declares],
  'declares a document in a sheet': [() => withPart(sheetPart, `<!DOCTYPE x>${sheet}`), says.declares],
  'points a sheet elsewhere': [
    () => withPart(sheetPart, external('worksheet', trap), 'native'),
    says.declares,
  ],
  'nests 60,000 tags in a sheet': [
    // Noise between the tags, so that the archive does not betray itself by how well it packs.
    () =>
      withPart(
        sheetPart,
        `<worksheet>${Array.from({ length: 60_000 }, (_, at) => `<c${at * 7919}>`).join('')}`,
      ),
    says.deep,
  ],
  'has a sheet in broken UTF-16': [
    () => {
      const data = Buffer.concat([utf16('<worksheet>'), Buffer.from([0, 0xd8, 0x41, 0])]);
      const entries = Object.entries(reportParts).map(([name, xml]) => ({ name, data: Buffer.from(xml) }));
      return rawZip(entries.map((one) => (one.name === sheetPart ? { ...one, data } : one)));
    },
    says.broken,
  ],
  'has relations to elsewhere alone': [
    () =>
      withPart(
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="${trap}"/></Relationships>`,
      ),
    /^This spreadsheet has no sheet with a table\./,
  ],
  'has a sheet that climbs out': [
    () =>
      withPart(
        'xl/_rels/workbook.xml.rels',
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>',
      ),
    /^This spreadsheet has no sheet with a table\./,
  ],
});

export const tableOf = (inside: string): string =>
  `<!DOCTYPE html><html><body><table>${inside}</table></body></html>`;
const row = '<tr><td>Time</td><td>Symbol</td><td>Profit</td></tr>';

/** Pages that are more than a report can be. */
export const hostilePages: Cases = {
  'HTML with a million nested tables': [() => '<table><tr><td>'.repeat(1_000_000), says.deep],
  'HTML with a million nested tags in UTF-16': [() => utf16('<div>'.repeat(1_000_000)), says.deep],
  'HTML with ten million cells': [
    () => tableOf(`<tr hidden>${'<td>'.repeat(16_000)}`.repeat(625)),
    says.cells,
  ],
  'HTML with a row of a million cells': [() => tableOf(`<tr>${'<td>1'.repeat(1_000_000)}`), says.row],
  'HTML with an endless attribute': [() => tableOf(`<tr><td title="${'x'.repeat(9 * megabyte)}`), says.tag],
  'HTML with an endless comment': [() => tableOf(`<tr><!-- ${'x'.repeat(9 * megabyte)}`), says.tag],
  'HTML with an endless cell': [() => tableOf(`<tr><td>${'x'.repeat(9 * megabyte)}`), says.cell],
  'HTML with an endless title': [() => tableOf(`<tr><td title="${'x'.repeat(megabyte)}">`), says.cell],
  'HTML without a row': [() => tableOf(''), says.noTable],
  'HTML with entities declared': [() => `<!DOCTYPE a [<!ENTITY b "c">]>${tableOf(row)}`, says.declares],
  'HTML with columns without end': [
    () => tableOf(`${row}<tr>${'<td colspan="999999999">1</td>'.repeat(500)}</tr>`),
    says.unknown,
  ],
  'HTML in UTF-16 that ends within a character': [
    () => Buffer.concat([utf16(tableOf(row)), Buffer.from([0x41])]),
    says.broken,
  ],
  'HTML in UTF-16 with half a pair': [
    () => Buffer.concat([utf16('<table>'), Buffer.from([0, 0xdc]), utf16(tableOf(row))]),
    says.broken,
  ],
  'HTML of 300 MB': [() => ({ start: tableOf(row), bytes: 300 * megabyte }), says.large],
  'nothing but zeros, 200 MB of them': [() => ({ start: '', bytes: 200 * megabyte }), says.noText],
};

export const hostileXml = (trap: string): Cases => ({
  'XML that laughs': [() => `<?xml version="1.0"?>${laughs('Workbook')}`, says.declares],
  'XML that points elsewhere': [() => `<?xml version="1.0"?>${external('Workbook', trap)}`, says.declares],
  'XML that nests without end': [
    () => `<?xml version="1.0"?><Workbook>${'<a>'.repeat(1_000_000)}`,
    says.deep,
  ],
  'XML with an endless value': [
    () => `<?xml version="1.0"?><Workbook><Table><Row><Cell><Data>${'x'.repeat(megabyte)}`,
    says.cell,
  ],
  'XML that breaks off': [
    () => '<?xml version="1.0"?><Workbook><Worksheet><Table><Row>',
    /^This file is cut off/,
  ],
  'XML without a sheet': [() => '<?xml version="1.0"?><feed><entry/></feed>', says.noTable],
});

export const hostileTexts: Cases = {
  'CSV of a single endless line': [() => 'x'.repeat(20 * megabyte), says.line],
  'CSV with an endless field': [() => `a,b,c\n1,"${'x'.repeat(100_000)}",3\n`, says.cell],
  'CSV with a quotation mark that never closes': [
    () => `a,b,c\n1,"2,3\n${'4,5,6\n'.repeat(10)}`,
    /^The table cannot be read: a quotation mark is missing\./,
  ],
  'CSV with NUL characters': [() => `a,b,c\n1,\0,3\n`, says.noText],
  'CSV with NUL characters far behind': [() => `${`${'1,'.repeat(500)}\n`.repeat(30)}\0`, says.noText],
  'CSV with ten million cells': [
    () => `${'a,'.repeat(20)}z\n`.repeat(64) + `${','.repeat(9_999)}\n`.repeat(1_000),
    says.unknown,
  ],
  'a letter': [() => 'Dear broker,\nwhere is my money?\n\nYours', says.unknown],
  'noise that begins like HTML': [() => Buffer.concat([Buffer.from('<html>'), noise(megabyte)]), says.noText],
  'JSON 100,000 deep': [() => '['.repeat(100_000), /^This JSON is nested more than 64 deep/],
  'JSON with three million values': [
    () => `[${'1,'.repeat(3_000_000)}1]`,
    /^This JSON holds more than 2 million/,
  ],
  'JSON that is cut off': [() => '{"deals":[{"ticket":1,"profit":', says.json],
  'JSON with an endless text': [
    () => `["${'x'.repeat(5 * megabyte)}`,
    /^A text in this JSON is longer than 1 MB/,
  ],
  'JSON with NUL characters': [() => '["a\\u0000b"]', /^This file is damaged\./],
  'JSON with a number that is none': [() => '[NaN]', says.json],
  'JSON of something else': [() => '{"name":"package"}', /^This JSON is no report that RawJournal knows\./],
};

export const foreignFiles: Cases = {
  'an empty file': [() => '', /^This file is empty\./],
  'white space': [() => ' \r\n\t ', /^This file holds nothing but white space\./],
  'a PDF': [() => '%PDF-1.7\n%abc', /^This is a PDF\./],
  'a PNG': [() => Buffer.from('89504e470d0a1a0a0000000d', 'hex'), says.picture],
  'a JPEG': [() => Buffer.from('ffd8ffe000104a464946', 'hex'), says.picture],
  'an old Excel file': [() => Buffer.from('d0cf11e0a1b11ae1', 'hex'), /^This is an old Excel file \(\.xls\)/],
  'a text document': [() => '{\\rtf1\\ansi Report}', /^This is a text document \(RTF\)/],
  'a gzip': [() => Buffer.from('1f8b0800', 'hex'), says.packed],
  'a RAR': [() => 'Rar!\x1a\x07', says.packed],
  'a program': [() => Buffer.from('7f454c46020101', 'hex'), /^This is a program/],
  'text in UTF-32': [() => Buffer.from('fffe00003c000000', 'hex'), /^The text of this file is UTF-32\./],
};
