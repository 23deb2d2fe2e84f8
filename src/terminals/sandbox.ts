import { normalize } from 'node:path/posix';

/** What one process tree may see and do. Paths are the same inside and outside. */
export interface Sandbox {
  /** folders of programs beside /usr, read-only: a Wine in /opt */
  readonly programs: readonly string[];
  /** other files and folders, read-only */
  readonly reads: readonly string[];
  /** all that it may write to on a disk */
  readonly writes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** What must never be seen inside, above all the application's own state: keys, sockets, other prefixes. */
export interface Secrets {
  readonly folder: string;
  /** the parts of it that belong to this very tree */
  readonly except: readonly string[];
}

export interface BwrapFeatures {
  /** from bubblewrap 0.8 on */
  readonly disableUserns: boolean;
}

/** What programs look up. Everything else of /etc stays outside, and so do /run, /home and /var. */
const lookUps = [
  'alternatives',
  'fonts',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'nsswitch.conf',
  'resolv.conf',
  'ssl/certs',
];

/** The private folders live in memory, which nobody weighs: they are small. */
const mostTmpBytes = 64 * 1024 * 1024;
/** A user that exists nowhere: the numbers outside are not to be known inside. */
const uid = '1000';

/** Whether a path is a folder or lies in it, however the two are written. */
function within(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map((one) => `${normalize(one)}/`.replace(/\/+$/, '/'));
  return inner !== undefined && outer !== undefined && inner.startsWith(outer);
}

/** Throws where a folder that would be shown holds the secrets, or a part of them that is not this tree's own. */
function guard({ programs, reads, writes }: Sandbox, { folder, except }: Secrets): void {
  const shown = ['/usr', ...programs, ...reads, ...writes];
  const traitor = shown.find(
    (path) => within(folder, path) || (within(path, folder) && !except.some((own) => within(path, own))),
  );
  if (traitor !== undefined) throw new Error(`A terminal would see ${folder} through ${traitor}.`);
}

const bind = (how: string, paths: readonly string[]): string[] => paths.flatMap((path) => [how, path, path]);

/**
 * The arguments of bwrap. Nothing is shown but what is listed, all of it mounted on a fresh root; user, pid and ipc
 * are namespaces of its own, the network is not. SIGKILL of bwrap, or the end of its parent, ends the whole tree.
 */
export function sandboxArgs(sandbox: Sandbox, secrets: Secrets, { disableUserns }: BwrapFeatures): string[] {
  guard(sandbox, secrets);
  const tmpfs = (path: string): string[] => ['--size', String(mostTmpBytes), '--tmpfs', path];
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--uid', uid, '--gid', uid],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...(disableUserns ? ['--disable-userns'] : []),
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
    ...bind(
      '--ro-bind-try',
      lookUps.map((name) => `/etc/${name}`),
    ),
    ...['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm'), '--remount-ro', '/dev', ...tmpfs('/tmp')],
    ...bind('--ro-bind', [...sandbox.programs, ...sandbox.reads]),
    ...bind('--bind', sandbox.writes),
    ...['--remount-ro', '/', '--chdir', '/tmp'],
    ...Object.entries(sandbox.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', ...sandbox.command],
  ];
}
