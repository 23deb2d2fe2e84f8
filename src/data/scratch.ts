import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Fault } from '../lib/fault.js';
import type { AdminLogin } from './migrate.js';

const prefix = 'rawjournal_scratch_';
/** A database that every server has. */
const maintenance = 'postgres';

export const atDatabase = (login: AdminLogin, database: string): AdminLogin => ({
  ...login,
  address: { ...login.address, database },
});

/** An empty database, made to be restored into. */
export interface Scratch extends AdminLogin {
  /** false: whoever made it may give nothing to its true owners, and all that is restored there is its own */
  keepsOwners: boolean;
}

/** The administrator of a server, for as long as nobody else makes or restores backups on it. */
export interface Caretaker {
  /** such as 150018 */
  serverVersion: number;
  /** whether the login may give what is restored to its several owners */
  isAdministrator: boolean;
  /** Makes an empty database, to be restored into. Throws a Fault where this login may not. */
  makeScratch(): Promise<Scratch>;
  dropScratch(scratch: AdminLogin): Promise<void>;
  /** Whether the database of the installation is there. */
  isThere(): Promise<boolean>;
  /** Puts the scratch database in the place of the installation's, which gets another name. Resolves to that one. */
  exchange(scratch: AdminLogin, at: Date): Promise<string | null>;
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '42501';

const mayNotMake = ({ user }: AdminLogin, cause: unknown): Fault =>
  new Fault(
    403,
    'no_database_right',
    `The role ${user} may not make databases, and a backup is tried in one of its own. ` +
      'Set DATABASE_URL to the role rawjournal_backup, or to an administrator of PostgreSQL.',
    { cause },
  );

class Caring implements Caretaker {
  constructor(
    private readonly client: pg.Client,
    private readonly login: AdminLogin,
    readonly serverVersion: number,
    readonly isAdministrator: boolean,
  ) {}

  async makeScratch(): Promise<Scratch> {
    const name = `${prefix}${randomBytes(6).toString('hex')}`;
    await this.client.query(`create database ${name} template template0`).catch((cause: unknown) => {
      throw isDenied(cause) ? mayNotMake(this.login, cause) : cause;
    });
    return { ...atDatabase(this.login, name), keepsOwners: this.isAdministrator };
  }

  async dropScratch({ address: { database } }: AdminLogin): Promise<void> {
    const drop = `drop database if exists ${this.client.escapeIdentifier(database)}`;
    await this.client.query(`${drop} with (force)`).catch((error: unknown) => {
      if (!isDenied(error)) throw error;
      // The server itself may be vacuuming there, whom only its administrator may send away: without force it is waited for.
      return this.client.query(drop);
    });
  }

  async isThere(): Promise<boolean> {
    const found = await this.client.query('select from pg_database where datname = $1', [
      this.login.address.database,
    ]);
    return found.rowCount === 1;
  }

  async exchange(scratch: AdminLogin, at: Date): Promise<string | null> {
    const { client } = this;
    const name = this.login.address.database;
    const before = `${name}_before_${at.toISOString().slice(0, 19).replaceAll(/\D/g, '')}`;
    const rename = (from: string, to: string): Promise<unknown> =>
      client.query(
        `alter database ${client.escapeIdentifier(from)} rename to ${client.escapeIdentifier(to)}`,
      );
    const wasThere = await this.isThere();
    await client.query('begin');
    try {
      if (wasThere) await rename(name, before);
      await rename(scratch.address.database, name);
      await client.query('commit');
    } catch (cause) {
      await client.query('rollback');
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Fault(409, 'database_in_use', `The database ${name} could not be replaced: ${why}.`, {
        cause,
      });
    }
    return wasThere ? before : null;
  }

  /** What a process left behind that was killed. */
  async sweep(): Promise<void> {
    const { rows } = await this.client.query<{ datname: string }>(
      "select datname from pg_database where datname like $1 and pg_has_role(datdba, 'usage')",
      [`${prefix.replaceAll('_', '\\_')}%`],
    );
    for (const { datname } of rows) await this.dropScratch(atDatabase(this.login, datname));
  }
}

/**
 * Lets `work` care for the server of `login`, an administrator's. One at a time: another one is refused with a Fault.
 * Scratch databases that earlier ones left behind are dropped first; the lock is gone with the connection.
 */
export async function withCaretaker<T>(login: AdminLogin, work: (care: Caretaker) => Promise<T>): Promise<T> {
  const { address } = atDatabase(login, maintenance);
  const client = new pg.Client({ ...address, user: login.user, password: login.password });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ is_ours: boolean; version: string; is_super: boolean }>(
      `select pg_try_advisory_lock(hashtext('rawjournal backup')) as is_ours,
         current_setting('server_version_num') as version,
         (select rolsuper from pg_roles where rolname = current_user) as is_super`,
    );
    if (rows[0]?.is_ours !== true)
      throw new Fault(
        409,
        'backup_running',
        'A backup is being made or restored just now. Wait until it is done.',
      );
    const care = new Caring(client, login, Number(rows[0].version), rows[0].is_super);
    await care.sweep();
    return await work(care);
  } finally {
    await client.end();
  }
}
