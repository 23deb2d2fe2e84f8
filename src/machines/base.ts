import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../testing/database.js';
import type { Distribution } from './distributions.js';
import { shell } from './shell.js';

/** Where all that is fetched once and kept lies. */
export const shelf = join(projectRoot, 'var', 'machines');

/** What install.sh asks apt for: fetched once, so that machines without a network have it. */
async function wantedPackages(): Promise<string[]> {
  const text = await readFile(join(projectRoot, 'src', 'install', 'packages.sh'), 'utf8');
  const [, list] = /^packages=\(([^)]*)\)/m.exec(text) ?? [];
  if (list === undefined) throw new Error('packages.sh does not name its packages.');
  return [...list.trim().split(/\s+/), 'libnginx-mod-http-brotli-filter'];
}

async function keyringOption({ keyring }: Distribution): Promise<string[]> {
  if (keyring === null) return [];
  const folder = join(shelf, 'keyring');
  const archive = join(shelf, 'keyring.deb');
  await shell('curl', ['-fsSL', '-o', archive, keyring.address]);
  const sum = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (sum !== keyring.sha256) throw new Error(`${keyring.address} is not what it should be.`);
  await shell('dpkg-deb', ['-x', archive, folder]);
  return [`--keyring=${join(folder, keyring.file)}`];
}

const sourcesOf = ({ name, mirror, components, updates }: Distribution): string =>
  [[mirror, name] as const, ...updates]
    .map(([from, suite]) => `deb ${from} ${suite} ${components}\n`)
    .join('');

/** Debian's debootstrap knows releases of Ubuntu by their names only where somebody wrote a file for each. */
async function knowSuite({ name, keyring }: Distribution): Promise<void> {
  const file = join('/usr/share/debootstrap/scripts', name);
  if (keyring !== null && !existsSync(file)) await symlink('gutsy', file);
}

async function furnish(folder: string, distribution: Distribution): Promise<void> {
  const inside = (...command: string[]): Promise<string> =>
    shell('chroot', [folder, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command]);
  await writeFile(join(folder, 'etc/apt/sources.list'), sourcesOf(distribution));
  await rm(join(folder, 'etc/apt/sources.list.d/ubuntu.sources'), { force: true });
  await copyFile('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
  await writeFile(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n');
  await chmod(join(folder, 'usr/sbin/policy-rc.d'), 0o755);
  await inside('apt-get', 'update', '-qq');
  await inside('apt-get', 'upgrade', '-y', '-qq');
  const known: string[] = [];
  for (const name of await wantedPackages()) {
    const policy = await inside('apt-cache', 'policy', name);
    if (/Candidate: [\d]/.test(policy)) known.push(name);
  }
  // Nothing may remove what was fetched.
  await writeFile(
    join(folder, 'etc/apt/apt.conf.d/90keep'),
    'Binary::apt::APT::Keep-Downloaded-Packages "true";\n',
  );
  await inside('apt-get', 'install', '--download-only', '-y', '-qq', '--no-install-recommends', ...known);
  // Packages call it by its whole path.
  await rm(join(folder, 'usr/bin/systemctl'), { force: true });
  await copyFile(join(projectRoot, 'src/machines/systemctl.sh'), join(folder, 'usr/bin/systemctl'));
  await chmod(join(folder, 'usr/bin/systemctl'), 0o755);
  await mkdir(join(folder, 'srv/offline'));
  await writeFile(join(folder, 'etc/resolv.conf'), '');
}

/** The root of a system as it comes from its makers, made once and kept; nothing is ever written to it again. */
export async function baseOf(distribution: Distribution): Promise<string> {
  const folder = join(shelf, distribution.name);
  if (existsSync(folder)) return folder;
  const making = `${folder}.new`;
  await shell('rm', ['-rf', making]);
  await mkdir(shelf, { recursive: true });
  await knowSuite(distribution);
  const options = await keyringOption(distribution);
  const { name, mirror, components } = distribution;
  const parts = `--components=${components.replaceAll(' ', ',')}`;
  await shell('debootstrap', [...options, parts, '--include=ca-certificates', name, making, mirror]);
  await furnish(making, distribution);
  await rename(making, folder);
  return folder;
}
