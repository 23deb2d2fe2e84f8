import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { scramVerifier } from '../lib/scram.js';
import { secretFile } from './secret-file.js';
import type { DatabaseAddress, RolePasswords } from './database.js';

/** Log-in roles with a password of their own, and what each may be. */
const loginRoles = { app: '', sync: '', admin: '', backup: 'bypassrls' } as const;
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
      create role ${name} nosuperuser nocreatedb nocreaterole noinherit ${attributes};
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

/**
 * Makes the six roles where they are missing and sees to it that the four that log in can do so.
 * `admin` is an administrator's connection to the database; roles belong to the whole server, so processes
 * that start at once take turns.
 */
export async function ensureRoles(
  admin: pg.Client,
  address: DatabaseAddress,
  passwords: RolePasswords,
): Promise<void> {
  await admin.query("select pg_advisory_lock(hashtext('rawjournal roles'))");
  try {
    await admin.query(createRole('rawjournal_owner', 'nologin'));
    await admin.query(createRole('rawjournal_auth', 'nologin'));
    for (const role of names) {
      await admin.query(createRole(`rawjournal_${role}`, `login ${loginRoles[role]}`));
    }
    await admin.query('grant rawjournal_owner to current_user; grant rawjournal_auth to rawjournal_owner');
    await admin.query(`
      revoke all on schema public from public;
      grant usage, create on schema public to rawjournal_owner;
      grant usage on schema public to rawjournal_app, rawjournal_sync, rawjournal_admin, rawjournal_backup;
      grant usage, create on schema public to rawjournal_auth`);
    for (const role of names) await settlePassword(admin, address, role, passwords[role]);
  } finally {
    await admin.query("select pg_advisory_unlock(hashtext('rawjournal roles'))");
  }
}
