import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { isCollision, isOutage, outage } from './outage.js';
import type { Schema } from './schema.js';
import { gatheringSocket, transact, type Tx } from './transaction.js';

export type { Tx };
type Role = 'app' | 'sync' | 'admin';
export type TenantRole = 'app' | 'sync';
/** Owns no row: whose transaction it is where a role works on what belongs to no user. */
export const nobody = '00000000-0000-0000-0000-000000000000';
/** Where PostgreSQL is, and the generated password of each role that logs in. */
export interface DatabaseAddress {
  host: string;
  port: number;
  database: string;
  ssl?: boolean;
}
export type RolePasswords = Readonly<Record<Role | 'backup', string>>;

/** A row of the one question asked before its owner is known; see migrations/0001_people.sql. */
export interface Found {
  user_id: string;
  id: string;
  kind: string;
  seen_at: Date | null;
  email: string;
  name: string;
  role: 'user' | 'admin';
  time_zone: string;
}

/** What somebody shows to be let in: the secret of a session or a token, of which the hash is enough. */
export interface Door {
  by: 'session' | 'token';
  key: string;
}

/**
 * The doors to PostgreSQL. The pools behind them are not handed out, so nobody reads a tenant's table
 * without having said whose it is. Every door throws a Fault 503 while the database is away.
 */
export interface Database {
  /** One transaction as one user: row level security shows and takes this user's rows alone. */
  withTenant<T>(role: TenantRole, userId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction that may read the administrator's lists: named columns of everybody's rows. */
  withAdminLists<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction on the tables that belong to nobody; tenant tables look empty in it. */
  withInstallation<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  lookup(by: 'email' | 'session' | 'link' | 'token', key: string, at: Date): Promise<Found | null>;
  /** Of these, the keys that still open: one question, however many they are. */
  openDoors(doors: readonly Door[], at: Date): Promise<Set<string>>;
  /** Resolves when a query was answered. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const jitteredMs = (attempt: number, random: () => number): number => random() * 50 * 2 ** attempt;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `work` again, at most three times more, when it collided with another transaction. */
async function retried<T>(work: () => Promise<T>, random: () => number, attempt = 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isOutage(error)) throw outage(error);
    if (!isCollision(error) || attempt === 3) throw error;
    await pause(jitteredMs(attempt, random));
    return retried(work, random, attempt + 1);
  }
}

function openPool(options: DatabaseOptions, role: Role): Kysely<Schema> {
  const pool = new pg.Pool({
    ...options.address,
    user: `rawjournal_${role}`,
    password: options.passwords[role],
    max: options.poolSize?.[role] ?? { app: 10, sync: 4, admin: 1 }[role],
    pipeline: true,
    stream: gatheringSocket,
    connectionTimeoutMillis: options.connectWaitMs ?? 3_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: `rawjournal ${role}`,
  });
  const say = (error: Error): void =>
    options.onError(`PostgreSQL closed a connection (${role}): ${error.message}`);
  pool.on('error', say);
  // Without a listener on each client, a server that dies under a checked-out one ends the whole process.
  pool.on('connect', (client) => client.on('error', say));
  const { onQuery } = options;
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    ...(onQuery === undefined ? {} : { log: ({ queryDurationMillis: ms }) => onQuery(ms) }),
  });
}

export interface DatabaseOptions {
  address: DatabaseAddress;
  passwords: RolePasswords;
  poolSize?: Partial<Record<Role, number>>;
  /** how long a transaction waits for a free connection before it says that there is none */
  connectWaitMs?: number;
  onError: (line: string) => void;
  /** told how long each statement kept the program waiting, those before it on its connection included */
  onQuery?: (tookMs: number) => void;
  random: () => number;
}

/** Connects lazily: a database that is away is found out by the first question, not here. */
export function openDatabase(options: DatabaseOptions): Database {
  const pools = {
    app: openPool(options, 'app'),
    sync: openPool(options, 'sync'),
    admin: openPool(options, 'admin'),
  };
  return {
    withTenant: (role, userId, work) =>
      // Not waited for: until it is answered there are no rows at all.
      retried(
        () =>
          transact(pools[role], work, (tx) =>
            sql`select set_config('app.user_id', ${userId}, true)`.execute(tx),
          ),
        options.random,
      ),
    withAdminLists: (work) => retried(() => transact(pools.admin, work), options.random),
    withInstallation: (work) => retried(() => transact(pools.app, work), options.random),
    lookup: (by, key, at) =>
      retried(async () => {
        const { rows } = await sql<Found>`select * from lookup(${by}, ${key}, ${at})`.execute(pools.app);
        return rows[0] ?? null;
      }, options.random),
    openDoors: (doors, at) =>
      retried(async () => {
        const { rows } = await sql<{ key: string }>`
          select d.key
          from unnest(${doors.map(({ by }) => by)}::text[], ${doors.map(({ key }) => key)}::text[]) as d (kind, key)
          cross join lateral lookup(d.kind, d.key, ${at}) as found
          where found.kind not in ('code', 'leaving')`.execute(pools.app);
        return new Set(rows.map(({ key }) => key));
      }, options.random),
    ping: async () => {
      await retried(() => sql`select 1`.execute(pools.app), options.random);
    },
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.destroy()));
    },
  };
}
