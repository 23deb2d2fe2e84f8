import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Downloads } from './releases.js';
import { shell } from './shell.js';

/** On top of a base that stays as it is, with this host's network: what apt brings is kept. */
const fetching = `
  home=$(mktemp -d "$INTO.XXXXXX")
  trap 'umount "$home/root" || true; rm -rf "$home"' EXIT
  mkdir "$home/upper" "$home/work" "$home/root"
  mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$home/upper,workdir=$home/work" "$home/root"
  cp -L /etc/resolv.conf "$home/root/etc/resolv.conf"
  DEBIAN_FRONTEND=noninteractive chroot "$home/root" sh -euc \\
    'apt-get update -qq; cd /mnt; "$@"' sh "$@"
  mkdir "$INTO"
  find "$home/upper" -name '*.deb' -exec cp {} "$INTO" \\;
  cd "$INTO" && sha256sum *.deb >SHA256SUMS`;

/**
 * A folder of packages with their sums, as `--offline` wants one, made by an apt-get command in a system of `base`;
 * made once and kept.
 */
export async function debsOf(base: string, folder: string, command: readonly string[]): Promise<string> {
  if (existsSync(folder)) return folder;
  const making = `${folder}.making`;
  await rm(making, { recursive: true, force: true });
  const environment = [`BASE=${base}`, `INTO=${making}`];
  await shell('env', [
    ...environment,
    ...['unshare', '--mount', 'bash', '-euc', fetching, 'bash', ...command],
  ]);
  await rename(making, folder);
  return folder;
}

/** Packages alone, and packages with all that they need and the base has not. */
export const download = (packages: readonly string[]): string[] => [
  'apt-get',
  'download',
  '-qq',
  ...packages,
];
export const downloadWhole = (packages: readonly string[]): string[] => [
  ...['apt-get', 'install', '--download-only', '-y', '-qq', '--no-install-recommends', ...packages],
];

/** Another folder of downloads: the same releases, with packages, and further files that `list` names. */
export async function withDebs(
  downloads: Downloads,
  { folder, debs, further }: { folder: string; debs: string; further?: { folder: string; list: string } },
): Promise<Downloads> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await shell('find', [downloads.folder, ...'-maxdepth 1 -type f -exec cp -l {}'.split(' '), folder, ';']);
  await shell('cp', ['-al', debs, join(folder, 'debs')]);
  if (further !== undefined) {
    const list = join(folder, 'downloads.txt');
    const lists = await Promise.all([list, further.list].map((path) => readFile(path, 'utf8')));
    // A link to the other folder's, which stays what it is.
    await rm(list);
    await cp(further.folder, folder, { recursive: true });
    await writeFile(list, lists.join(''));
  }
  return { ...downloads, folder };
}
