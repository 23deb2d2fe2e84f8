import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import t, { type Test } from 'tap';
import { programPath } from '../testing/needs.js';
import { findBinaries } from './postgres-binaries.js';
import { chooseRunner } from './postgres-runner.js';
import { plainEnvironment } from '../testing/program.js';
import { startPostgres, type EmbeddedPostgres } from './postgres.js';

const isRoot = process.geteuid?.() === 0;
const onlyAsRoot = { skip: isRoot ? false : 'only root can start it as somebody else' };
const stranger = 65534;

type Options = Parameters<typeof startPostgres>[0];
type Place = Options & { state: string; lines: string[]; connection: pg.ClientConfig };

/** A state folder of its own; whatever still runs in it at the end of the test is ended. */
async function place(test: Test, owner = 0): Promise<Place> {
  const state = await realpath(await mkdtemp(join(tmpdir(), 'rawjournal-pg-')));
  await chmod(state, 0o755);
  if (isRoot) await chown(state, owner, owner);
  const [dataDir, socketDir] = [join(state, 'postgres'), join(state, 'run')];
  test.teardown(async () => {
    for (const pid of serversIn(dataDir)) process.kill(pid, 'SIGKILL');
    while (serversIn(dataDir).length > 0) await sleep(20);
    await rm(state, { recursive: true, force: true, maxRetries: 20 });
  });
  const lines: string[] = [];
  const connection = { host: socketDir, port: 5432, user: 'postgres', database: 'postgres' };
  return { state, dataDir, socketDir, connection, lines, log: (line) => void lines.push(line) };
}

/** All server processes of a data folder, read from /proc independently of the code under test. */
const serversIn = (dataDir: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && standsIn(pid) === dataDir);

function standsIn(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

async function query(connection: pg.ClientConfig, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(sql)).rows.map((row) => row.value);
  } finally {
    await client.end();
  }
}

const answers = async (server: EmbeddedPostgres): Promise<boolean> =>
  (await query(server.connection, 'SELECT 1 AS value'))[0] === 1;

const leaveMark = 'CREATE TABLE mark AS SELECT 42 AS value';
const readMark = 'SELECT value FROM mark';

/** A process that starts the database and says so, or says why not; it stops it when its input ends. */
const program = `
  const { startPostgres } = await import(process.argv[1]);
  try {
    const server = await startPostgres({ dataDir: process.argv[2], socketDir: process.argv[3], log() {} });
    console.log('up');
    process.stdin.on('end', () => void server.stop()).resume();
  } catch (error) {
    console.log(error.code + ': ' + error.message);
  }`;

const ours = new URL('./postgres.js', import.meta.url).href;

function startElsewhere({ dataDir, socketDir }: Place, uid?: number, wrapper: string[] = []): ChildProcess {
  // The test runner writes itself into the environment of whatever is spawned; a stranger cannot write its notes.
  const node = ['env', '-u', 'NODE_OPTIONS', process.execPath, '--input-type=module', '-e', program];
  const [command, ...args] = [...wrapper, ...node, ours, dataDir, socketDir];
  const account = { env: plainEnvironment(), ...(uid === undefined ? {} : { uid, gid: uid }) };
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', ...account });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  return 'it ended without a word';
}

/** How it ended: 0 when all went well, else an exit code or the signal that killed it. */
async function stopElsewhere(child: ChildProcess): Promise<number | string | null> {
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

await t.test('the second start finds what the first one wrote, and stopping leaves no process', async (t) => {
  const here = await place(t);
  const started = performance.now();
  const first = await startPostgres(here);
  t.comment(`first start ${Math.round(performance.now() - started)} ms`);
  await query(first.connection, leaveMark);
  t.equal(statSync(here.socketDir).mode & 0o777, 0o700, 'nobody else reaches the socket');
  const ways = "SELECT current_setting('TimeZone') || ' ' || datcollate AS value FROM pg_database";
  t.equal((await query(first.connection, ways))[0], 'UTC C.UTF-8');
  const idle = new pg.Client(first.connection);
  idle.on('error', () => undefined);
  await idle.connect();
  await Promise.all([first.stop(), first.stop()]);
  t.strictSame(serversIn(here.dataDir), [], 'even with a client still connected');
  t.equal(first.pid(), null);
  t.strictSame(await readdir(here.socketDir), [], 'nor a socket');
  const again = performance.now();
  const second = await startPostgres(here);
  t.comment(`second start ${Math.round(performance.now() - again)} ms`);
  t.strictSame(await query(second.connection, readMark), [42]);
  await second.stop();
});

await t.test('a killed server comes back with every committed row, as often as it is killed', async (t) => {
  const here = await place(t);
  const server = await startPostgres(here);
  await query(server.connection, leaveMark);
  for (const round of [1, 2, 3]) {
    const pid = server.pid();
    if (pid === null) throw new Error('the server is not up');
    process.kill(pid, 'SIGKILL');
    while ((await query(server.connection, readMark).catch(() => [])).length === 0) await sleep(50);
    t.not(server.pid(), pid, `round ${round}`);
  }
  t.ok(here.lines.some((line) => line.includes('ended unexpectedly (SIGKILL)')));
  await server.stop();
  t.strictSame(serversIn(here.dataDir), []);
});

await t.test('stopping while the server is down does not bring it back', async (t) => {
  const here = await place(t);
  const server = await startPostgres(here);
  for (const pid of serversIn(here.dataDir)) process.kill(pid, 'SIGKILL');
  while (server.pid() !== null) await sleep(5);
  await server.stop();
  await sleep(500);
  t.strictSame(serversIn(here.dataDir), []);
});

await t.test('a half-made data folder is put aside and the database made anew', async (t) => {
  const here = await place(t);
  await mkdir(join(here.dataDir, 'base'), { recursive: true });
  await writeFile(join(here.dataDir, 'PG_VERSION'), '18\n');
  const server = await startPostgres(here);
  t.ok(await answers(server));
  const beside = await readdir(here.state);
  t.ok(
    beside.some((name) => name.startsWith('postgres.incomplete-')),
    'nothing is thrown away',
  );
  await server.stop();
});

await t.test('a kill in the middle of making the database leaves no half of it', async (t) => {
  const here = await place(t);
  const child = startElsewhere(here);
  while (!(await readdir(here.state)).some((name) => name.startsWith('postgres.unfinished-'))) await sleep(5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.notOk(existsSync(here.dataDir));
  const server = await startPostgres(here);
  t.ok(await answers(server));
  t.strictSame((await readdir(here.state)).sort(), ['postgres', 'run']);
  await server.stop();
});

await t.test('a second start is refused while the first lives, in this process and in another', async (t) => {
  const here = await place(t);
  const server = await startPostgres(here);
  await t.rejects(startPostgres(here), { code: 'already_running', message: /already running here/ });
  const child = startElsewhere({ ...here, socketDir: `${here.socketDir}2` });
  t.match(await firstLine(child), /^already_running: RawJournal is already running here/);
  await stopElsewhere(child);
  t.ok(await answers(server), 'the first one does not notice');
  await server.stop();
});

await t.test('after a killed parent the next start works and finds the rows', async (t) => {
  const here = await place(t);
  const child = startElsewhere(here);
  t.equal(await firstLine(child), 'up');
  await query(here.connection, leaveMark);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const server = await startPostgres(here);
  t.strictSame(await query(server.connection, readMark), [42]);
  await server.stop();
});

await t.test('a server that outlived its parent is shut down before a new one starts', async (t) => {
  const here = await place(t);
  await (await startPostgres(here)).stop();
  const { postgres } = await findBinaries();
  const runner = await chooseRunner({ data: here.dataDir, socket: here.socketDir }, postgres);
  const options = ['-D', here.dataDir, '-h', '', '-k', here.socketDir];
  const [command, ...args] = [...runner.prefix, postgres, ...options] as [string, ...string[]];
  const orphan = spawn(command, args, { stdio: 'ignore', ...runner.account });
  while ((await query(here.connection, leaveMark).catch(() => null)) === null) await sleep(50);
  const server = await startPostgres(here);
  t.equal(orphan.exitCode, 0, 'by a fast shutdown, not by force');
  t.ok(here.lines.some((line) => line.includes(`(${orphan.pid ?? 0}) is sent SIGINT`)));
  t.strictSame(await query(server.connection, readMark), [42]);
  await server.stop();
});

await t.test(
  'a lock file with the number of another program, or an empty one, does not hinder',
  async (t) => {
    const here = await place(t);
    await (await startPostgres(here)).stop();
    for (const content of [`${process.pid}\n${here.dataDir}\n1\n5432\n${here.socketDir}\n\n\nready\n`, '']) {
      await writeFile(join(here.dataDir, 'postmaster.pid'), content);
      await writeFile(join(here.socketDir, '.s.PGSQL.5432.lock'), content);
      const server = await startPostgres(here);
      t.ok(await answers(server));
      await server.stop();
    }
  },
);

await t.test('a database that cannot start says why, and can be tried again', async (t) => {
  const here = await place(t);
  await (await startPostgres(here)).stop();
  await writeFile(join(here.dataDir, 'PG_VERSION'), '9\n');
  await t.rejects(startPostgres(here), { code: 'database_not_started', message: /incompatible/ });
  await writeFile(join(here.dataDir, 'PG_VERSION'), '18\n');
  await (await startPostgres(here)).stop();
});

await t.test('a state folder whose path is too long for a socket is refused by name', async (t) => {
  const here = await place(t);
  const oneByteTooLong = 107 + 1 - '/.s.PGSQL.5432'.length;
  const socketDir = `${here.socketDir}/`.padEnd(oneByteTooLong, 'x');
  const refusal = { code: 'socket_path_too_long', message: /Set STATE_DIR to a folder with a shorter path/ };
  await t.rejects(startPostgres({ ...here, socketDir }), refusal);
  const server = await startPostgres({ ...here, socketDir: socketDir.slice(0, -1) });
  t.ok(await answers(server), 'and the longest possible one works');
  await server.stop();
});

await t.test('a plain user starts it too, and root carries on as that user', onlyAsRoot, async (t) => {
  const here = await place(t, stranger);
  const child = startElsewhere(here, stranger);
  t.equal(await firstLine(child), 'up');
  await query(here.connection, leaveMark);
  t.equal(await stopElsewhere(child), 0);
  t.equal(statSync(here.dataDir).uid, stranger);
  const server = await startPostgres(here);
  t.strictSame(await query(server.connection, readMark), [42]);
  t.equal(statSync(`/proc/${server.pid() ?? 0}`).uid, stranger);
  await server.stop();
  const back = startElsewhere(here, stranger);
  t.equal(await firstLine(back), 'up', 'and the plain user can go on');
  await stopElsewhere(back);
  t.strictSame(serversIn(here.dataDir), []);
});

await t.test("a plain user is told that the data is root's", onlyAsRoot, async (t) => {
  const here = await place(t);
  await (await startPostgres(here)).stop();
  const child = startElsewhere(here, stranger);
  t.match(await firstLine(child), /^database_of_another_user: .*Start as that user/);
  await stopElsewhere(child);
});

await t.test('where user namespaces are forbidden root starts it as nobody', onlyAsRoot, async (t) => {
  const unshare = programPath('unshare') ?? 'unshare';
  const script = 'mount --bind /dev/null "$0" && exec "$@"';
  const hidden = ['unshare', '--mount', 'sh', '-c', script, unshare];
  if (spawnSync('unshare', [...hidden.slice(1), 'true']).status !== 0) {
    t.pass('unshare cannot be hidden here');
    return;
  }
  const here = await place(t);
  await (await startPostgres(here)).stop();
  for (const made of ['by root before', 'by nobody']) {
    const child = startElsewhere(here, undefined, hidden);
    t.equal(await firstLine(child), 'up', `with a database made ${made}`);
    t.not(statSync(here.dataDir).uid, 0);
    t.equal(await stopElsewhere(child), 0);
    await rm(here.dataDir, { recursive: true });
  }
  await chmod(here.state, 0o700);
  const child = startElsewhere(here, undefined, hidden);
  t.match(await firstLine(child), /^database_out_of_reach: .*chmod o\+x/);
  await stopElsewhere(child);
});
