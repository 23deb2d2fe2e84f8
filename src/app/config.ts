import { join, resolve } from 'node:path';
import { parse as parsePostgresUrl } from 'pg-connection-string';
import { Fault } from '../lib/fault.js';
import type { AdminLogin } from '../data/migrate.js';
import { isAddressOrRange } from '../web/address.js';
import { billingConfig, type BillingConfig } from './billing-config.js';
import { backupSettings, type BackupSettings } from './config-backup.js';
import { keySettings, type KeySettings } from './config-keys.js';
import { mail, type MailConfig } from './config-mail.js';
import { choice, isOwnMachine, isPort, list, malformed, path, port, wholeNumber, type Env } from './env.js';

/** Everything that can be set from outside, read once. */
export interface Config {
  host: string;
  port: number;
  /** path of a socket on which a proxy of this machine is answered, in place of host and port; null: there is none */
  socket: string | null;
  /** origin without a trailing slash: what links and cookies are made for */
  publicUrl: string;
  /** peers whose X-Forwarded-For is believed */
  trustProxy: readonly string[];
  stateDir: string;
  /** null: keys lie among the state */
  keys: KeySettings | null;
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
  backup: BackupSettings;
  /** null: no mail is set up, and letters stay here to be read */
  mail: MailConfig | null;
  signUp: 'open' | 'closed';
  /** null: nothing is sold, and nobody is limited */
  billing: BillingConfig | null;
  apiCorsOrigins: readonly string[];
  /** of loopback, where figures for Prometheus are; null: nowhere */
  metricsPort: number | null;
  /** the certificate that a proxy in front shows, to be looked at; null: none is */
  certificate: string | null;
  /** an address below which `latest.json` names the latest release; null: nobody is asked */
  releases: string | null;
  /** `host:port` of private hosts to which alarms may be sent */
  alarmPrivateHosts: readonly string[];
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** systemd waits for word from this process, and starts it anew where none comes for so long; null: it does not */
  systemd: { watchdogMs: number | null } | null;
}

/** Nobody reaches it but from this machine. */
export const isLocal = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>): boolean =>
  isOwnMachine(new URL(publicUrl).hostname) && isOwnMachine(host);

function host(env: Env): string {
  const value = env['HOST'] || '127.0.0.1';
  if (!/^[\w.:-]+$/.test(value))
    throw malformed('HOST', value, 'an address to listen on, such as 127.0.0.1 or ::');
  return value;
}

function socket(env: Env): string | null {
  const value = env['SOCKET'];
  if (!value) return null;
  // The kernel takes no more.
  if (!value.startsWith('/') || Buffer.byteLength(value) > 107)
    throw malformed('SOCKET', value, 'a path of at most 107 bytes, such as /run/rawjournal/web.sock');
  if (!env['PUBLIC_URL'])
    throw new Fault(
      500,
      'configuration',
      'SOCKET is set, so a proxy stands in front: set PUBLIC_URL to the address people will use.',
    );
  return value;
}

/** What systemd itself sets for a service of Type=notify. */
function systemd(env: Env): Config['systemd'] {
  if (!env['NOTIFY_SOCKET']) return null;
  const microseconds = Number(env['WATCHDOG_USEC'] ?? 0);
  return { watchdogMs: microseconds > 0 ? microseconds / 1000 : null };
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

function terminalMb(env: Env): Config['terminalMb'] {
  const recycle = wholeNumber(env, 'TERMINAL_RECYCLE_MB', 600);
  const kill = wholeNumber(env, 'TERMINAL_KILL_MB', 800);
  if (kill <= recycle)
    throw malformed('TERMINAL_KILL_MB', String(kill), `more than TERMINAL_RECYCLE_MB, which is ${recycle}`);
  return { recycle, kill };
}

function metricsPort(env: Env, listenPort: number): number | null {
  const value = env['METRICS_PORT'];
  if (!value) return null;
  if (Number(value) === listenPort) throw malformed('METRICS_PORT', value, 'another port than PORT');
  return port('METRICS_PORT', value);
}

function releases(env: Env): string | null {
  const value = env['RELEASE_BASE_URL'];
  if (!value) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  const isPlain = url !== null && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !(url.protocol === 'https:' || (url.protocol === 'http:' && isOwnMachine(url.hostname))))
    throw malformed('RELEASE_BASE_URL', value, 'an https address, such as https://example.org/releases');
  return url.href.replace(/\/+$/, '');
}

function alarmPrivateHosts(env: Env): string[] {
  const hosts = list(env['ALARM_PRIVATE_HOSTS'] ?? '').map((value) => value.toLowerCase());
  const odd = hosts.find(
    (value) => !/^([\w.-]+|\[[\da-f:.]+\]):\d+$/.test(value) || !isPort(value.replace(/^.*:/, '')),
  );
  if (odd !== undefined)
    throw malformed(
      'ALARM_PRIVATE_HOSTS',
      odd,
      'hosts with their ports, such as 192.168.1.5:8080, separated by commas',
    );
  return hosts;
}

/** Reads the environment strictly. Throws a Fault whose sentence names the variable that cannot be used. */
export function readConfig(env: Env, root: string): Config {
  const listenHost = host(env);
  const listenPort = port('PORT', env['PORT'] || '3000');
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
    socket: socket(env),
    publicUrl: publicUrl(env, listenHost, listenPort),
    trustProxy: proxies,
    stateDir,
    keys: keySettings(env),
    database: database(env),
    redisUrl: redisUrl(env),
    terminals: choice(env, 'TERMINALS', ['simulator', 'wine', 'none'], 'simulator'),
    containment: choice(env, 'TERMINAL_CONTAINMENT', ['bwrap', 'none'], 'bwrap'),
    wine: path(env, 'WINE', '/opt/wine-stable/bin/wine'),
    terminalMb: terminalMb(env),
    recordings: env['SIMULATOR_RECORDINGS'] ? resolve(root, env['SIMULATOR_RECORDINGS']) : null,
    postgresBin: path(env, 'POSTGRES_BIN', '/usr/lib/postgresql/17/bin'),
    backup: backupSettings(env, stateDir),
    mail: mail(env),
    signUp: choice(env, 'SIGN_UP', ['open', 'closed'], 'open'),
    billing: billingConfig(env),
    apiCorsOrigins: list(env['API_CORS_ORIGINS'] ?? '').map(
      (value) => origin('API_CORS_ORIGINS', value).origin,
    ),
    metricsPort: metricsPort(env, listenPort),
    certificate: path(env, 'TLS_CERTIFICATE', '/etc/letsencrypt/live/example.org/fullchain.pem'),
    releases: releases(env),
    alarmPrivateHosts: alarmPrivateHosts(env),
    logLevel: choice(env, 'LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    systemd: systemd(env),
  };
}

/** The configuration of this process. */
export const readEnvironment = (root: string): Config => readConfig(process.env, root);
