import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RolePasswords } from '../data/database.js';
import type { Caretaker, Scratch } from '../data/scratch.js';
import { Fault } from '../lib/fault.js';
import { readTar, TarError, type TarEntry } from '../lib/tar.js';
import {
  headName,
  headShape,
  isDump,
  manifestName,
  manifestShape,
  mostEntryBytes,
  pictureFile,
  type Head,
  type Manifest,
} from './contents.js';
import { decrypt } from './encryption.js';
import { findPostgresPrograms } from './programs.js';
import { examineScratch, restoreInto, type ScratchRestore } from './scratch-restore.js';

export interface OpenParts {
  file: string;
  /** a file of age's secret key */
  identity: string;
  passwords: RolePasswords;
  postgresBin: string | null;
  /** names of the migrations this program has */
  migrations: readonly string[];
  /** gets each file of a picture */
  keepPicture: (name: string, content: Buffer) => Promise<void>;
}

export interface Opened {
  head: Head;
  manifest: Manifest;
  pictures: number;
}

const refuse = (sentence: string, cause?: unknown): Fault =>
  new Fault(422, 'not_restored', sentence, cause === undefined ? {} : { cause });

const damaged = (file: string, what: string): Fault =>
  refuse(`${basename(file)} is not a whole backup: ${what}. Take another copy of it.`);

function jsonOf(file: string, { name, content }: TarEntry): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    throw damaged(file, `${name} cannot be read`);
  }
}

function readHead(entry: TarEntry, { file, migrations }: OpenParts, server: number): Head {
  if (entry.name !== headName) throw refuse(`${basename(file)} is no backup of RawJournal.`);
  const read = headShape.safeParse(jsonOf(file, entry));
  if (!read.success)
    throw refuse(
      `${basename(file)} was made by a RawJournal whose backups this one cannot read. Install a newer one.`,
    );
  const head = read.data;
  if (head.migrations.some((one) => !migrations.includes(one)))
    throw refuse(
      `${basename(file)} was made by RawJournal ${head.version}, which is newer. Install that one first.`,
    );
  if (head.server > server)
    throw refuse(
      `${basename(file)} was made with PostgreSQL ${head.server}, and this is ${server}. Install PostgreSQL ${head.server} or later first.`,
    );
  return head;
}

/** What has come so far of a file that is being read. */
class Reading {
  head: Head | null = null;
  manifest: Manifest | null = null;
  restore: ScratchRestore | null = null;
  pictures = 0;
  private readonly sums = new Map<string, string>();

  constructor(
    private readonly parts: OpenParts,
    private readonly care: Caretaker,
    private readonly scratch: Scratch,
  ) {}

  async take(entry: TarEntry): Promise<void> {
    if (this.head === null) await this.begin(entry);
    else if (this.manifest !== null) throw damaged(this.parts.file, 'something follows its end');
    else if (entry.name === manifestName) {
      this.manifest = manifestShape.parse(jsonOf(this.parts.file, entry));
      return;
    } else await this.body(entry);
    this.sums.set(entry.name, createHash('sha256').update(entry.content).digest('hex'));
  }

  /** Throws where an entry is missing, was changed, or was never listed. */
  complete(): Opened {
    const { head, manifest, pictures, sums, parts } = this;
    if (head === null || manifest === null) throw damaged(parts.file, 'its end is missing');
    const listed = Object.entries(manifest.entries);
    const isEqual = listed.length === sums.size && listed.every(([name, sum]) => sums.get(name) === sum);
    if (!isEqual) throw damaged(parts.file, 'what is in it is not what its list says');
    return { head, manifest, pictures };
  }

  private async begin(entry: TarEntry): Promise<void> {
    const server = Math.floor(this.care.serverVersion / 10_000);
    this.head = readHead(entry, this.parts, server);
    const programs = await findPostgresPrograms(this.parts.postgresBin, Math.max(this.head.dump, server));
    this.restore = restoreInto(this.scratch, programs);
  }

  private async body({ name, content }: TarEntry): Promise<void> {
    const picture = pictureFile(name);
    if (picture !== null) {
      this.pictures += 1;
      await this.parts.keepPicture(picture, content);
    } else if (isDump(name)) await this.restore?.take(content);
    else throw damaged(this.parts.file, `${name} has no business in it`);
  }
}

async function readable(path: string, what: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw refuse(`${what} ${path} is not there, or may not be read.`, cause);
  });
}

/**
 * Decrypts a backup into an empty scratch database and compares what came of it with what the backup says of itself.
 * Throws a Fault with a sentence where the key, the file or what is in it is not what it should be.
 */
export async function openBackup(parts: OpenParts, care: Caretaker, scratch: Scratch): Promise<Opened> {
  await readable(parts.file, 'The backup');
  await readable(parts.identity, 'The key');
  const reading = new Reading(parts, care, scratch);
  try {
    for await (const entry of readTar(decrypt(parts.file, parts.identity), mostEntryBytes))
      await reading.take(entry);
    const opened = reading.complete();
    const failed = await reading.restore?.finish();
    if (failed != null) throw refuse(`The database of ${basename(parts.file)} cannot be restored: ${failed}`);
    const wrong = await examineScratch(scratch, parts.passwords, opened.manifest.facts);
    if (wrong.length > 0)
      throw refuse(`${basename(parts.file)} was restored, and is not what it was: ${wrong.join('; ')}.`);
    return opened;
  } catch (error) {
    reading.restore?.abort();
    throw error instanceof TarError ? damaged(parts.file, error.message) : error;
  }
}
