import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ensureDatabase } from '../data/migrate.js';
import { ownCluster } from '../testing/cluster.js';
import { on } from '../testing/database.js';
import { cli, place, started } from '../testing/place.js';
import { stolen } from '../testing/steps.js';

t.setTimeout(600_000);

const canary = 'canary-investor-2342';
const account = ['--server', 'Example-Demo', '--login', '5100777'];

/** An installation with real brokers on a database that is there without it; no terminal can start. */
async function setting(t: Test) {
  const { env, stateDir } = await place(t);
  const { login } = await ownCluster(t);
  const database = on(login, 'rawjournal');
  await ensureDatabase(database, login.address.database);
  const { host, port } = login.address;
  const url = `postgres://${login.user}@localhost:${port}/rawjournal?host=${encodeURIComponent(host)}`;
  const wine = { TERMINALS: 'wine', TERMINAL_CONTAINMENT: 'none', LOG_LEVEL: 'debug', DATABASE_URL: url };
  const settings = { ...env, ...wine };
  const run = (verb: string, args: string[] = [], input?: string) =>
    cli(settings, ['market-account', verb, ...args], input);
  const set = (args = account, input = canary) => run('set', [...args, '--password-stdin'], `${input}\n`);
  return { ...{ stateDir, settings, run, set }, database: { login: database } };
}

const pricesIn = (status: string): string => /^.*\bprices +\S.*\n.*$/m.exec(status)?.[0] ?? '';

/** Everything that lies in a folder, as text. */
async function contentOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
  return texts.join('\n');
}

void t.test('beside a running program an account is set, shown and cleared', async (t) => {
  const { settings, stateDir, run, set, database } = await setting(t);
  const program = await started(t, settings);
  t.match(await run('show'), {
    code: 0,
    stdout: /^No account for prices is set\.\n.*charts say so.*\n.*set --server/,
  });
  const done = await set();
  t.match(done, {
    code: 0,
    stdout: /^…777 at Example-Demo is set for prices; rawjournal status shows/,
    stderr: '',
  });
  const shown = await run('show');
  t.match(shown, {
    code: 0,
    stdout: /^…777 at Example-Demo, set since \d{4}-\d\d-\d\dT[^\n]+\nThe broker has not been/,
  });
  const status = await cli(settings, ['status']);
  t.match(pricesIn(status.stdout), /^ok {4}prices {7}…777 at Example-Demo, set for/, 'the program knows it');

  t.match(await set(['--server', 'Other-Demo', '--login', '5100888']), { code: 0 });
  t.match((await run('show')).stdout, '…888 at Other-Demo');
  const rows = await stolen(database);
  t.match(rows, 'Other-Demo,5100888');
  const files = await contentOf(stateDir);
  for (const text of [done.stdout, shown.stdout, status.stdout, program.said(), rows, files])
    t.notOk(text.includes(canary));
  t.notOk(rows.includes(Buffer.from(canary).toString('hex')));

  t.match(await run('clear'), { code: 0, stdout: 'is cleared, and its password deleted' });
  t.match(await run('clear'), { code: 0, stdout: 'No account for prices was set.' });
  t.match(
    pricesIn((await cli(settings, ['status'])).stdout),
    /^note {2}prices .*no account.*\n.*rawjournal market-account set/,
  );
  await program.end('SIGTERM');
});

void t.test('where nothing runs the next start takes it', async (t) => {
  const { settings, run, set } = await setting(t);
  const first = await started(t, settings);
  await first.end('SIGTERM');
  t.match(await set(), { code: 0, stdout: /is set for prices; the next start takes it\.\n$/ });
  t.match((await run('show')).stdout, /^…777 at Example-Demo, set since/);
  const second = await started(t, settings);
  t.match(pricesIn((await cli(settings, ['status'])).stdout), '…777 at Example-Demo, set for');
  await second.end('SIGTERM');
  t.match((await run('clear')).stdout, 'is cleared');
});

void t.test(
  'what cannot be used is refused with a sentence, and a password in argv is no option',
  async (t) => {
    const { settings, run, set } = await setting(t);
    const program = await started(t, settings);
    t.match(await set(['--server', '', '--login', '5']), {
      code: 1,
      stderr: '--server: Please fill this in.',
    });
    t.match(await set(['--server', 'X', '--login', 'me']), {
      code: 1,
      stderr: '--login: A login has digits only',
    });
    t.match(await set(account, ''), {
      code: 1,
      stderr: 'The password on standard input: Please fill this in.',
    });
    const tooLong = await set(account, canary.repeat(20));
    t.match(tooLong, { code: 1, stderr: 'No password here is that long.' });
    t.notMatch(tooLong.stderr, canary);
    t.match(await run('set', account, canary), { code: 1, stderr: "'--password-stdin' not specified" });
    t.match(await run('set', [...account, '--password-stdin', '--password', 'x']), {
      code: 1,
      stderr: 'unknown option',
    });
    t.match((await run('show')).stdout, 'No account for prices is set.');
    await program.end('SIGTERM');
  },
);

void t.test('simulated prices need no account, and without terminals there are none', async (t) => {
  const { env } = await place(t);
  const set = ['market-account', 'set', ...account, '--password-stdin'];
  const simulated = { ...env, TERMINALS: 'simulator' };
  const program = await started(t, simulated);
  const refused = { code: 1, stderr: 'The brokers here are simulated: their prices need no account.' };
  t.match(await cli(simulated, set, canary), refused);
  t.match(await cli(simulated, ['market-account', 'show']), refused);
  await program.end('SIGTERM');
  const none = await started(t, env);
  t.match(await cli(env, set, canary), { code: 1, stderr: 'This installation runs without terminals.' });
  await none.end('SIGTERM');
  t.match(await cli(env, set, canary), { code: 1, stderr: 'Nothing is running here.' });
});
