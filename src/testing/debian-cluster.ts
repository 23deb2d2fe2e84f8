import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Test } from 'tap';
import type { AdminLogin } from '../data/migrate.js';

const installed = '/usr/lib/postgresql';

/** The folder of the distribution's PostgreSQL, the newest; null where none is installed. */
export async function debianPostgres(): Promise<string | null> {
  const versions = (await readdir(installed).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  return versions[0] === undefined ? null : join(installed, versions[0], 'bin');
}

// PostgreSQL refuses root, who runs tests on build servers.
const account = process.geteuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

async function ran(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { ...account, cwd: '/', stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}`);
}

async function answers(login: AdminLogin): Promise<boolean> {
  const client = new pg.Client({ ...login.address, user: login.user });
  client.on('error', () => undefined);
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

/** Who may log in as whom, in the words of PostgreSQL's own files; everybody as anybody where it is left out. */
export interface LoginRules {
  hba: string;
  ident: string;
}

/** A server of the distribution's PostgreSQL, of which there are pg_dump and pg_restore. It ends with the test. */
export async function debianCluster(t: Test, rules?: LoginRules): Promise<AdminLogin> {
  const bin = await debianPostgres();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-debian-'));
  await chmod(folder, 0o755);
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  await ran(join(bin, 'initdb'), [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '--locale=C.UTF-8',
    '-E',
    'UTF8',
    '-N',
  ]);
  if (rules !== undefined) {
    await writeFile(join(data, 'pg_hba.conf'), rules.hba);
    await writeFile(join(data, 'pg_ident.conf'), rules.ident);
  }
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'shared_buffers=64MB',
  ];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  t.teardown(async () => {
    server.kill('SIGQUIT');
    if (server.exitCode === null) await once(server, 'exit');
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const login = { address: { host: folder, port: 5432, database: 'postgres' }, user: 'postgres' };
  for (let attempt = 0; attempt < 400 && !(await answers(login)); attempt += 1) await sleep(25);
  return login;
}
