import { join, resolve } from 'node:path';
import { parse as parsePostgresUrl } from 'pg-connection-string';
import { Fault } from '../lib/fault.js';
import type { BackupPlaces } from '../data/backup-records.js';
import type { Retention } from '../domain/retention.js';
import type { AdminLogin } from '../data/migrate.js';
import { isAddressOrRange, isLoopback } from '../web/address.js';

/** Everything that can be set from outside, read once. */
export interface Config {
  host: string;
  port: number;
  /** origin without a trailing slash: what links and cookies are made for */
  publicUrl: string;
  /** peers whose X-Forwarded-For is believed */
  trustProxy: readonly string[];
  stateDir: string;
  /** null: the embedded PostgreSQL */
  database: AdminLogin | null;
  /** null: the in-process live store */
  redisUrl: string | null;
  /** simulator: invented brokers, for a trial; wine: MetaTrader 5; none: nothing is synchronised */
  terminals: 'simulator' | 'wine' | 'none';
  /** what stands around terminals under Wine; none by the administrator's explicit word only */
  containment: 'bwrap' | 'none';
  /** the launcher; null: where it is usually installed */
  wine: string | null;
  /** what a terminal may take, in MB: above the one it is recycled, above the other killed */
  terminalMb: { recycle: number; kill: number };
  /** folder of recorded accounts for the simulated terminals */
  recordings: string | null;
  /** the folder of PostgreSQL's own programs; null: wherever they are installed */
  postgresBin: string | null;
  backup: {
    folder: string;
    /** a file of age's recipients; null: no backup is made */
    recipients: string | null;
    /** where copies go; null: nowhere */
    remote: { name: string; config: string | null } | null;
    keep: Retention;
  };
  signUp: 'open' | 'closed';
  apiCorsOrigins: readonly string[];
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

type Env = Readonly<Record<string, string | undefined>>;
const malformed = (name: string, value: string, wanted: string): Fault =>
  new Fault(500, 'configuration', `${name} is "${value}", but it must be ${wanted}.`);

const isOwnMachine = (host: string): boolean =>
  host === 'localhost' || isLoopback(host.replace(/^\[(.*)\]$/, '$1'));

/** Nobody reaches it but from this machine. */
export const isLocal = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>): boolean =>
  isOwnMachine(new URL(publicUrl).hostname) && isOwnMachine(host);

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

function choice<T extends string>(env: Env, name: string, options: readonly T[], preset: T): T {
  const value = env[name] || preset;
  const found = options.find((option) => option === value);
  if (found === undefined) throw malformed(name, value, `one of ${options.join(', ')}`);
  return found;
}

function port(env: Env): number {
  const value = env['PORT'] || '3000';
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > 65_535) throw malformed('PORT', value, 'a port number from 1 to 65535');
  return number;
}

function host(env: Env): string {
  const value = env['HOST'] || '127.0.0.1';
  if (!/^[\w.:-]+$/.test(value))
    throw malformed('HOST', value, 'an address to listen on, such as 127.0.0.1 or ::');
  return value;
}

function origin(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (!url || !bare || !/^https?:$/.test(url.protocol))
    throw malformed(name, value, 'an address without a path, such as https://journal.example.org');
  return url;
}

function publicUrl(env: Env, listenHost: string, listenPort: number): string {
  const given = env['PUBLIC_URL'];
  const url = origin('PUBLIC_URL', given || `http://127.0.0.1:${String(listenPort)}`);
  if (url.protocol === 'http:' && !isOwnMachine(listenHost)) {
    throw new Fault(
      500,
      'configuration',
      `HOST is "${listenHost}", which others can reach: set PUBLIC_URL to the https address people will use.`,
    );
  }
  if (url.protocol === 'http:' && !isOwnMachine(url.hostname))
    throw malformed('PUBLIC_URL', url.origin, 'an https address, for anything but this machine itself');
  return url.origin;
}

function readPostgresUrl(value: string): ReturnType<typeof parsePostgresUrl> | null {
  try {
    return parsePostgresUrl(value);
  } catch {
    return null; // what it says of the mistake may repeat the password
  }
}

function database(env: Env): AdminLogin | null {
  const value = env['DATABASE_URL'];
  if (!value) return null;
  const wanted = 'a PostgreSQL address, such as postgresql://user:password@127.0.0.1:5432/rawjournal';
  // The value holds a password: the sentence must not repeat it.
  if (!/^postgres(ql)?:\/\//.test(value)) throw malformed('DATABASE_URL', '…', wanted);
  const parsed = readPostgresUrl(value);
  if (parsed === null) throw malformed('DATABASE_URL', '…', wanted);
  if (!parsed.database) throw malformed('DATABASE_URL', '…', `${wanted}, with the name of the database`);
  return {
    address: {
      host: parsed.host || '127.0.0.1',
      port: Number(parsed.port || 5432),
      database: parsed.database,
      ...(parsed.ssl ? { ssl: true } : {}),
    },
    user: parsed.user || 'postgres',
    ...(parsed.password === undefined ? {} : { password: parsed.password }),
  };
}

function redisUrl(env: Env): string | null {
  const value = env['REDIS_URL'];
  if (!value) return null;
  if (!/^(rediss?:\/\/|\/)/.test(value) || (!value.startsWith('/') && !URL.canParse(value)))
    throw malformed(
      'REDIS_URL',
      '…',
      'a Redis address, such as redis://127.0.0.1:6379, or the path of a socket',
    );
  return value;
}

function wholeNumber(env: Env, name: string, preset: number): number {
  const value = env[name] || String(preset);
  if (!/^[1-9]\d{0,6}$/.test(value)) throw malformed(name, value, 'a whole number, without its unit');
  return Number(value);
}

function terminalMb(env: Env): Config['terminalMb'] {
  const recycle = wholeNumber(env, 'TERMINAL_RECYCLE_MB', 600);
  const kill = wholeNumber(env, 'TERMINAL_KILL_MB', 800);
  if (kill <= recycle)
    throw malformed('TERMINAL_KILL_MB', String(kill), `more than TERMINAL_RECYCLE_MB, which is ${recycle}`);
  return { recycle, kill };
}

function path(env: Env, name: string, example: string): string | null {
  const value = env[name];
  if (!value) return null;
  if (!value.startsWith('/')) throw malformed(name, value, `a path, such as ${example}`);
  return value;
}

function keep(env: Env): Retention {
  const value = env['BACKUP_KEEP'] || '7,4,6';
  const [, daily, weekly, monthly] = /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(value) ?? [];
  if (daily === undefined)
    throw malformed('BACKUP_KEEP', value, 'how many days, weeks and months, such as 7,4,6');
  return { daily: Number(daily), weekly: Number(weekly), monthly: Number(monthly) };
}

function remote(env: Env): Config['backup']['remote'] {
  const name = env['BACKUP_REMOTE'];
  if (!name) return null;
  // A remote that is spelt out in its name has its secrets there, and everybody sees how a program was started.
  if (!/^(\/|[\w.][\w. -]*:)/.test(name))
    throw malformed(
      'BACKUP_REMOTE',
      '…',
      'a folder, or a name of rclone’s configuration and a path, such as offsite:backups',
    );
  return { name, config: path(env, 'BACKUP_RCLONE_CONFIG', '/etc/rawjournal/rclone.conf') };
}

const backup = (env: Env, stateDir: string): Config['backup'] => ({
  folder: path(env, 'BACKUP_DIR', '/var/backups/rawjournal') ?? join(stateDir, 'backups'),
  recipients: path(env, 'BACKUP_RECIPIENTS', '/etc/rawjournal/backup-recipients.txt'),
  remote: remote(env),
  keep: keep(env),
});

/** Reads the environment strictly. Throws a Fault whose sentence names the variable that cannot be used. */
export function readConfig(env: Env, root: string): Config {
  const listenHost = host(env);
  const listenPort = port(env);
  const proxies = list(env['TRUST_PROXY'] ?? '');
  const odd = proxies.find((address) => !isAddressOrRange(address));
  if (odd !== undefined)
    throw malformed(
      'TRUST_PROXY',
      odd,
      'addresses of reverse proxies, or ranges such as 10.0.0.0/8, separated by commas',
    );
  const stateDir = env['STATE_DIR'] ? resolve(root, env['STATE_DIR']) : join(root, 'var');
  return {
    host: listenHost,
    port: listenPort,
    publicUrl: publicUrl(env, listenHost, listenPort),
    trustProxy: proxies,
    stateDir,
    database: database(env),
    redisUrl: redisUrl(env),
    terminals: choice(env, 'TERMINALS', ['simulator', 'wine', 'none'], 'simulator'),
    containment: choice(env, 'TERMINAL_CONTAINMENT', ['bwrap', 'none'], 'bwrap'),
    wine: path(env, 'WINE', '/opt/wine-stable/bin/wine'),
    terminalMb: terminalMb(env),
    recordings: env['SIMULATOR_RECORDINGS'] ? resolve(root, env['SIMULATOR_RECORDINGS']) : null,
    postgresBin: path(env, 'POSTGRES_BIN', '/usr/lib/postgresql/17/bin'),
    backup: backup(env, stateDir),
    signUp: choice(env, 'SIGN_UP', ['open', 'closed'], 'open'),
    apiCorsOrigins: list(env['API_CORS_ORIGINS'] ?? '').map(
      (value) => origin('API_CORS_ORIGINS', value).origin,
    ),
    logLevel: choice(env, 'LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
  };
}

/** The configuration of this process. */
export const readEnvironment = (root: string): Config => readConfig(process.env, root);

/** Where the state of backups is to be seen. */
export const backupPlaces = ({ backup: { folder, recipients, remote: to } }: Config): BackupPlaces => ({
  folder,
  recipients,
  remote: to?.name ?? null,
});
