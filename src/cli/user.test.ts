import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { password } from '../testing/cast.js';
import { cli, place, started } from '../testing/place.js';

void t.test('rights are given and taken, and the last administrator stays one', async (t) => {
  const { env } = await place(t);
  await started(t, env);
  const create = ['user', 'create', '--password-stdin', '--email'];
  await cli(env, [...create, 'admin@example.org', '--admin'], password);
  const user = (verb: string, email: string, ...more: string[]) =>
    cli(env, ['user', verb, '--email', email, ...more]);
  for (const refused of [
    await user('disable', 'admin@example.org'),
    await user('role', 'admin@example.org', '--role', 'user'),
  ]) {
    t.equal(refused.code, 1);
    t.match(refused.stderr, /admin@example\.org is the last administrator/);
  }
  t.match((await cli(env, ['user', 'list'])).stdout, /admin@example.org\tadmin\tactive/);
  await cli(env, [...create, 'second@example.org'], password);
  t.match((await user('role', 'Second@example.org', '--role', 'admin')).stdout, /is an administrator now/);
  t.equal((await user('role', 'second@example.org', '--role', 'owner')).code, 1, 'there is no such role');
  t.equal((await user('role', 'nobody@example.org', '--role', 'admin')).code, 1);
  t.equal((await user('disable', 'admin@example.org')).code, 0);
  t.match((await cli(env, ['user', 'list'])).stdout, /admin@example.org\tadmin\tdisabled/);
  t.equal((await user('role', 'second@example.org', '--role', 'user')).code, 1, 'the last who is let in');
  t.equal((await user('enable', 'admin@example.org')).code, 0);
  t.match((await user('role', 'second@example.org', '--role', 'user')).stdout, /is a user now/);
  t.equal((await user('disable', 'nobody@example.org')).code, 1);
});

void t.test(
  'a start that others can reach prints the set-up code until there is an administrator',
  async (t) => {
    const { env, stateDir } = await place(t);
    const publicEnv = { ...env, PUBLIC_URL: 'https://journal.example.org' };
    const file = join(stateDir, 'credentials', 'setup_code');
    const first = await started(t, publicEnv);
    const code = await readFile(file, 'utf8');
    const notices = first.said().match(/^This installation has no administrator yet.*$/gm) ?? [];
    t.same(notices, [
      `This installation has no administrator yet. Its set-up code is ${code} (kept in ${file}).`,
    ]);
    await first.end('SIGTERM');
    const second = await started(t, publicEnv);
    t.ok(second.said().includes(code), 'the same after the next start');
    const create = ['user', 'create', '--email', 'a@example.org', '--password-stdin', '--admin'];
    t.equal((await cli(env, create, password)).code, 0);
    await t.rejects(stat(file), 'the command line has taken the installation too');
    await second.end('SIGTERM');
    t.notMatch((await started(t, publicEnv)).said(), /set-up code/);
  },
);
