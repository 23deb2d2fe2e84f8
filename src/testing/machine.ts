import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { projectRoot } from './database.js';
import { programPath } from './needs.js';
import { plainEnvironment } from './program.js';

/** A machine on which packages can be asked for without one being installed: apt and its kin only note it. */
export interface Machine {
  run: (...args: string[]) => { code: number | null; said: string };
  /** what apt, dpkg and the rest were asked for, a line each; and from now on anew */
  asked: () => string[];
  /** below /etc/apt */
  read: (path: string) => string;
  folder: string;
}

export interface Kind {
  /** of /etc/os-release */
  distribution?: string;
  /** the Wine that the distribution itself would install */
  candidate?: string;
  /** the fingerprints of the keys that are fetched */
  keys?: readonly string[];
  /** programs may make namespaces only by a profile */
  isRestricted?: boolean;
  /** what the Wine says that comes from WineHQ */
  comes?: string;
}

export const winehqKey = 'D43F640145369C51D786DDEA76F1A20FF987672F';

/** Puts Wine where WineHQ, or Debian, puts it. */
const aptGet = `
case "$*" in
  *winehq-stable=*|*/debs/*) mkdir -p /opt/wine-stable/bin && cp /mnt/ask/wine /opt/wine-stable/bin/wine ;;
  *wine64*) cp /mnt/ask/wine /usr/lib/wine/wine64 ;;
esac`;

const cat = `
case "$1" in
  */apparmor_restrict_unprivileged_userns) echo 1 ;;
  *) exec /bin/cat "$@" ;;
esac`;

const shims = ({
  candidate = '8.0~repack-4',
  keys = [winehqKey],
  isRestricted = false,
}: Kind): Record<string, string> => ({
  ...(isRestricted ? { cat } : {}),
  apparmor_parser: '[ ! -e /mnt/ask/no-parser ]',
  'apt-get': aptGet,
  'apt-cache': `echo "  Candidate: ${candidate}"`,
  'apt-mark': '',
  dpkg: '',
  curl: 'while [ "$1" != -o ]; do shift; done; echo a key >"$2"',
  gpg: keys
    .map((key) => `echo "pub:-:4096:1:${key.slice(-16)}:1:::-:"; echo "fpr:::::::::${key}:"`)
    .join('\n'),
  node: '',
  Xvfb: '',
  unzip: '',
});

const program = (path: string, text: string): void => {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
};

/** Whoever runs in it is root of it, and what it writes lies in a folder of the test. */
export function machine(t: Test, kind: Kind = {}): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'rawjournal-machine-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  for (const name of ['bin', 'ask', 'apt', 'apparmor.d', 'state', 'opt', 'wine', 'offline/debs'])
    mkdirSync(at(name), { recursive: true });
  const log = at('ask/log');
  writeFileSync(log, '');
  program(at('ask/wine'), `echo ${kind.comes ?? 'wine-10.0'}`);
  for (const [name, does] of Object.entries(shims(kind)))
    program(at(`bin/${name}`), `echo "${name} $*" >>/mnt/ask/log\n${does}`);
  writeFileSync(at('os-release'), kind.distribution ?? 'ID=debian\nVERSION_CODENAME=bookworm\n');
  const sum = createHash('sha256').update('a package').digest('hex');
  writeFileSync(at('offline/debs/one.deb'), 'a package');
  writeFileSync(at('offline/debs/SHA256SUMS'), `${sum}  one.deb\n`);
  const bind = (name: string, to: string): string[] => ['--bind', at(name), to];
  const walls = [
    ...['--unshare-user', '--uid', '0', '--gid', '0', '--dev-bind', '/', '/'],
    ...['--tmpfs', '/mnt', '--tmpfs', '/etc', '--ro-bind', '/etc/passwd', '/etc/passwd'],
    ...['--tmpfs', '/usr/share/fonts', '--dir', '/usr/share/fonts/truetype/liberation'],
    ...[...bind('ask', '/mnt/ask'), ...bind('offline', '/mnt/offline'), ...bind('opt', '/opt')],
    ...[...bind('wine', '/usr/lib/wine'), ...bind('bin', '/usr/local/bin'), ...bind('apt', '/etc/apt')],
    ...[...bind('apparmor.d', '/etc/apparmor.d'), '--ro-bind', at('os-release'), '/etc/os-release'],
  ];
  const run: Machine['run'] = (...args) => {
    const command = ['/bin/bash', join(projectRoot, 'wine', 'provision.sh'), ...args];
    const env = plainEnvironment({ STATE_DIR: at('state'), WINE: '' });
    const found = spawnSync(programPath('bwrap') ?? 'bwrap', [...walls, ...command], {
      encoding: 'utf8',
      env,
    });
    return { code: found.status, said: `${found.stdout}${found.stderr}` };
  };
  const asked = (): string[] => {
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    writeFileSync(log, '');
    return lines;
  };
  return { run, asked, read: (path) => readFileSync(at(`apt/${path}`), 'utf8'), folder };
}
