import { spawn, type ChildProcess } from 'node:child_process';
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

/** Whether a server lets somebody in. */
export async function letsIn(login: AdminLogin): Promise<boolean> {
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

/** How to start a server whose data lie in `data` below a folder, and its socket in the folder. */
export type StartServer = (settings: readonly string[]) => ChildProcess;

/** Makes a cluster in an empty folder. */
export async function newCluster(bin: string, folder: string): Promise<StartServer> {
  await chmod(folder, 0o755);
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const how = ['-U', 'postgres', '-A', 'trust', '--locale=C.UTF-8', '-E', 'UTF8', '-N'];
  await ran(join(bin, 'initdb'), ['-D', data, ...how]);
  return (settings) => {
    const all = ['listen_addresses=', `unix_socket_directories=${folder}`, ...settings];
    const args = ['-D', data, ...all.flatMap((one) => ['-c', one])];
    return spawn(join(bin, 'postgres'), args, { ...account, cwd: '/', stdio: 'ignore' });
  };
}

/** A server of the distribution's PostgreSQL, of which there are pg_dump and pg_restore. It ends with the test. */
export async function debianCluster(t: Test, rules?: LoginRules): Promise<AdminLogin> {
  const bin = await debianPostgres();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-debian-'));
  const start = await newCluster(bin, folder);
  if (rules !== undefined) {
    await writeFile(join(folder, 'data', 'pg_hba.conf'), rules.hba);
    await writeFile(join(folder, 'data', 'pg_ident.conf'), rules.ident);
  }
  const server = start(['fsync=off', 'shared_buffers=64MB']);
  t.teardown(async () => {
    server.kill('SIGQUIT');
    if (server.exitCode === null) await once(server, 'exit');
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const login = { address: { host: folder, port: 5432, database: 'postgres' }, user: 'postgres' };
  for (let attempt = 0; attempt < 400 && !(await letsIn(login)); attempt += 1) await sleep(25);
  return login;
}
