import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { reportShape } from '../doctor/archive.js';
import type { Report, Row } from '../doctor/row.js';
import { password } from '../testing/cast.js';
import { cli, place, started } from '../testing/place.js';

t.setTimeout(600_000);

const reportIn = (text: string): Report => reportShape.strict().parse(JSON.parse(text));
const rowsNamed = (report: Report, name: string): Row[] => report.rows.filter((row) => row.name === name);
const resultOf = (report: Report, id: string): string[] =>
  report.rows.filter((row) => row.id === id).map(({ result }) => result);

/** Somebody's accounts, connected as a program would. */
async function connected(env: Record<string, string>, url: string): Promise<string[]> {
  const email = 'owner@example.org';
  await cli(env, ['user', 'create', '--email', email, '--password-stdin', '--admin'], password);
  const token = (await cli(env, ['token', 'create', '--email', email])).stdout.trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ids: string[] = [];
  for (const [server, login] of [
    ['Simulated-NewYork', '5100901'],
    ['Simulated-NewYork', '5100902'],
    ['Simulated-Athens', '5200903'],
  ] as const) {
    const account = { label: login, category: 'Demo', server, login, investorPassword: `inv-${login}` };
    const made = await fetch(`${url}/api/v1/accounts`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ type: 'live', ...account }) },
    });
    t.equal(made.status, 201);
    ids.push(((await made.json()) as { id: string }).id);
  }
  return ids;
}

void t.test('beside a running program its terminals are examined with accounts of its own', async (t) => {
  const { env: nobody, url, stateDir } = await place(t);
  const env = { ...nobody, TERMINALS: 'simulator' };
  await started(t, env);
  t.match(await cli(env, ['doctor', '--last']), { code: 1, stderr: 'There is no report yet.' });
  const ids = await connected(env, url);
  t.equal((await cli(env, ['sync', '--all', '--wait'])).code, 0);

  const run = await cli(env, ['doctor', '--json', '--accounts', ids.join(',')]);
  t.equal(run.code, 0, run.stderr + run.stdout);
  const report = reportIn(run.stdout);
  t.match(rowsNamed(report, 'Wine'), [{ result: 'not run', says: 'terminals are simulated' }]);
  t.match(rowsNamed(report, 'market account'), [{ result: 'pass' }]);
  for (const [id, results] of [
    ['D1', ['pass']],
    ['D2', ['pass']],
    ['D3', ['pass']],
    ['D5', ['pass', 'pass']],
    ['D6', ['pass', 'pass']],
    ['D11', ['not run']],
    ['D7', ['not run']],
  ] as const)
    t.same(resultOf(report, id), results, id);
  for (const { says } of report.rows.filter(({ id }) => id === 'D5'))
    t.match(says, /^median [\d.]+ s of 5 \(/);
  for (const { says } of report.rows.filter(({ id }) => id === 'D6'))
    t.match(says, /P1 and P2 hold at [\d.-]+ USD$/);
  const clocks = report.rows.filter(({ id }) => id === 'D9');
  t.equal(clocks.length, 2);
  for (const { result } of clocks)
    t.not(result, 'fail', 'on a day when the market is closed nothing may move');

  const [name = '', ...others] = await readdir(join(stateDir, 'doctor'));
  t.same(others, []);
  const file = join(stateDir, 'doctor', name);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  const kept = await readFile(file, 'utf8');
  t.same(reportIn(kept), report);
  for (const text of [kept, run.stdout, run.stderr])
    t.notMatch(text, /inv-|51009|5200903/, 'no password, no login');
  const again = await cli(env, ['doctor', '--last']);
  t.equal(again.code, 0);
  t.match(again.stdout, `· doctor · ${report.at}\n`);
});

void t.test('where nothing runs the machine is looked at, and the rest says so', async (t) => {
  const { env, stateDir } = await place(t);
  const trial = await cli(env, ['doctor', '--json']);
  t.equal(trial.code, 0, trial.stderr);
  const rest = reportIn(trial.stdout);
  t.match(rowsNamed(rest, 'terminals'), [{ result: 'not run', says: 'RawJournal does not run here' }]);
  t.match(rowsNamed(rest, 'Wine'), [{ result: 'not run', says: 'terminals are off' }]);
  t.match(rowsNamed(rest, 'memory and swap'), [{ says: /free for use/ }]);
  t.same(resultOf(rest, 'D3'), ['not run']);

  await mkdir(join(stateDir, 'wine'), { recursive: true });
  const wine = await cli({ ...env, TERMINALS: 'wine', WINE: '/nonexistent/wine' }, ['doctor', '--json']);
  t.equal(wine.code, 1, 'something is missing');
  const report = reportIn(wine.stdout);
  t.match(rowsNamed(report, 'Wine'), [{ result: 'fail', says: 'not installed', todo: /provision/ }]);
  t.match(rowsNamed(report, 'template'), [{ result: 'fail', says: 'there is none' }]);
  t.match(rowsNamed(report, 'prefix 4'), [{ result: 'not run' }]);
  t.same(resultOf(report, 'D11'), ['not run']);
  t.equal((await readdir(join(stateDir, 'doctor'))).length, 2);
});

void t.test('--quick borrows nothing, and accounts are named by ids', async (t) => {
  const { env: nobody } = await place(t);
  const env = { ...nobody, TERMINALS: 'simulator' };
  await started(t, env);
  const quick = await cli(env, ['doctor', '--quick']);
  t.equal(quick.code, 0, quick.stdout);
  t.match(quick.stdout, /^not run {2}D1 {3}terminal answers +--quick$/m);
  t.match(quick.stdout, /^pass {5}D2 {3}enumerations +as expected in \d terminals?$/m);
  const wrong = await cli(env, ['doctor', '--accounts', randomBytes(4).toString('hex')]);
  t.match(wrong, { code: 1, stderr: /named by their ids/ });
});
