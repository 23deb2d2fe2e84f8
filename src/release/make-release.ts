import type { KeyObject } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { putContents } from './contents.js';
import { manifestOf, sha256 } from './manifest.js';
import { putPackages } from './packages.js';
import { runTool } from './run-tool.js';
import { signatureOf } from './signing.js';

const project = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/),
  engines: z.object({ node: z.string() }),
});

/** The same in every release: assets are told apart by their names, not by their times. */
const time = '@1577836800';

/** An archive whose bytes depend on names, modes and contents alone. */
async function pack(work: string, name: string, archive: string): Promise<void> {
  const steady = [
    '--format=gnu',
    '--sort=name',
    `--mtime=${time}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
  ];
  const modes = '--mode=u=rwX,go=rX';
  await runTool(
    'tar',
    [...steady, modes, '--use-compress-program=zstd -q -10 -T1', '-cf', archive, name],
    work,
  );
}

async function fill(root: string, work: string, name: string): Promise<string> {
  const folder = join(work, name);
  await mkdir(folder);
  await putContents(root, folder);
  await putPackages(root, work, folder);
  const { version, engines } = project.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const manifest = await manifestOf(folder, version, engines.node);
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return folder;
}

/** `sha256sum --check` reads it: one signature over it covers all that it names. */
async function writeSums(out: string, name: string, files: string[], key: KeyObject): Promise<string[]> {
  const lines = await Promise.all(files.map(async (file) => `${await sha256(join(out, file))}  ${file}\n`));
  const sums = Buffer.from(lines.join(''));
  await writeFile(join(out, `${name}.sha256`), sums);
  await writeFile(join(out, `${name}.sha256.sig`), signatureOf(sums, key));
  return [...files, `${name}.sha256`, `${name}.sha256.sig`];
}

/**
 * What lies beside all releases and names the newest: for install.sh, and for installations that ask whether there is
 * an update. Each has a signature of its own, as it changes with every release.
 */
async function writeLatest(out: string, version: string, key: KeyObject): Promise<string[]> {
  const texts = { latest: `${version}\n`, 'latest.json': `${JSON.stringify({ version })}\n` };
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(join(out, name), text);
    await writeFile(join(out, `${name}.sig`), signatureOf(Buffer.from(text), key));
  }
  return Object.keys(texts).flatMap((name) => [name, `${name}.sig`]);
}

/**
 * Writes a release of the built project at `root` to the folder `out`: the archive, its manifest and its list of
 * packages, their checksums and the signature over these, and which release is the latest. Returns the names of the files. Two runs give the same bytes.
 */
export async function makeRelease(root: string, out: string, key: KeyObject): Promise<string[]> {
  const { version } = project.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const name = `rawjournal-${version}`;
  const work = await mkdtemp(join(tmpdir(), 'rawjournal-release-'));
  try {
    await mkdir(out, { recursive: true });
    const folder = await fill(root, work, name);
    await pack(work, name, join(out, `${name}.tar.zst`));
    const beside = ['manifest', 'sbom'];
    for (const part of beside)
      await copyFile(join(folder, `${part}.json`), join(out, `${name}.${part}.json`));
    const files = [`${name}.tar.zst`, ...beside.map((part) => `${name}.${part}.json`)];
    return [...(await writeSums(out, name, files, key)), ...(await writeLatest(out, version, key))];
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
