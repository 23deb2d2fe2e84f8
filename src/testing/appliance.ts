import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { ensureDatabase, type AdminLogin } from '../data/migrate.js';
import { on, projectRoot } from './database.js';
import { debianCluster, debianPostgres, type LoginRules } from './debian-cluster.js';
import { freePort } from './free-port.js';
import { plainEnvironment, type Ended } from './program.js';

/**
 * A server of its own as the installer leaves it, but for systemd: PostgreSQL asks for no passwords and knows people
 * by their user of this machine. Two users that every Debian has stand in for rawjournal and rawjournal-backup.
 */
export const users = {
  service: { name: 'games', uid: 5, gid: 60 },
  backup: { name: 'backup', uid: 34, gid: 34 },
} as const;

/** A block of the README that begins so. */
function printed(beginning: string): string {
  const text = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const block = text.split('\n```\n').find((one) => one.startsWith(beginning));
  if (block === undefined) throw new Error(`The README prints nothing that begins with ${beginning}.`);
  return `${block}\n`;
}

const standIns: Readonly<Record<string, string>> = {
  rawjournal: users.service.name,
  'rawjournal-backup': users.backup.name,
};

/** What the README tells to write into PostgreSQL's files, with the users of the test. */
const rules = (): LoginRules => ({
  hba: printed('local all all peer'),
  ident: printed('rawjournal  postgres').replaceAll(
    /^(\S+\s+)(\S+)/gm,
    (_line, map: string, user: string) => `${map}${standIns[user] ?? user}`,
  ),
});

/** Why this machine is not enough, or false. */
export async function needsUsers(): Promise<{ skip: string | false }> {
  if (process.getuid?.() !== 0) return { skip: 'only root can be several users' };
  return { skip: (await debianPostgres()) === null ? 'postgresql is not installed' : false };
}

export type Who = keyof typeof users | 'root';

export interface Appliance {
  /** folders of their own: nobody else looks inside */
  serviceState: string;
  backupState: string;
  screenshots: string;
  login: AdminLogin;
  /** how a role logs in */
  urlFor: (role: string) => string;
  /** settings of the service, of backups, and of an administrator of PostgreSQL */
  service: Record<string, string>;
  backup: Record<string, string>;
  root: Record<string, string>;
  start: (
    who: Who,
    script: string,
    args: string[],
    env: Record<string, string>,
  ) => ChildProcessWithoutNullStreams;
  run: (who: Who, args: string[], env?: Record<string, string>, input?: string) => Promise<Ended>;
}

const asUser = (who: Who): string[] =>
  who === 'root' ? [] : [`--reuid=${users[who].uid}`, `--regid=${users[who].gid}`, '--clear-groups'];

function start(who: Who, script: string, args: string[], env: Record<string, string>) {
  // The test runner's instruments write where these users may not.
  const plain = ['env', '--unset=NODE_OPTIONS', process.execPath];
  const command = [...asUser(who), ...plain, join(projectRoot, 'dist', script), ...args];
  return spawn('setpriv', who === 'root' ? ['--', ...command] : command, {
    env: plainEnvironment(env),
    cwd: projectRoot,
  });
}

async function run(who: Who, args: string[], env: Record<string, string>, input = ''): Promise<Ended> {
  const child = start(who, 'cli/main.js', args, env);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (output.stdout += String(part)));
  child.stderr.on('data', (part: Buffer) => (output.stderr += String(part)));
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

async function ownFolder(path: string, owner: { uid: number; gid: number }, mode: number): Promise<string> {
  await mkdir(path);
  await chown(path, owner.uid, owner.gid);
  await chmod(path, mode);
  return path;
}

export async function appliance(t: Test, more: Record<string, string> = {}): Promise<Appliance> {
  const cluster = await debianCluster(t, rules());
  const login = on(cluster, 'rawjournal');
  const { address } = login;
  await ensureDatabase(login, cluster.address.database);
  const home = await mkdtemp(join(tmpdir(), 'rawjournal-appliance-'));
  t.teardown(() => rm(home, { recursive: true, force: true, maxRetries: 20 }));
  await chmod(home, 0o755);
  const serviceState = await ownFolder(join(home, 'state'), users.service, 0o700);
  const backupState = await ownFolder(join(home, 'backup-state'), users.backup, 0o700);
  const screenshots = await ownFolder(
    join(home, 'screenshots'),
    { uid: users.service.uid, gid: users.backup.gid },
    0o2750,
  );
  const urlFor = (role: string): string =>
    `postgresql://${role}@/rawjournal?host=${encodeURIComponent(address.host)}`;
  const common = { PORT: String(await freePort()), REDIS_URL: '', TERMINALS: 'none', ...more };
  const service = { ...common, STATE_DIR: serviceState, DATABASE_URL: urlFor('rawjournal_setup') };
  const root = { ...service, DATABASE_URL: urlFor('postgres') };
  const backup = {
    ...{ STATE_DIR: backupState, DATABASE_URL: urlFor('rawjournal_backup') },
    ...{ BACKUP_SCREENSHOTS: screenshots },
  };
  const envOf = { service, backup, root };
  return {
    ...{ login, urlFor },
    ...{ serviceState, backupState, screenshots, service, backup, root, start },
    run: (who, args, env = envOf[who], input) => run(who, args, env, input),
  };
}
