import { createServer } from 'node:http';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createReportReader } from '../app/workers.js';
import { findChildWall } from '../app/workers-child.js';
import { Fault } from '../lib/fault.js';
import {
  foreignFiles,
  hostilePages,
  hostileSheets,
  hostileTexts,
  hostileXml,
  hostileZips,
  reportParts,
  says,
  tableOf,
  type Cases,
  type Made,
} from '../testing/hostile-files.js';
import { htmlReport, utf16 } from '../testing/html-report.js';
import { xlsxFile, xlsxOf } from '../testing/xlsx-file.js';
import { UnclearReport } from './reading.js';

const megabyte = 1024 * 1024;
const mostGrowthBytes = 50 * megabyte;

let hits = 0;
const canary = createServer((_, reply) => {
  hits += 1;
  reply.end('<!ENTITY x "y">');
});
await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
const trap = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/x`;
t.teardown(() => canary.close());

const folder = mkdtempSync(join(tmpdir(), 'rawjournal-hostile-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

const reader = createReportReader({ wall: findChildWall(folder), secretFolder: folder });

let files = 0;

/** A file of this content; of that many bytes where it goes on with nothing. */
function fileOf(made: Made): number {
  files += 1;
  const fd = openSync(join(folder, `file-${files}`), 'w+');
  const { start, bytes } =
    typeof made === 'string' || Buffer.isBuffer(made) ? { start: made, bytes: null } : made;
  writeSync(fd, Buffer.from(start));
  if (bytes !== null) ftruncateSync(fd, bytes);
  return fd;
}

interface Outcome {
  sentence: string;
  /** of an unknown table, as a person would be shown it */
  shown: string[][];
  grewBytes: number;
}

/** What comes of a file, and by how much this very process grew meanwhile. */
async function outcomeOf(made: Made): Promise<Outcome> {
  const fd = fileOf(made);
  const before = process.memoryUsage.rss();
  let highest = before;
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 5);
  try {
    await reader.read({ fd, options: {}, onPart: () => undefined });
    return { sentence: 'It was read.', shown: [], grewBytes: highest - before };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const shown =
      error instanceof UnclearReport && error.question.about === 'columns' ? error.question.head : [];
    const texts = shown.map(({ cells }) => cells.map(({ text }) => text));
    return { sentence: error.message, shown: texts, grewBytes: highest - before };
  } finally {
    clearInterval(watch);
    closeSync(fd);
  }
}

const areRefused = (cases: Cases) => async (t: Test) => {
  for (const [name, [make, sentence]] of Object.entries(cases)) {
    const { sentence: said, grewBytes } = await outcomeOf(await make());
    t.match(said, sentence, name);
    t.ok(grewBytes < mostGrowthBytes, `${name}: this process stays as it is`);
  }
  t.equal(hits, 0, 'nothing was fetched');
};

void t.test('an archive that lies is refused in a sentence', areRefused(hostileZips));
void t.test('a spreadsheet that means harm is refused in a sentence', areRefused(hostileSheets(trap)));
void t.test('a page that is more than a report is refused in a sentence', areRefused(hostilePages));
void t.test('XML that means harm is refused in a sentence', areRefused(hostileXml(trap)));
void t.test('text that is more than a report is refused in a sentence', areRefused(hostileTexts));
void t.test('what is no report is told what it is', areRefused(foreignFiles));

void t.test('a spreadsheet is refused wherever it is cut off', async (t) => {
  const whole = await xlsxOf(reportParts, 'native');
  const places = Array.from({ length: 24 }, (_, at) => Math.floor((whole.length * (at + 1)) / 25));
  for (const place of places) t.match((await outcomeOf(whole.subarray(0, place))).sentence, says.damaged);
});

void t.test('a page that is full of traps is a table like another', async (t) => {
  const page = tableOf(
    `<script>document.write('<tr><td>written</td></tr>'); fetch('${trap}')</script>` +
      `<base href="${trap}"><meta http-equiv="refresh" content="0; url=${trap}">` +
      `<link rel="stylesheet" href="${trap}"><style>@import url(${trap}); td { content: "styled" }</style>` +
      `<tr onclick="steal()"><td>Time<img src="${trap}" onerror="steal()"></td>` +
      `<td background="${trap}">Symbol<iframe src="${trap}">framed</iframe></td>` +
      `<td>Profit<object data="${trap}">object</object><script>scripted</script></td></tr>` +
      `<tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td>EUR&nbsp;USD</td><td>=HYPERLINK("${trap}")</td></tr>`,
  );
  const { sentence, shown } = await outcomeOf(page);
  t.match(sentence, says.unknown);
  t.same(shown, [
    ['Time', 'Symbol', 'Profit'],
    ['<script>alert(1)</script>', 'EUR USD', `=HYPERLINK("${trap}")`],
  ]);
  t.equal(hits, 0, 'nothing was fetched');
});

void t.test('a formula is never reckoned: its last result is what is read', async (t) => {
  const formulas = [
    { formula: `WEBSERVICE("${trap}")`, result: 'fetched before' },
    { formula: "cmd|' /C calc'!A0", result: 7 },
    { formula: 'SUM(A1:A9)', result: 0.1 + 0.2 },
  ];
  const rows = [{ cells: ['Time', 'Symbol', 'Profit'] }, { cells: formulas }];
  const { shown } = await outcomeOf(await xlsxFile([{ rows }], { kind: 'native' }));
  t.same(shown, [
    ['Time', 'Symbol', 'Profit'],
    ['fetched before', '7', '0.3'],
  ]);
  t.equal(hits, 0, 'nothing was fetched');
});

void t.test('after all of that a report is read as ever', async (t) => {
  const { sentence, shown } = await outcomeOf(utf16(htmlReport('Report', [['Time', 'Symbol', 'Profit']])));
  t.match(sentence, says.unknown);
  t.same(shown, [['Time', 'Symbol', 'Profit']]);
});
