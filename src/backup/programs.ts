import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { AdminLogin } from '../data/migrate.js';
import { Fault } from '../lib/fault.js';

/** A program at work: its streams, and how it ends. */
export interface Running {
  stdin: Writable;
  stdout: Readable;
  /** Rejects with a ProgramFailed; nobody has to wait for it. */
  ended: Promise<void>;
  kill(): void;
}

/** What a program said before it gave up. */
export class ProgramFailed extends Error {
  constructor(
    readonly program: string,
    readonly said: string,
  ) {
    super(`${program}: ${said}`);
  }

  /** On one line, without the words of every program about itself. */
  get brief(): string {
    const lines = this.said.split('\n').map((line) => line.replace(/^[\w/.-]+: (error|detail): /, '').trim());
    return lines
      .filter((line) => line !== '' && !line.startsWith('age: report'))
      .slice(0, 3)
      .join(' ');
  }
}

const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

/** Starts a program with nothing of our own environment but what is given. A secret belongs there, never into `args`. */
export function start(program: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child: ChildProcess = spawn(program, args, {
    env: { PATH: path, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error(`${program} has no streams`);
  stdin.on('error', () => undefined); // it ended before it had read everything: its end says why
  let said = '';
  stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-4_000)));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', ({ message }) => reject(new ProgramFailed(program, message)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new ProgramFailed(program, said.trim() || `it ended with ${signal ?? code ?? 'nothing'}`));
    });
  });
  ended.catch(() => undefined);
  return { stdin, stdout, ended, kill: () => void child.kill('SIGKILL') };
}

/** Runs a program that needs no input; what it printed. Rejects with a ProgramFailed. */
export async function output(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const running = start(program, args, env);
  running.stdin.end();
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await running.ended;
  return text;
}

/** Writes as fast as the other side reads. False once it reads no more. */
export async function feed(stdin: Writable, chunk: Buffer): Promise<boolean> {
  if (stdin.destroyed || stdin.writableEnded) return false;
  if (stdin.write(chunk)) return true;
  await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined);
  return !stdin.destroyed;
}

/** Refuses where one of these cannot be found. */
export async function requirePrograms(names: readonly ('age' | 'rclone')[]): Promise<void> {
  for (const name of names) {
    const places = path.split(':').map((folder) => join(folder, name));
    const found = await Promise.all(places.map((place) => isThere(place)));
    if (!found.includes(true))
      throw new Fault(
        500,
        'program_missing',
        `The program ${name} is missing. Install it: apt install ${name}`,
      );
  }
}

const isThere = (place: string): Promise<boolean> =>
  access(place).then(
    () => true,
    () => false,
  );

export interface PostgresPrograms {
  dump: string;
  restore: string;
  /** such as 15 */
  major: number;
}

const installed = '/usr/lib/postgresql';

async function programsIn(folder: string): Promise<PostgresPrograms | null> {
  const [dump, restore] = [join(folder, 'pg_dump'), join(folder, 'pg_restore')];
  const said = await output(dump, ['--version']).catch(() => '');
  const major = /\(PostgreSQL\) (\d+)/.exec(said)?.[1];
  if (major === undefined || !(await isThere(restore))) return null;
  return { dump, restore, major: Number(major) };
}

/**
 * PostgreSQL's own programs, in the oldest version that is not older than `leastMajor`: pg_dump refuses a server that
 * is newer than itself. They are not in the packages of the embedded server. `folder` null: wherever they are installed.
 */
export async function findPostgresPrograms(
  folder: string | null,
  leastMajor: number,
): Promise<PostgresPrograms> {
  const versions = await readdir(installed).catch(() => []);
  const folders =
    folder === null ? [...versions.map((one) => join(installed, one, 'bin')), '/usr/bin'] : [folder];
  const found = (await Promise.all(folders.map(programsIn))).filter((one) => one !== null);
  const [fit] = found.filter(({ major }) => major >= leastMajor).sort((a, b) => a.major - b.major);
  if (fit !== undefined) return fit;
  const newest = Math.max(...found.map(({ major }) => major));
  const have = found.length === 0 ? 'pg_dump is missing' : `pg_dump is version ${newest}`;
  throw new Fault(
    500,
    'program_missing',
    `${have}${folder === null ? '' : ` in ${folder}`}, and PostgreSQL ${leastMajor} needs ${leastMajor} or later. ` +
      `Install it: apt install postgresql-client-${leastMajor} (from apt.postgresql.org where the distribution has none), or set POSTGRES_BIN to its folder.`,
  );
}

/** How a program of PostgreSQL finds a database, and its password. */
export const connectionOf = ({
  address,
  user,
  password,
}: AdminLogin): { args: string[]; env: Record<string, string> } => ({
  args: ['-h', address.host, '-p', String(address.port), '-U', user, '-d', address.database, '-w'],
  env: {
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(address.ssl === true ? { PGSSLMODE: 'require' } : {}),
  },
});
