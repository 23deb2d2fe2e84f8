import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { needs } from '../testing/needs.js';
import { openedFile } from '../testing/open-file.js';
import type { ReportPart } from '../reports/reading.js';
import type { ChildWall } from './child-wall.js';
import { readerCommand } from './report-wall.js';
import type { Mischief } from '../testing/false-reader.js';
import { createReportReader } from './workers.js';
import { findChildWall, type ChildLimits } from './workers-child.js';

const secretFolder = mkdtempSync(join(tmpdir(), 'rawjournal-secret-'));
t.teardown(() => rmSync(secretFolder, { recursive: true, force: true }));
const inDist = (script: string): string => fileURLToPath(new URL(`../testing/${script}`, import.meta.url));
const onPart = (): void => undefined;
const options = {};
const table = 'When,What,How much\n1,EURUSD,3\n';

void t.test('a wall stands around the reader', needs('bwrap'), async (t) => {
  t.ok(findChildWall(secretFolder));
  t.equal(findChildWall('/usr/share'), null, 'none where programs could not be shown without the secrets');
});

void t.test('a table is read behind the wall and without one', async (t) => {
  for (const wall of [findChildWall(secretFolder), null]) {
    const reader = createReportReader({ wall, secretFolder });
    await t.rejects(reader.read({ fd: openedFile(t, table), options, onPart }), {
      code: 'report_unrecognised',
      status: 422,
      question: {
        head: [{ number: 1 }, { number: 2, cells: [{ text: '1' }, { text: 'EURUSD' }, { text: '3' }] }],
      },
    });
  }
});

/** What a script in the place of the reader could do. */
function done(wall: ChildWall | null, port: number): Record<string, boolean> {
  const secret = join(secretFolder, 'key');
  writeFileSync(secret, 'secret');
  const { program, args } = readerCommand(
    { wall, secretFolder, script: inDist('confined.js') },
    JSON.stringify({ secret, port }),
  );
  const { stdout, stderr } = spawnSync(program, args, { env: {}, encoding: 'utf8', cwd: '/' });
  return stdout === '' ? { [stderr]: true } : (JSON.parse(stdout) as Record<string, boolean>);
}

void t.test('the reader can neither read, nor write, nor start anything', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const wall = findChildWall(secretFolder);
  const nothing = {
    ...{ readsPasswords: false, readsSecret: false, lists: false, writes: false, starts: false },
    ...{ threads: false, evaluates: false, hasEnvironment: false },
  };
  t.match(done(null, port), nothing);
  if (wall !== null) t.match(done(wall, port), { ...nothing, connects: !wall.isOffline });
});

void t.test('one report at a time', async (t) => {
  const reader = createReportReader({ wall: null, secretFolder });
  const all = [1, 2, 3].map(() => reader.read({ fd: openedFile(t, table), options, onPart }));
  t.equal(reader.count(), 3);
  t.same(
    (await Promise.allSettled(all)).map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  t.equal(reader.count(), 0);
});

void t.test('a reader that takes too long, too much, or is no longer wanted is ended', async (t) => {
  const fd = openedFile(t, `${'['.repeat(3)}${'1,\n'.repeat(1_900_000)}`);
  const limited = (timeMs: number, bytes: number) =>
    createReportReader({ wall: null, secretFolder }, { timeMs, bytes });
  await t.rejects(limited(1, 1e9).read({ fd, options, onPart }), { code: 'report_too_slow' });
  await t.rejects(limited(60_000, 1).read({ fd, options, onPart }), { code: 'report_too_large' });
  const signal = AbortSignal.abort();
  await t.rejects(limited(60_000, 1e9).read({ fd, options, onPart, signal }), { code: 'report_cancelled' });
});

/** A reader that does what it is told in place of reading. */
const falseReader = (does: Mischief, limits?: ChildLimits) => {
  const surroundings = { wall: null, secretFolder, script: inDist('false-reader.js') };
  const reader = createReportReader(surroundings, limits);
  return (
    fd: number,
    take: (part: ReportPart) => Promise<void> | void,
    signal = new AbortController().signal,
  ) => reader.read({ fd, options: { mapping: { does } }, onPart: take, signal });
};

void t.test('the parts of a report come in their order, one after the other', async (t) => {
  const [parts, told]: [string[], number[]] = [[], []];
  const surroundings = { wall: null, secretFolder, script: inDist('false-reader.js') };
  let [now, most] = [0, 0];
  await createReportReader(surroundings, { timeMs: 1_000, bytes: 1e9 }).read({
    fd: openedFile(t, table),
    options: { mapping: { does: 'report' } },
    onPart: async (part) => {
      now += 1;
      most = Math.max(most, now);
      parts.push(`${part.kind} ${part.kind === 'head' ? part.head.format : part.rows.length}`);
      // Longer in all than the reader has: the time in which it waits is not its own.
      await sleep(400);
      now -= 1;
    },
    onProgress: (bytesRead) => told.push(bytesRead),
  });
  t.same(parts, ['head mt5-history', 'deals 500', 'deals 500', 'problems 1']);
  t.same([most, told], [1, [7]]);
});

void t.test('a reader that speaks nonsense is not believed', async (t) => {
  const fd = openedFile(t, table);
  const nonsense: Mischief[] = [
    'garbage',
    'wrong-shape',
    'wide-type',
    'wide-ticket',
    'long-line',
    'two-heads',
    'leave',
    'crash',
  ];
  for (const does of nonsense)
    await t.rejects(falseReader(does)(fd, onPart), { code: 'report_unreadable', status: 422 }, does);
});

void t.test('a reader that hangs or grows is ended, whatever it holds', async (t) => {
  const fd = openedFile(t, table);
  await t.rejects(falseReader('hang', { timeMs: 500, bytes: 1e9 })(fd, onPart), { code: 'report_too_slow' });
  await t.rejects(falseReader('grow')(fd, onPart), { code: 'report_too_large' });
  await t.rejects(falseReader('grow-heap')(fd, onPart), { code: 'report_too_large' });
});

void t.test('a reader that talks without end waits until it is listened to', async (t) => {
  const before = process.memoryUsage.rss();
  const stop = new AbortController();
  let parts = 0;
  const slowly = async (): Promise<void> => {
    parts += 1;
    await sleep(50);
    if (parts === 10) stop.abort();
  };
  await t.rejects(falseReader('flood')(openedFile(t, table), slowly, stop.signal), {
    code: 'report_cancelled',
  });
  t.ok(process.memoryUsage.rss() - before < 50 * 1024 * 1024);
});

void t.test('what the taker throws comes through, and the next report is read', async (t) => {
  const fd = openedFile(t, table);
  const read = falseReader('report');
  await t.rejects(
    read(fd, () => {
      throw new Error('The database is away.');
    }),
    /The database is away/,
  );
  await t.resolves(read(fd, onPart));
});
