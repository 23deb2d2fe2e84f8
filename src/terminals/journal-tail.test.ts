import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { inPrefix, metaTraderFolder } from './installed.js';
import { readJournal } from './journal-tail.js';

const line = (text: string): string => `AB\t0\t12:00:00.000\tNetwork\t${text}\r\n`;

function prefixOf(t: Test): { prefix: string; logs: string } {
  const prefix = mkdtempSync(join(tmpdir(), 'rawjournal-journal-'));
  t.teardown(() => rmSync(prefix, { recursive: true, force: true }));
  const logs = inPrefix(prefix, `${metaTraderFolder}\\Logs`);
  mkdirSync(logs, { recursive: true });
  return { prefix, logs };
}

const write = (path: string, text: string): void =>
  writeFileSync(path, Buffer.from(`\ufeff${text}`, 'utf16le'));

void t.test('the last lines of the newest day, scrubbed, and the build they name', async (t) => {
  const { prefix, logs } = prefixOf(t);
  write(join(logs, '20260104.log'), line('of yesterday'));
  write(
    join(logs, '20260105.LOG'),
    line('MetaTrader 5 x64 build 5833 started') + line("'5100121': authorized on Broker-Live"),
  );
  t.same(await readJournal(prefix), {
    lines: [
      '12:00:00.000 Network MetaTrader 5 x64 build 5833 started',
      "12:00:00.000 Network '…121': authorized on Broker-Live",
    ],
    build: 5833,
  });
});

void t.test('a long journal is read from its end', async (t) => {
  const { prefix, logs } = prefixOf(t);
  const path = join(logs, '20260105.log');
  write(path, line('begin').repeat(20_000));
  appendFileSync(path, Buffer.from(line('the end'), 'utf16le'));
  const { lines } = await readJournal(prefix);
  t.equal(lines.length, 40);
  t.equal(lines.at(-1), '12:00:00.000 Network the end');
});

void t.test('links, pipes and huge files in its place show nothing and harm nothing', async (t) => {
  const { prefix, logs } = prefixOf(t);
  const path = join(logs, '20260105.log');
  const secret = join(tmpdir(), `rawjournal-secret-${process.pid}`);
  write(secret, line('CANARY'));
  t.teardown(() => rmSync(secret));
  symlinkSync(secret, path);
  t.same((await readJournal(prefix)).lines, []);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  t.same((await readJournal(prefix)).lines, []);
  rmSync(path);
  writeFileSync(path, '');
  truncateSync(path, 1024 ** 3);
  t.ok((await readJournal(prefix)).lines.join('').length < 1_000);
  rmSync(logs, { recursive: true });
  mkdirSync(`${secret}.logs`);
  t.teardown(() => rmSync(`${secret}.logs`, { recursive: true }));
  write(join(`${secret}.logs`, '20260105.log'), line('CANARY'));
  symlinkSync(`${secret}.logs`, logs);
  t.same((await readJournal(prefix)).lines, []);
});

void t.test('without a journal there is none', async (t) => {
  t.same(await readJournal('/nowhere'), { lines: [], build: null });
});
