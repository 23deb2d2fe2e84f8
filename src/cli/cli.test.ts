import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { password } from '../testing/cast.js';
import { freePort } from '../testing/free-port.js';
import { cli, place, started } from '../testing/place.js';
import { processesNaming, runProgram } from '../testing/program.js';

void t.test('the command line works beside a running program, with no settings but the folder', async (t) => {
  const { env, url } = await place(t);
  await started(t, env);

  const create = ['user', 'create', '--email', 'Admin@example.org', '--password-stdin', '--admin'];
  const created = await cli(env, create, `${password}\n`);
  t.equal(created.code, 0, created.stderr);
  t.match(created.stdout, /^[\da-f]{8}-[\da-f-]{27}\n$/, 'the id and nothing else');
  const again = await cli(env, create, password);
  t.equal(again.code, 1);
  t.match(again.stderr, /has the address admin@example.org already/);
  const weak = await cli(
    env,
    ['user', 'create', '--email', 'b@example.org', '--password-stdin'],
    'password1\n',
  );
  t.equal(weak.code, 1);
  t.match(weak.stderr, /most used passwords/);
  const own = await cli(
    env,
    ['user', 'create', '--email', 'bernard@example.org', '--password-stdin'],
    'Bernard-1',
  );
  t.match(own.stderr, /your own address with little added/);

  const made = await cli(env, ['token', 'create', '--email', 'admin@example.org']);
  t.match(made.stdout, /^rj_[\w-]{43}\n$/, 'the token and nothing else');
  const headers = { authorization: `Bearer ${made.stdout.trim()}` };
  const status = await fetch(`${url}/api/v1/status`, { headers });
  t.equal(status.status, 200);
  const printed = await cli(env, ['status', '--json']);
  t.equal(printed.code, 0, printed.stdout);
  const shape = (text: unknown): string[] => Object.keys(text as object);
  t.same(shape(JSON.parse(printed.stdout)), shape(await status.json()));

  const [id = ''] = (await cli(env, ['token', 'list', '--email', 'admin@example.org'])).stdout.split('\t');
  t.equal((await cli(env, ['token', 'revoke', id, '--email', 'admin@example.org'])).code, 0);
  t.equal((await fetch(`${url}/api/v1/me`, { headers })).status, 401);
  t.equal((await cli(env, ['token', 'revoke', id, '--email', 'admin@example.org'])).code, 1);

  const link = await cli(env, ['user', 'reset-password', '--email', 'admin@example.org']);
  t.ok(link.stdout.startsWith(`${url}/reset/`), link.stdout);
  t.equal((await fetch(link.stdout.trim())).status, 200);

  t.match((await cli(env, ['migrate'])).stdout, /up to date/);
  for (const help of [
    [],
    ['user'],
    ['user', 'create'],
    ['user', 'role'],
    ['token'],
    ['token', 'create'],
    ['status'],
    ['migrate'],
  ])
    t.match((await cli(env, [...help, '--help'])).stdout, /Usage: rawjournal/);
});

void t.test(
  'where nothing runs, status says so with exit 2, and other commands with a sentence',
  async (t) => {
    const { env } = await place(t);
    const status = await cli(env, ['status']);
    t.equal(status.code, 2);
    t.match(status.stdout, /DOWN {2}web/);
    const create = await cli(
      env,
      ['user', 'create', '--email', 'a@example.org', '--password-stdin'],
      password,
    );
    t.equal(create.code, 1);
    t.match(create.stderr, /Nothing is running here/);
  },
);

void t.test(
  'the program starts, stops on SIGINT and SIGTERM and leaves no process, and starts again',
  async (t) => {
    const { env, url, stateDir } = await place(t);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const program = await started(t, env);
      t.equal((await fetch(`${url}/healthz`)).status, 200);
      t.ok(processesNaming(stateDir).length > 0, 'the database runs below the state folder');
      const { code, stdout } = await program.end(signal);
      t.equal(code, 0, stdout);
      t.same(processesNaming(stateDir), []);
      await t.rejects(fetch(`${url}/healthz`));
    }
    t.equal((await cli(env, ['status'])).code, 2, 'a stopped program is said to be down');
  },
);

void t.test('a killed program leaves nothing that keeps the next one from starting', async (t) => {
  const { env, url, stateDir } = await place(t);
  const first = await started(t, env);
  await cli(env, ['user', 'create', '--email', 'a@example.org', '--password-stdin', '--admin'], password);
  await first.end('SIGKILL');
  await started(t, env);
  t.equal((await fetch(`${url}/healthz`)).status, 200);
  t.match((await cli(env, ['user', 'list'])).stdout, /a@example.org/);
  await sleep(1_000);
  t.equal(processesNaming(`-D ${join(stateDir, 'postgres')}`).length, 1, 'one database, not two');
});

void t.test(
  'a second program in the same folder, a taken port and a bad value are refused with a sentence',
  async (t) => {
    const { env } = await place(t);
    await started(t, env);
    const second = await runProgram('main.js', [], { ...env, PORT: String(await freePort()) });
    t.equal(second.code, 1);
    t.match(second.stderr, /RawJournal cannot start\. .*already/i);
    const other = await place(t);
    const taken = await runProgram('main.js', [], { ...other.env, PORT: env['PORT'] ?? '' });
    t.equal(taken.code, 1);
    t.match(taken.stderr, /set PORT to a free port/);
    t.same(processesNaming(other.stateDir), [], 'a start that fails leaves nothing running');
    const bad = await runProgram('main.js', [], { ...other.env, LOG_LEVEL: 'loud' });
    t.equal(bad.code, 1);
    t.match(bad.stderr, /^RawJournal cannot start\. LOG_LEVEL is "loud", but it must be one of/);
  },
);

void t.test('what the state folder holds is for its owner alone', async (t) => {
  const { env, stateDir } = await place(t);
  await started(t, env);
  const credentials = join(stateDir, 'credentials');
  t.equal((await stat(credentials)).mode & 0o777, 0o700);
  for (const file of await readdir(credentials))
    t.equal((await stat(join(credentials, file))).mode & 0o077, 0, file);
  t.equal((await stat(join(stateDir, 'run'))).mode & 0o777, 0o700);
});
