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

/** The administrator of a server, for as long as nobody else makes or restores backups on it. */
export interface Caretaker {
  /** such as 150018 */
  serverVersion: number;
  /** Makes an empty database, to be restored into. */
  makeScratch(): Promise<AdminLogin>;
  dropScratch(scratch: AdminLogin): Promise<void>;
  /** Whether the database of the installation is there. */
  isThere(): Promise<boolean>;
  /** Puts the scratch database in the place of the installation's, which gets another name. Resolves to that one. */
  exchange(scratch: AdminLogin, at: Date): Promise<string | null>;
}

class Caring implements Caretaker {
  constructor(
    private readonly client: pg.Client,
    private readonly login: AdminLogin,
    readonly serverVersion: number,
  ) {}

  async makeScratch(): Promise<AdminLogin> {
    const name = `${prefix}${randomBytes(6).toString('hex')}`;
    await this.client.query(`create database ${name} template template0`);
    return atDatabase(this.login, name);
  }

  async dropScratch({ address: { database } }: AdminLogin): Promise<void> {
    const name = this.client.escapeIdentifier(database);
    await this.client.query(`drop database if exists ${name} with (force)`);
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
      'select datname from pg_database where datname like $1',
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
    const { rows } = await client.query<{ is_ours: boolean; version: string }>(
      `select pg_try_advisory_lock(hashtext('rawjournal backup')) as is_ours,
         current_setting('server_version_num') as version`,
    );
    if (rows[0]?.is_ours !== true)
      throw new Fault(
        409,
        'backup_running',
        'A backup is being made or restored just now. Wait until it is done.',
      );
    const care = new Caring(client, login, Number(rows[0].version));
    await care.sweep();
    return await work(care);
  } finally {
    await client.end();
  }
}
