import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shell } from './shell.js';

export interface Said {
  code: number | null;
  text: string;
}

export interface Wishes {
  /** root's eyes see this much memory */
  memoryKb?: number;
}

/**
 * Its first process: brings up what a kernel would, and takes in those whose parents are gone. Its root is moved to, not
 * changed: in a changed one nobody may make namespaces.
 */
const first = `
  set -e
  mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$HOME_OF/upper,workdir=$HOME_OF/work" "$HOME_OF/root"
  cd "$HOME_OF/root"
  mount -t proc proc proc
  mount -t tmpfs -o mode=755 tmpfs run && mount -t tmpfs -o mode=1777 tmpfs tmp && mount -t tmpfs -o mode=755 tmpfs dev
  mkdir -p run/systemd/system run/lock dev/pts dev/shm && chmod 1777 run/lock dev/shm
  for name in null zero full random urandom tty; do touch dev/$name && mount --bind /dev/$name dev/$name; done
  ln -s /proc/self/fd dev/fd && ln -s /proc/self/fd/0 dev/stdin && ln -s /proc/self/fd/1 dev/stdout && ln -s /proc/self/fd/2 dev/stderr
  mount --bind "$OFFLINE" srv/offline && mount -o remount,ro,bind srv/offline
  [ ! -e "$HOME_OF/meminfo" ] || mount --bind "$HOME_OF/meminfo" proc/meminfo
  ip link set lo up && ip address add 192.0.2.10/32 dev lo
  echo up
  pivot_root . . && umount -l .
  exec bash -c 'trap : CHLD; while :; do sleep 86400 & wait; done'`;

/** Mode and content of a file; null where it is gone by now. */
async function stateOf(path: string, entry: Dirent): Promise<string | null> {
  try {
    const { mode } = await lstat(path);
    if (entry.isCharacterDevice()) return 'removed';
    const content = entry.isSymbolicLink()
      ? await readlink(path)
      : entry.isFile()
        ? await readFile(path)
        : '';
    return `${mode.toString(8)} ${createHash('sha256').update(content).digest('hex')}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A system of its own files, processes and network, on top of a base that stays as it is. Root is needed. */
export class Machine {
  private constructor(
    private readonly home: string,
    private readonly keeper: ChildProcess,
    private readonly pid: number,
  ) {}

  static async start(base: string, offline: string, wishes: Wishes = {}): Promise<Machine> {
    const home = await mkdtemp(join(tmpdir(), 'rawjournal-box-'));
    for (const name of ['upper', 'work', 'root']) await mkdir(join(home, name));
    if (wishes.memoryKb !== undefined)
      await shell('sh', ['-c', `echo "MemTotal: ${wishes.memoryKb} kB" > ${home}/meminfo`]);
    const keeper = spawn(
      'unshare',
      ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child', 'bash', '-c', first],
      {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', BASE: base, HOME_OF: home, OFFLINE: offline },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise<void>((resolve, reject) => {
      keeper.stdout.once('data', () => {
        resolve();
      });
      keeper.once('exit', (code) => {
        reject(new Error(`the machine did not come up: ${String(code)}`));
      });
    });
    const pid = Number(
      await readFile(`/proc/${String(keeper.pid)}/task/${String(keeper.pid)}/children`, 'utf8'),
    );
    return new Machine(home, keeper, pid);
  }

  /** Runs a command of it as root, without a terminal; the process can be ended from outside. */
  spawn(command: string[], environment: Record<string, string> = {}): ChildProcess {
    const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const into = [
      '--target',
      String(this.pid),
      '--mount',
      '--net',
      '--pid',
      '--ipc',
      '--uts',
      '--root',
      '--wd',
    ];
    return spawn(
      'nsenter',
      [
        ...into,
        'setsid',
        '--wait',
        'env',
        '-i',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HOME=/root',
        ...set,
        ...command,
      ],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
  }

  /** Runs a program of this host in its network. */
  outside(command: string[]): ChildProcess {
    return spawn('nsenter', ['--target', String(this.pid), '--net', ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  run(command: string[], environment: Record<string, string> = {}, input = ''): Promise<Said> {
    const child = this.spawn(command, environment);
    let text = '';
    child.stdout?.on('data', (part: Buffer) => (text += String(part)));
    child.stderr?.on('data', (part: Buffer) => (text += String(part)));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      // Services that were started hold no pipe of it; its own end is what counts.
      child.on('exit', (code) =>
        setTimeout(() => {
          resolve({ code, text });
        }, 50),
      );
    });
  }

  /** What differs from the base, by path: contents and modes, or what was removed. Services go on meanwhile. */
  async changes(): Promise<Map<string, string>> {
    const upper = join(this.home, 'upper');
    const found = new Map<string, string>();
    for (const entry of await readdir(upper, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const state = entry.isDirectory() ? null : await stateOf(path, entry);
      if (state !== null) found.set(path.slice(upper.length), state);
    }
    return found;
  }

  /** The bytes of a file that was changed. */
  bytes(path: string): Promise<Buffer> {
    return readFile(join(this.home, 'upper', path));
  }

  /** Also where it is stopped already. */
  async stop(): Promise<void> {
    if (this.keeper.exitCode !== null || this.keeper.signalCode !== null) return;
    process.kill(this.pid, 'SIGKILL');
    await new Promise((resolve) => this.keeper.once('exit', resolve));
    await rm(this.home, { recursive: true, force: true });
  }
}
