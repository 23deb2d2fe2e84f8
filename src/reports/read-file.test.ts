import t, { type Test } from 'tap';
import { htmlReport, utf16 } from '../testing/html-report.js';
import { openedFile } from '../testing/open-file.js';
import { xlsxFile } from '../testing/xlsx-file.js';
import { readReport } from './read-file.js';
import type { Formats } from './readers.js';
import { emptyReport, type Format, type Report } from './report.js';
import { Refusal, Unclear, type RowFormat } from './rows.js';

/** A format that knows tables by the word in their first cell, and reports how many rows it was given. */
const counting = (word: string, format: Format): RowFormat => ({
  recognises: ([first]) => first?.cells[0]?.text === word,
  reader: () => {
    let rows = 0;
    return {
      row: ({ cells }) => (rows += cells.length > 0 ? 1 : 0),
      end: () => ({ ...emptyReport(format), problems: [{ row: rows, reason: 'counted' }] }),
    };
  },
});

const formats: Formats = {
  rows: [
    counting('Orders', 'mt5-open'),
    counting('Deals', 'mt5-history'),
    counting('Deals', 'mt4-statement'),
  ],
  json: [
    {
      recognises: (value) => Array.isArray(value),
      read: (value) => ({
        ...emptyReport('json-trades'),
        problems: [{ row: (value as []).length, reason: '' }],
      }),
    },
  ],
  mapped: counting('', 'table'),
};

const read = (t: Test, content: string | Buffer, mapping?: Record<string, string>): Promise<Report> =>
  readReport(openedFile(t, content), { formats, ...(mapping === undefined ? {} : { mapping }) });

const lines = Array.from({ length: 200 }, (_, at) => [at === 0 ? 'Deals' : String(at), 'EURUSD', '1.5']);

void t.test(
  'the first format that knows a table gets all its rows, whatever the kind of the file',
  async (t) => {
    for (const content of [
      lines.map((line) => line.join(';')).join('\n'),
      utf16(htmlReport('Report', lines)),
      await xlsxFile([{ rows: lines.map((cells) => ({ cells })) }], { kind: 'native' }),
    ])
      t.match(await read(t, content), { format: 'mt5-history', problems: [{ row: 200 }] });
    t.match(await read(t, 'Orders,1,2'), { format: 'mt5-open', problems: [{ row: 1 }] }, 'a short one too');
  },
);

void t.test('a table that nobody knows is refused with its headings and ten rows', async (t) => {
  const unknown = [['My trades'], [], ['When', 'What', 'How much'], ...lines.slice(1)];
  const content = unknown.map((line) => line.join(';')).join('\n');
  const error = await read(t, content).catch((error: unknown) => error);
  t.ok(error instanceof Unclear && error instanceof Refusal);
  const question = error instanceof Unclear ? error.question : { about: 'symbol' as const };
  const head = question.about === 'columns' ? question.head : [];
  t.equal(head.length, 11);
  t.same(head[0], {
    number: 3,
    cells: ['When', 'What', 'How much'].map((text, column) => ({ column, text })),
  });
});

void t.test('a mapping is for tables that nobody knows', async (t) => {
  t.match(await read(t, 'When,What,How much\n1,2,3', { symbol: 'B' }), {
    format: 'table',
    problems: [{ row: 2 }],
  });
  t.match(await read(t, 'Deals,What,How much\n1,2,3', { symbol: 'B' }), { format: 'mt5-history' });
});

void t.test('JSON goes to those who read JSON', async (t) => {
  t.match(await read(t, ' [1, 2]'), { format: 'json-trades', problems: [{ row: 2 }] });
  await t.rejects(read(t, '{}'), /This JSON is no report/);
});

void t.test('what is no file is no report', async (t) => {
  await t.rejects(readReport(openedFile(t, '')), /This file is empty/);
});
