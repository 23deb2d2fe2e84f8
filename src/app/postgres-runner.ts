import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../lib/fault.js';
import type { Folders } from './postgres-folder.js';

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How PostgreSQL's programs are started here: behind `prefix`, and as `account` where that is not ourselves. */
export interface Runner {
  readonly prefix: readonly string[];
  readonly account: Account | null;
}

// Nothing of ours is inherited: the environment may hold secrets, and PG* variables would change the server.
const surroundings = {
  cwd: '/',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
};

// The kernel sends the signal when we die, even by SIGKILL: a fast shutdown instead of an orphan.
const endsWithUs = ['setpriv', '--pdeathsig', 'INT', '--'];

/** PostgreSQL refuses to run as root. The first way that works on this machine is taken. */
export async function chooseRunner(folders: Folders, postgres: string): Promise<Runner> {
  const owner = await ownerOf(folders.data);
  return process.geteuid?.() === 0
    ? await asRoot(folders, postgres, owner)
    : await asOurselves(folders, postgres, owner);
}

async function asOurselves(folders: Folders, postgres: string, owner: Account | null): Promise<Runner> {
  for (const [folder, uid] of [
    [folders.data, owner?.uid],
    [folders.socket, (await ownerOf(folders.socket))?.uid],
  ] as const) {
    if (uid === undefined || uid === process.geteuid?.()) continue;
    throw new Fault(
      500,
      'database_of_another_user',
      `The folder ${folder} belongs to another user (number ${uid}). ` +
        `Start as that user, or give the folder and all in it to the user who starts.`,
    );
  }
  return await firstThatRuns(postgres, [
    { prefix: endsWithUs, account: null },
    { prefix: [], account: null },
  ]);
}

/**
 * In a user namespace of its own the server is nobody inside and owns root's files outside. Where namespaces are
 * forbidden, as in many containers, or the data already belongs to somebody, it is started as another user.
 */
async function asRoot(folders: Folders, postgres: string, owner: Account | null): Promise<Runner> {
  const nobody = await accountOfNobody();
  const account = owner === null || owner.uid === 0 ? nobody : owner;
  if (account === nobody) {
    const renamed = ['unshare', '--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`, '--'];
    const ways = [[...renamed, ...endsWithUs], renamed].map((prefix) => ({ prefix, account: null }));
    const runner = await firstThatRuns(postgres, ways).catch(() => null);
    if (runner !== null) {
      await chown(folders.socket, 0, 0);
      return runner;
    }
  }
  await refuseOutOfReach(account, [postgres, folders.data, folders.socket]);
  await chown(folders.socket, account.uid, account.gid);
  if (owner?.uid === 0) await handOver(folders.data, account);
  return await firstThatRuns(postgres, [
    { prefix: endsWithUs, account },
    { prefix: [], account },
  ]);
}

async function firstThatRuns(postgres: string, ways: readonly Runner[]): Promise<Runner> {
  let cause: unknown;
  for (const way of ways) {
    try {
      await run(way, postgres, ['--version']);
      return way;
    } catch (error) {
      cause = error;
    }
  }
  throw new Fault(
    500,
    'database_does_not_run',
    `The PostgreSQL that the packages carry does not run on this machine. ` +
      `Set DATABASE_URL to a PostgreSQL of your own.`,
    { cause },
  );
}

/** Runs a program to its end; rejects, with its `stderr`, when it fails. */
export async function run(runner: Runner, program: string, args: readonly string[]): Promise<void> {
  const [command, ...rest] = commandLine(runner, program, args);
  await promisify(execFile)(command, rest, { ...surroundings, ...runner.account });
}

/** Starts a program in a session of its own, so that Ctrl-C in a terminal reaches us and not it. */
export function launch(runner: Runner, program: string, args: readonly string[]): ChildProcess {
  const [command, ...rest] = commandLine(runner, program, args);
  return spawn(command, rest, {
    ...surroundings,
    ...runner.account,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function commandLine(runner: Runner, program: string, args: readonly string[]): [string, ...string[]] {
  const [first, ...prefix] = runner.prefix;
  return first === undefined ? [program, ...args] : [first, ...prefix, program, ...args];
}

/** initdb looks its user up by number, so the number must be one that the machine knows. */
async function accountOfNobody(): Promise<Account> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

async function ownerOf(path: string): Promise<Account | null> {
  const { uid, gid } = (await stat(path).catch(() => null)) ?? {};
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

async function refuseOutOfReach(account: Account, paths: readonly string[]): Promise<void> {
  for (let folder of paths.map((path) => dirname(path))) {
    for (; folder !== '/'; folder = dirname(folder)) {
      const { uid, gid, mode } = await stat(folder);
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if ((mode & bit) !== 0) continue;
      throw new Fault(
        500,
        'database_out_of_reach',
        `PostgreSQL cannot run as root, and user number ${account.uid}, as whom it would run instead, may not ` +
          `enter ${folder}. Start as an ordinary user, run "chmod o+x ${folder}", or set DATABASE_URL.`,
      );
    }
  }
}

async function handOver(folder: string, { uid, gid }: Account): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), uid, gid);
  await chown(folder, uid, gid);
}
