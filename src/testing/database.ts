import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Test } from 'tap';
import { readConfig } from '../app/config.js';
import { stateFolders } from '../app/state.js';
import { openDatabase, type Database, type DatabaseOptions, type RolePasswords } from '../data/database.js';
import { ensureDatabase, migrate, type AdminLogin } from '../data/migrate.js';
import { rolePasswords } from '../data/roles.js';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const migrations = join(projectRoot, 'migrations');

/** The server of this run: the one named by DATABASE_URL, or the embedded one that `npm test` started. */
export function testServer(): AdminLogin {
  const config = readConfig({ DATABASE_URL: process.env['DATABASE_URL'] }, projectRoot);
  if (config.database !== null) return config.database;
  const told = process.env['TEST_POSTGRES'];
  if (told === undefined) throw new Error('Run tests with npm test, which starts a PostgreSQL for them.');
  const { host, port, user } = JSON.parse(told) as { host: string; port: number; user: string };
  return { address: { host, port, database: 'postgres' }, user };
}

export const on = (server: AdminLogin, database: string): AdminLogin => ({
  ...server,
  address: { ...server.address, database },
});

export async function asAdministrator<T>(
  login: AdminLogin,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...login.address, user: login.user, password: login.password });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function schemaHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrations)).sort()) hash.update(await readFile(join(migrations, file)));
  return hash.digest('hex').slice(0, 12);
}

/** A migrated database to copy from, made once for each state of the migrations; test files take turns. */
async function template(server: AdminLogin, passwords: RolePasswords): Promise<string> {
  const name = `rawjournal_template_${await schemaHash()}`;
  await asAdministrator(server, async (client) => {
    await client.query("select pg_advisory_lock(hashtext('rawjournal test template'))");
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    const draft = `${name}_${randomBytes(4).toString('hex')}`;
    await ensureDatabase(on(server, draft), server.address.database);
    await migrate(on(server, draft), passwords, migrations);
    await client.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

export interface TestDatabase {
  db: Database;
  login: AdminLogin;
  passwords: RolePasswords;
}

/** A database of this test's own, gone when the test ends. */
export async function testDatabase(
  t: Test,
  options: Partial<Pick<DatabaseOptions, 'poolSize' | 'connectWaitMs' | 'onError'>> & {
    server?: AdminLogin;
  } = {},
): Promise<TestDatabase> {
  const { server = testServer() } = options;
  const { credentials } = await stateFolders(join(projectRoot, 'var', 'test'));
  const passwords = await rolePasswords(credentials);
  const source = await template(server, passwords);
  const name = `rawjournal_test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(server, (client) => client.query(`create database ${name} template ${source}`));
  const login = on(server, name);
  const db = openDatabase({
    address: login.address,
    passwords,
    random: () => Math.random(),
    onError: options.onError ?? (() => undefined),
    ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
    ...(options.connectWaitMs === undefined ? {} : { connectWaitMs: options.connectWaitMs }),
  });
  t.teardown(async () => {
    await db.close();
    await asAdministrator(server, (client) => client.query(`drop database if exists ${name} with (force)`));
  });
  return { db, login, passwords };
}
