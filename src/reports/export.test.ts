import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import t from 'tap';
import { text as textOf } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { csvOf } from './export-csv.js';
import { jsonOf } from './export-json.js';
import { exportColumns, type ExportTrade } from './export-trade.js';
import { mostWorkbookTrades, workbookOf } from './export-xlsx.js';
import { guarded, unguarded } from './guarded-text.js';

const trade = (more: Partial<ExportTrade> = {}): ExportTrade => ({
  id: '8f14e45f-ceea-867f-a3d5-7c1f0a1b2c3d',
  account: 'Swing',
  source: 'live',
  symbol: 'EURUSD',
  side: 'buy',
  lots: '0.10',
  opened: new Date('2026-03-02T08:00:00Z'),
  openPrice: '1.08112',
  closed: new Date('2026-03-02T09:30:15.250Z'),
  closePrice: '1.08012',
  stopLoss: null,
  takeProfit: '1.09',
  gross: '-10.00',
  commission: '-0.35',
  swap: '0.00',
  fee: '0.00',
  net: '-10.35',
  pips: '-10.0',
  magic: '18446744073709551615',
  comment: '',
  positionId: '900001',
  currency: 'USD',
  currencyDigits: 2,
  setup: null,
  tags: '',
  notes: '',
  ...more,
});

async function* stretches<T>(...all: T[]): AsyncGenerator<T> {
  yield* all;
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

type Line = Record<string, string>;
const read = (csv: string): Line[] => parse(csv, { columns: true, bom: true, record_delimiter: '\r\n' });
const csv = async (...trades: ExportTrade[]): Promise<string> => whole(csvOf(stretches(trades)));

const triggers = Array.from('=+-@;\t\r\0\uff1d\uff0b\uff0d\uff20\uff1b');
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...triggers, "'", '"', ',', '\n', ' ', '=1+1', '🙂'), fc.string()))
  .map((parts) => parts.join(''));
const decimal = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 8 }))
  .map(([isNegative, units, digits]) => {
    const figures = String(units).padStart(digits + 1, '0');
    const cut = figures.length - digits;
    return (isNegative ? '-' : '') + figures.slice(0, cut) + (digits > 0 ? `.${figures.slice(cut)}` : '');
  });

void t.test(
  'a table begins with the mark of UTF-8 and the names, and ends each line as RFC 4180 wants',
  async (t) => {
    const text = await csv(trade());
    t.equal(
      text,
      '\ufeffid,account,source,symbol,side,lots,opened,openPrice,closed,closePrice,stopLoss,takeProfit,gross,commission,' +
        'swap,fee,net,pips,magic,comment,positionId,currency,setup,tags,notes\r\n' +
        '8f14e45f-ceea-867f-a3d5-7c1f0a1b2c3d,Swing,live,EURUSD,buy,0.10,2026-03-02T08:00:00.000Z,1.08112,' +
        '2026-03-02T09:30:15.250Z,1.08012,,1.09,-10.00,-0.35,0.00,0.00,-10.35,-10.0,18446744073709551615,,900001,USD,,,\r\n',
    );
    t.equal((await csv()).split('\r\n').length, 2, 'no trades still have their head');
  },
);

void t.test('pieces follow one another without a seam', async (t) => {
  const [one, two, three] = [trade({ id: 'a' }), trade({ id: 'b' }), trade({ id: 'c' })];
  t.equal(await whole(csvOf(stretches([one], [two, three]))), await csv(one, two, three));
});

void t.test('whatever a text holds, it is read as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, async (account, symbol, comment) => {
      const [line] = read(await csv(trade({ account, symbol, comment })));
      return (
        unguarded(line?.['account'] ?? '') === account &&
        unguarded(line?.['symbol'] ?? '') === symbol &&
        unguarded(line?.['comment'] ?? '') === comment
      );
    }),
    { numRuns: 500 },
  );
});

void t.test('the guard is taken off by its inverse and by nothing else', async (t) => {
  fc.assert(fc.property(nasty, (text) => unguarded(guarded(text)) === text));
  for (const first of triggers) t.equal(guarded(`${first}x`), `'${first}x`, JSON.stringify(first));
  for (const text of ['', 'x=1', "it's", "'quoted'", ' =1']) t.equal(guarded(text), text);
  t.equal(guarded("'=1"), "''=1", 'an apostrophe that stood there already is kept apart from ours');
});

void t.test('no cell is a formula where semicolons or tabs part the cells', async (t) => {
  const attack = "foo;=cmd|'/C calc'!A0;bar";
  t.match(await csv(trade({ comment: attack })), `,"foo;'=cmd|'/C calc'!A0;bar",`);
  t.match(await csv(trade({ comment: 'a\tb' })), ',"a\tb",');
  t.equal(guarded("a;;'-1;2"), "a;';''-1;2");
  await fc.assert(
    fc.asyncProperty(nasty, async (comment) => {
      const [line] = read(await csv(trade({ comment })));
      const pieces = (line?.['comment'] ?? '').split(';').slice(0, -1);
      return pieces.every((piece) => piece === '' || !triggers.some((first) => piece.startsWith(first)));
    }),
  );
});

void t.test('no cell begins as a formula does, outside of numeric columns', async () => {
  const isNumeric = new Set(
    exportColumns.filter(({ kind }) => kind === 'number' || kind === 'money').map(({ name }) => name),
  );
  await fc.assert(
    fc.asyncProperty(nasty, nasty, async (text, odd) => {
      // A number that is none: nothing here writes such, and it must not slip through as one.
      const [line = {}] = read(await csv(trade({ account: text, symbol: text, comment: text, pips: odd })));
      return Object.entries(line).every(
        ([name, cell]) =>
          !triggers.some((first) => cell.startsWith(first)) ||
          (isNumeric.has(name) && /^-?\d+(\.\d+)?$/.test(cell)),
      );
    }),
    { numRuns: 300 },
  );
});

void t.test('numbers stay as they are, the negative ones too', async () => {
  await fc.assert(
    fc.asyncProperty(decimal, decimal, async (net, pips) => {
      const [line] = read(await csv(trade({ net, pips })));
      return line?.['net'] === net && line['pips'] === pips;
    }),
  );
});

void t.test('JSON is whole in every number of pieces, one trade a line', async (t) => {
  const at = new Date('2026-03-02T10:00:00Z');
  const accounts = [{ id: 'x', label: 'Swing "one"' }];
  for (const given of [
    [],
    [[]],
    [[{ n: 1 }]],
    [[{ n: 1 }, { n: 2 }], [], [{ n: 3, deals: [{ ticket: '7' }] }]],
  ]) {
    const text = await whole(jsonOf({ exportedAt: at, accounts, trades: stretches(...given) }));
    t.same(JSON.parse(text), {
      rawjournal: 1,
      exportedAt: '2026-03-02T10:00:00.000Z',
      accounts,
      trades: given.flat(),
    });
    t.equal(text.split('\n').length, given.flat().length + 3);
  }
});

/** The files of a zip by name. */
async function unzipped(zip: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const archive = await yauzl.fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const stream = await archive.openReadStreamPromise(entry);
    files.set(entry.fileName, await textOf(stream));
  }
  return files;
}

const decoded = (xml: string): string =>
  xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) =>
    String({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name]),
  );

interface SheetCell {
  isText: boolean;
  value: string;
}

/** The cells of the only sheet, row by row, by their column's letters. */
async function cellsOf(
  trades: readonly ExportTrade[],
): Promise<{ xml: string; rows: Map<string, SheetCell>[] }> {
  const files = await unzipped(await workbookOf(trades));
  const xml = files.get('xl/worksheets/sheet1.xml') ?? '';
  const texts = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<t[^>]*>([\s\S]*?)<\/t>/g)].map(
    ([, text]) => decoded(text ?? ''),
  );
  const rows = [...xml.matchAll(/<row [\s\S]*?<\/row>/g)].map(
    ([row]) =>
      new Map(
        [...row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)><v>([^<]*)<\/v><\/c>/g)].map(
          ([, letters, attributes, value]) => {
            const isText = /t="s"/.test(attributes ?? '');
            const shown = isText ? (texts[Number(value)] ?? 'missing') : (value ?? '');
            return [letters ?? '', { isText, value: shown }] as const;
          },
        ),
      ),
  );
  return { xml, rows };
}

const letterOf = (name: string): string =>
  String.fromCodePoint(65 + exportColumns.findIndex((column) => column.name === name));

void t.test(
  'in a workbook numbers are numbers, times are dates, unknown is empty and text is text',
  async (t) => {
    const comment = '=HYPERLINK("http://evil.example")';
    const { xml, rows } = await cellsOf([trade({ comment, account: '-5' })]);
    t.same(
      [...(rows[0]?.values() ?? [])].map(({ value }) => value),
      exportColumns.map(({ name }) => name),
    );
    const row = rows[1] ?? new Map<string, SheetCell>();
    t.same(row.get(letterOf('net')), { isText: false, value: '-10.35' });
    t.same(row.get(letterOf('magic')), { isText: true, value: '18446744073709551615' });
    t.same(row.get(letterOf('comment')), { isText: true, value: comment });
    t.same(row.get(letterOf('account')), { isText: true, value: '-5' });
    t.equal(row.has(letterOf('stopLoss')), false);
    // Days since 1899-12-30, as spreadsheets count.
    const opened = Number(row.get(letterOf('opened'))?.value);
    t.equal(Math.round((opened - 25_569) * 86_400_000), Date.parse('2026-03-02T08:00:00Z'));
    t.notMatch(xml, '<f>', 'there is no formula');
  },
);

void t.test('no text breaks a workbook, not even a word that every object knows', async (t) => {
  const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '<b>&"', '=1', '\u0001x', ' y '];
  const { xml, rows } = await cellsOf(words.map((comment) => trade({ comment })));
  const shown = rows.slice(1).map((row) => row.get(letterOf('comment'))?.value.trim());
  t.same(shown, ['constructor', '__proto__', 'toString', 'hasOwnProperty', '<b>&"', '=1', 'x', 'y']);
  t.notMatch(xml, 'native code');
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { maxLength: 5 }), async (comments) => {
      const sheet = await cellsOf(comments.map((comment) => trade({ comment })));
      return sheet.rows.length === comments.length + 1 && !sheet.xml.includes('<f>');
    }),
    { numRuns: 30 },
  );
});

void t.test('a workbook refuses more than it takes', async (t) => {
  const many = Array.from({ length: mostWorkbookTrades + 1 }, () => trade());
  await t.rejects(workbookOf(many), RangeError);
});

void t.test('money in a workbook has the decimals of its currency, other numbers their own', async (t) => {
  const money = { gross: '1234567.5', net: '-12' };
  const given = [2, 0, 3, null].map((currencyDigits) => trade({ ...money, currencyDigits }));
  const files = await unzipped(await workbookOf(given));
  const styles = files.get('xl/styles.xml') ?? '';
  const formats = new Map(
    [...styles.matchAll(/<numFmt [^>]*>/g)].map(([text]) => [
      /numFmtId="(\d+)"/.exec(text)?.[1],
      decoded(/formatCode="([^"]*)"/.exec(text)?.[1] ?? ''),
    ]),
  );
  const cells = /<cellXfs[\s\S]*?<\/cellXfs>/.exec(styles)?.[0] ?? '';
  const ids = [...cells.matchAll(/<xf [^>]*>/g)].map(([xf]) => /numFmtId="(\d+)"/.exec(xf)?.[1]);
  const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
  const formatOf = (name: string, row: number): string | undefined => {
    const style = new RegExp(`r="${letterOf(name)}${row}"[^>]* s="(\\d+)"`).exec(sheet)?.[1];
    return style === undefined ? undefined : formats.get(ids[Number(style)]);
  };
  const wanted = ['#,##0.00', '#,##0', '#,##0.000', '#,##0.00'];
  for (const name of ['gross', 'commission', 'swap', 'fee', 'net'])
    t.same(
      [2, 3, 4, 5].map((row) => formatOf(name, row)),
      wanted,
      name,
    );
  for (const name of ['lots', 'openPrice', 'pips']) t.equal(formatOf(name, 2), undefined, name);
});
