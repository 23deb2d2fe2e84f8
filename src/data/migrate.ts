import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, Migrator, PostgresDialect, sql, type Migration } from 'kysely';
import pg from 'pg';
import { Fault } from '../lib/fault.js';
import { ensureRoles } from './roles.js';
import type { DatabaseAddress, RolePasswords } from './database.js';

/** An administrator's login; used here and nowhere else. */
export interface AdminLogin {
  address: DatabaseAddress;
  user: string;
  password?: string;
}

const fromFile = (text: string): Migration => ({
  up: async (db) => {
    await sql.raw(text).execute(db);
  },
});

/** The migrations in `folder`, by name: NNNN_what.sql, plain SQL, forward only. */
export async function readMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_\w+\.sql$/.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(texts.map((text, at) => [files[at]?.replace('.sql', '') ?? '', fromFile(text)]));
}

/** Stands for one that ran already, and is never run. */
const ranBefore: Migration = { up: () => Promise.reject(new Error('It belongs to a newer release.')) };

/**
 * Those of a newer release that was left again: they only ever add, so this one works with what they made. Kysely takes
 * a name that it is not given for a folder that was spoilt.
 */
async function ofNewerReleases(
  db: Kysely<unknown>,
  own: Record<string, Migration>,
): Promise<Record<string, Migration>> {
  const { rows: there } = await sql<{ is_there: boolean }>`
    select to_regclass('public.kysely_migration') is not null as is_there`.execute(db);
  if (there[0]?.is_there !== true) return {};
  const last = Object.keys(own).sort().at(-1) ?? '';
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration where name > ${last}`.execute(db);
  return Object.fromEntries(rows.map(({ name }) => [name, ranBefore]));
}

const withClient = async (login: AdminLogin, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ ...login.address, user: login.user, password: login.password });
  client.on('error', () => undefined); // the query under way rejects with the same error
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** Makes the database of `login` where it is missing; `maintenance` is a database that surely exists. */
export const ensureDatabase = (login: AdminLogin, maintenance: string): Promise<void> =>
  withClient({ ...login, address: { ...login.address, database: maintenance } }, async (client) => {
    const name = login.address.database;
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });

const failure = (name: string, cause: unknown): Fault => {
  const why = cause instanceof Error ? cause.message : JSON.stringify(cause);
  const sentence = `The migration ${name} failed, and the database was left as it was: ${why}`;
  return new Fault(500, 'migration_failed', sentence, { cause });
};

/** Makes the roles where they are missing; a restored database names them. */
export const prepareRoles = (login: AdminLogin, passwords: RolePasswords): Promise<void> =>
  withClient(login, (client) => ensureRoles(client, login, passwords));

/** Whether somebody administers the installation in this database; no where it is empty. */
export async function isClaimedAt(login: AdminLogin): Promise<boolean> {
  let isClaimed = false;
  await withClient(login, async (client) => {
    const there = await client.query<{ is_there: boolean }>(
      "select to_regclass('public.installation') is not null as is_there",
    );
    if (there.rows[0]?.is_there !== true) return;
    isClaimed = (await client.query('select from installation where claimed_at is not null')).rowCount === 1;
  });
  return isClaimed;
}

/** What a planner wants to know of a database that was filled at once. */
export const analyze = (login: AdminLogin): Promise<void> =>
  withClient(login, async (client) => {
    await client.query('analyze');
  });

/**
 * Brings the roles and the schema up to date, each migration once, all in one transaction; processes that
 * start at once take turns. Returns the names of the migrations that ran. Throws a Fault that
 * names the one that failed.
 */
export async function migrate(
  login: AdminLogin,
  passwords: RolePasswords,
  folder: string,
): Promise<string[]> {
  await prepareRoles(login, passwords);
  const pool = new pg.Pool({
    ...login.address,
    user: login.user,
    password: login.password,
    max: 1,
    options: '-c role=rawjournal_owner',
  });
  pool.on('error', () => undefined);
  // Without a listener of its own, a connection that breaks in the midst of it ends the whole process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const own = await readMigrations(folder);
    const all = { ...own, ...(await ofNewerReleases(db, own)) };
    const provider = { getMigrations: () => Promise.resolve(all) };
    const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
    const broken = results?.find((result) => result.status === 'Error')?.migrationName;
    if (broken !== undefined) throw failure(broken, error);
    if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
