import { z } from 'zod';
import type { Facts } from '../data/fingerprints.js';

/** The first entry: what is needed to know whether the rest can be used here. */
export const headShape = z.object({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  /** of RawJournal */
  version: z.string(),
  migrations: z.array(z.string()),
  /** major versions of PostgreSQL: of the server and of pg_dump */
  server: z.number().int(),
  dump: z.number().int(),
});
export type Head = z.infer<typeof headShape>;

/** The last entry. Without it nothing before it counts. */
export const manifestShape = z.object({
  /** sha256 of each entry before this one, by its name */
  entries: z.record(z.string(), z.string()),
  /** sealed values by the id of their key */
  keys: z.record(z.string(), z.number()),
  facts: z.custom<Facts>((value) => typeof value === 'object' && value !== null),
});
export type Manifest = z.infer<typeof manifestShape>;

export const headName = 'head.json';
export const manifestName = 'manifest.json';
/** Parts of one dump by pg_dump: put together they are what pg_restore reads. */
export const dumpName = (part: number): string => `database/${String(part).padStart(6, '0')}`;
export const isDump = (name: string): boolean => name.startsWith('database/');
const pictures = 'screenshots/';
export const pictureName = (file: string): string => `${pictures}${file}`;
/** The name of a picture's file, or null: no other shape of name is taken for one. */
export const pictureFile = (name: string): string | null =>
  /^screenshots\/([0-9a-f-]{36}(?:\.small)?\.webp)$/.exec(name)?.[1] ?? null;

export const dumpPartBytes = 4 * 1024 * 1024;
/** The manifest grows with the number of people. */
export const mostEntryBytes = 256 * 1024 * 1024;
