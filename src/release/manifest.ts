import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { leftOut } from './packages.js';

/** What a release says of itself. */
export interface Manifest {
  version: string;
  /** what its native packages run on */
  platform: string;
  node: { required: string; madeWith: string };
  /** the database's migrations that it brings, in order */
  migrations: string[];
  /** packages of the project that an appliance does without */
  leftOut: string[];
  /** path → SHA-256 in hex, of every file but the manifest itself */
  files: Record<string, string>;
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function hashesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd !== undefined) throw new Error(`${join(odd.parentPath, odd.name)} is neither a file nor a folder.`);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const hashes: Record<string, string> = {};
  for (const path of paths) hashes[path] = await sha256(join(folder, path));
  return hashes;
}

/** Reads a folder that holds all of a release. */
export async function manifestOf(folder: string, version: string, requiredNode: string): Promise<Manifest> {
  const files = await hashesBelow(folder);
  const migrations = Object.keys(files).flatMap((path) => /^migrations\/(\w+)\.sql$/.exec(path)?.[1] ?? []);
  return {
    version,
    platform: `${process.platform}-${process.arch}`,
    node: { required: requiredNode, madeWith: process.version },
    migrations,
    leftOut,
    files,
  };
}
