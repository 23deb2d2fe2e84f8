import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { fileVersion } from './file-version.js';
import { inPrefix, metaTrader } from './installed.js';
import { listenersIn, listenersOn } from './listening.js';
import { prefixHealth } from './prefix-health.js';
import { writeStamps } from './stamps.js';
import { isSuitable } from './wine-version.js';

const folderOf = (t: Test): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rawjournal-facts-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
};

void t.test('Wine is suitable on two islands of versions', async (t) => {
  for (const version of [
    'wine-10.0',
    'wine-10.2 (Debian 10.2~repack-1)',
    'wine-11.13 (Staging)',
    'wine-12.0',
  ])
    t.ok(isSuitable(version), version);
  for (const version of [
    'wine-8.0 (Debian 8.0~repack-4)',
    'wine-9.22',
    'wine-10.3',
    'wine-11.12',
    'wine',
    '',
  ])
    t.notOk(isSuitable(version), version);
});

void t.test('a listener is found on every kind of address, and a mere connection is none', async (t) => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue',
    '   0: 0100007F:574A 00000000:0000 0A 00000000:00000000',
    '   1: 0A0200C0:574A 00000000:0000 0A 00000000:00000000',
    '   2: 0100007F:574A 0100007F:9999 01 00000000:00000000',
    '   3: 00000000:07E8 00000000:0000 0A 00000000:00000000',
    '   4: 00000000000000000000000001000000:574A 00000000000000000000000000000000:0000 0A 00000000:00000000',
  ].join('\n');
  t.same(listenersIn(table, 22_346), ['127.0.0.1', '192.0.2.10', '[0:0:0:0:0:0:0:1]']);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.same(listenersOn(port), ['127.0.0.1']);
  await new Promise((resolve) => server.close(resolve));
  t.same(listenersOn(port), []);
});

/** The head of what Windows programs carry as their version: 5.0.0.6231. */
const versionInfo = Buffer.from('bd04effe000001000000050057180000', 'hex');

function program(path: string, before: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([Buffer.alloc(before, 0xbd), versionInfo, Buffer.alloc(100)]));
}

void t.test('the build of a terminal is read from its file, wherever in it that stands', async (t) => {
  const prefix = folderOf(t);
  const path = inPrefix(prefix, metaTrader);
  for (const before of [0, 1024 * 1024 - 5, 3 * 1024 * 1024 + 1]) {
    program(path, before);
    t.equal(fileVersion(prefix, path), '5.0.0.6231', `after ${before} bytes`);
  }
  writeFileSync(path, 'no program');
  t.equal(fileVersion(prefix, path), null);
});

void t.test('nothing outside of a prefix is read, and nothing waits at a pipe', async (t) => {
  const folder = folderOf(t);
  const prefix = join(folder, 'prefix');
  program(join(folder, 'elsewhere', 'terminal64.exe'), 0);
  mkdirSync(join(prefix, 'drive_c'), { recursive: true });
  symlinkSync(join(folder, 'elsewhere'), join(prefix, 'drive_c', 'link'));
  symlinkSync(join(folder, 'elsewhere', 'terminal64.exe'), join(prefix, 'terminal64.exe'));
  execFileSync('mkfifo', [join(prefix, 'fifo')]);
  t.equal(fileVersion(folder, join(folder, 'elsewhere', 'terminal64.exe')), '5.0.0.6231');
  for (const path of ['drive_c/link/terminal64.exe', 'terminal64.exe', 'fifo', 'drive_c', 'nothing'])
    t.equal(fileVersion(prefix, join(prefix, path)), null, path);
});

void t.test('a prefix tells what it lacks, what was done to it, and which versions lie in it', async (t) => {
  const prefix = join(folderOf(t), 'prefix');
  t.match(prefixHealth(prefix, null), { isThere: false, terminal: null, package: null });
  program(inPrefix(prefix, metaTrader), 0);
  t.match(prefixHealth(prefix, null), { isThere: true, missing: ['C:\\Python\\python.exe'] });
  program(inPrefix(prefix, 'C:\\Python\\python.exe'), 0);
  mkdirSync(inPrefix(prefix, 'C:\\Python\\Lib\\site-packages\\MetaTrader5-5.0.5735.dist-info'), {
    recursive: true,
  });
  const done = { prefix: '1', python: 'a b c', metatrader: '1', 'warm-up': '1', settings: '1' };
  writeStamps(prefix, done);
  const whole = { missing: [], terminal: '5.0.0.6231', package: '5.0.5735', undone: [], outdated: [] };
  t.match(prefixHealth(prefix, done), { isThere: true, ...whole });
  t.same(prefixHealth(prefix, { ...done, python: 'd' }).outdated, ['python']);
  writeStamps(prefix, { prefix: '1' });
  t.same(prefixHealth(prefix, done).undone, ['python', 'metatrader', 'warm-up', 'settings']);
});
