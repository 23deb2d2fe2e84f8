import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../lib/fault.js';

/** A file as it is fetched. `sha256` null: its maker replaces it without a notice. */
export interface Download {
  readonly sha256: string | null;
  readonly url: string;
}

/** Files by their names. */
export type Manifest = ReadonlyMap<string, Download>;

const line = /^([\w.-]+)\s+([0-9a-f]{64}|-)\s+(https:\/\/\S+)$/;

/** Reads `name sha256 address` a line; lines with # are for people. Throws a Fault that names what is no such line. */
export function readManifest(text: string): Manifest {
  const lines = text.split('\n').filter((one) => one.trim() !== '' && !one.startsWith('#'));
  return new Map(
    lines.map((one) => {
      const [, name, sha256, url] = line.exec(one.trim()) ?? [];
      if (name === undefined || sha256 === undefined || url === undefined)
        throw new Fault(422, 'invalid', `The list of downloads has a line that cannot be read: ${one}`);
      return [name, { sha256: sha256 === '-' ? null : sha256, url }];
    }),
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The files of a manifest: of a folder where everything lies already, or fetched into one and kept there. */
export class Downloads {
  constructor(
    private readonly manifest: Manifest,
    private readonly folder: string,
    private readonly isOffline: boolean,
    private readonly say: (line: string) => void,
  ) {}

  /** A file that is what the manifest says. Throws a Fault where it is missing or another. */
  async file(name: string): Promise<{ path: string; sha256: string }> {
    const wanted = this.manifest.get(name);
    if (wanted === undefined) throw new Fault(422, 'invalid', `The list of downloads does not name ${name}.`);
    const path = join(this.folder, name);
    if (!existsSync(path)) await this.fetch(wanted.url, path);
    const sha256 = await sha256Of(path);
    if (wanted.sha256 === null || wanted.sha256 === sha256) return { path, sha256 };
    if (!this.isOffline) await rm(path);
    throw new Fault(422, 'wrong_checksum', `${name} is not what it should be: its SHA-256 is ${sha256}.`);
  }

  private async fetch(url: string, path: string): Promise<void> {
    if (this.isOffline) throw new Fault(404, 'not_found', `There is no ${path}. It comes from ${url}.`);
    this.say(`fetching ${url}`);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const answer = await fetch(url, { signal: AbortSignal.timeout(600_000) });
    if (!answer.ok || answer.body === null)
      throw new Fault(502, 'not_fetched', `${url} answers ${answer.status}. Try again, or use --offline.`);
    if (!answer.url.startsWith('https:'))
      throw new Fault(
        502,
        'not_fetched',
        `${url} leads to ${answer.url}, on whose way anybody can change it.`,
      );
    // Whole after a power cut too: a file without a checksum is taken as it lies there.
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(`${path}.part`, { flush: true }));
    await rename(`${path}.part`, path);
  }
}
