import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

export interface MachineWishes {
  /** ID and VERSION_ID of its /etc/os-release */
  os?: [name: string, version: string];
  memoryKb?: number;
  hasSystemd?: boolean;
  /** names that lead somewhere */
  hosts?: string[];
}

export interface Outcome {
  code: number | null;
  /** what it printed, to both */
  said: string;
}

export interface BlankMachine {
  /** its root folder */
  root: string;
  /** Runs bash with these arguments as its root, the script on stdin; without a terminal. */
  bash: (args: string[], script: string, env?: Record<string, string>) => Promise<Outcome>;
  /** a digest of every file and folder it has */
  digest: () => Promise<string>;
  remove: () => Promise<void>;
}

async function furnish(root: string, wishes: MachineWishes): Promise<void> {
  const [name, version] = wishes.os ?? ['debian', '12'];
  for (const folder of ['etc/alternatives', 'run', 'tmp', 'var/log', 'opt', 'proc', 'dev', 'usr', 'root'])
    await mkdir(join(root, folder), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(root, name));
  await writeFile(join(root, 'etc/os-release'), `ID=${name}\nVERSION_ID="${version}"\n`);
  await writeFile(
    join(root, 'etc/hosts'),
    (wishes.hosts ?? []).map((host) => `127.0.0.1 ${host}\n`).join(''),
  );
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files\n');
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/bash\n');
  await cp('/etc/ssl', join(root, 'etc/ssl'), { recursive: true, dereference: true }).catch(() => undefined);
  if (wishes.hasSystemd !== false) await mkdir(join(root, 'run/systemd/system'), { recursive: true });
}

async function treeDigest(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFile: entry.isFile(),
  }));
  const hash = createHash('sha256');
  for (const { path, isFile } of paths.sort((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\0`).update(isFile ? await readFile(path) : '');
  return hash.digest('hex');
}

/**
 * The root of an empty machine: its own files below a folder, this machine's programs to read, no network and no other
 * process. What runs in it is root there, and nobody outside.
 */
export async function blankMachine(wishes: MachineWishes = {}): Promise<BlankMachine> {
  const home = await mkdtemp(join(tmpdir(), 'rawjournal-machine-'));
  const root = join(home, 'root');
  await furnish(root, wishes);
  const memory = join(home, 'meminfo');
  await writeFile(memory, `MemTotal:       ${String(wishes.memoryKb ?? 8_000_000)} kB\n`);
  const wall = [
    ...['--unshare-all', '--uid', '0', '--gid', '0', '--die-with-parent', '--new-session', '--clearenv'],
    ...['--bind', root, '/', '--ro-bind', '/usr', '/usr', '--proc', '/proc', '--dev', '/dev'],
    ...[
      '--ro-bind',
      memory,
      '/proc/meminfo',
      '--ro-bind',
      '/etc/alternatives',
      '/etc/alternatives',
      '--chdir',
      '/',
    ],
  ];
  const bash = (args: string[], script: string, env: Record<string, string> = {}): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const set = Object.entries({ PATH: '/usr/sbin:/usr/bin', ...env }).flatMap((pair) => [
        '--setenv',
        ...pair,
      ]);
      const child = spawn('bwrap', [...wall, ...set, 'bash', ...args]);
      let said = '';
      child.stdout.on('data', (part: Buffer) => (said += String(part)));
      child.stderr.on('data', (part: Buffer) => (said += String(part)));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, said });
      });
      // It may end before it has read all of it.
      child.stdin.on('error', () => undefined);
      child.stdin.end(script);
    });
  return {
    ...{ root, bash },
    digest: () => treeDigest(root),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
