import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Fault } from '../lib/fault.js';
import { scramVerifier } from '../lib/scram.js';
import { secretFile } from './secret-file.js';
import type { DatabaseAddress, RolePasswords } from './database.js';

/**
 * Log-in roles with a password of their own, and what each may be. That of the backup makes the databases in which
 * backups are tried, and owns what is in them.
 */
const loginRoles = {
  app: 'nocreatedb noinherit',
  sync: 'nocreatedb noinherit',
  admin: 'nocreatedb noinherit',
  backup: 'bypassrls createdb',
} as const;
const names = Object.keys(loginRoles) as (keyof typeof loginRoles)[];

/** The generated passwords of the roles, kept in `folder`. */
export async function rolePasswords(folder: string): Promise<RolePasswords> {
  const password = (role: keyof RolePasswords): Promise<string> => secretFile(folder, `postgres_${role}`);
  return {
    app: await password('app'),
    sync: await password('sync'),
    admin: await password('admin'),
    backup: await password('backup'),
  };
}

const createRole = (name: string, attributes: string): string => `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${name}') then
      create role ${name} nosuperuser nocreaterole ${attributes};
    end if;
  end $$;`;

async function canLogIn(address: DatabaseAddress, user: string, password: string): Promise<boolean> {
  const client = new pg.Client({ ...address, user, password, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function settlePassword(
  admin: pg.Client,
  address: DatabaseAddress,
  role: keyof typeof loginRoles,
  password: string,
): Promise<void> {
  if (await canLogIn(address, `rawjournal_${role}`, password)) return;
  const verifier = scramVerifier(password, randomBytes(16));
  await admin.query(`alter role rawjournal_${role} password '${verifier}'`);
}

/** By which a service that is no administrator of PostgreSQL brings the schema up to date. It has no password. */
const setupRole = 'rawjournal_setup';
const plainRoles = ['rawjournal_owner', 'rawjournal_auth'];

async function makeRoles(
  admin: pg.Client,
  address: DatabaseAddress,
  passwords: RolePasswords,
): Promise<void> {
  for (const name of plainRoles) await admin.query(createRole(name, 'nologin nocreatedb noinherit'));
  for (const role of names) await admin.query(createRole(`rawjournal_${role}`, `login ${loginRoles[role]}`));
  await admin.query(createRole(setupRole, 'login nocreatedb noinherit'));
  await admin.query(`
    grant rawjournal_owner to current_user;
    grant rawjournal_owner to ${setupRole};
    grant rawjournal_auth to rawjournal_owner`);
  await admin.query(`
    revoke all on schema public from public;
    grant usage, create on schema public to rawjournal_owner;
    grant usage on schema public to rawjournal_app, rawjournal_sync, rawjournal_admin, rawjournal_backup;
    grant usage, create on schema public to rawjournal_auth`);
  for (const role of names) await settlePassword(admin, address, role, passwords[role]);
}

/** Whoever may make no roles finds all that an administrator made, or is told what to run. */
async function requireRoles(admin: pg.Client, user: string): Promise<void> {
  const wanted = [...plainRoles, ...names.map((role) => `rawjournal_${role}`)];
  const { rows } = await admin.query<{ name: string }>(
    `select name from unnest($1::text[]) name
     where to_regrole(name) is null or name = 'rawjournal_owner' and not pg_has_role(to_regrole(name), 'member')`,
    [wanted],
  );
  if (rows.length === 0) return;
  throw new Fault(
    500,
    'roles_missing',
    `The role ${user} may not make the roles that RawJournal works with, and ${rows.map(({ name }) => name).join(', ')} ` +
      'is missing or not given to it. Run once as an administrator of PostgreSQL: ' +
      'DATABASE_URL=postgresql://postgres@/rawjournal?host=/run/postgresql rawjournal migrate',
  );
}

/**
 * Makes the roles where they are missing and sees to it that the four that log in can do so; a login that may make none
 * has to find them. `admin` is a connection to the database as `user`; roles belong to the whole server, so processes
 * that start at once take turns.
 */
export async function ensureRoles(
  admin: pg.Client,
  { address, user }: { address: DatabaseAddress; user: string },
  passwords: RolePasswords,
): Promise<void> {
  const { rows } = await admin.query<{ may: boolean }>(
    'select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user',
  );
  if (rows[0]?.may !== true) return requireRoles(admin, user);
  await admin.query("select pg_advisory_lock(hashtext('rawjournal roles'))");
  try {
    await makeRoles(admin, address, passwords);
  } finally {
    await admin.query("select pg_advisory_unlock(hashtext('rawjournal roles'))");
  }
}
