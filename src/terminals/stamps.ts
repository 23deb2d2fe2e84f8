import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** What was done to a prefix: the name of each step, and what it was done from. */
export type Stamps = Readonly<Record<string, string>>;

const shape = z.record(z.string(), z.string());

/** Beside the prefix and not in it: what runs inside may write there. */
export const stampsPath = (prefix: string): string => `${prefix}.steps.json`;

/** None where nothing was noted. */
export function readStamps(prefix: string): Stamps {
  try {
    return shape.parse(JSON.parse(readFileSync(stampsPath(prefix), 'utf8')));
  } catch {
    return {}; // every step is done once more, which harms nothing
  }
}

export function writeStamps(prefix: string, stamps: Stamps): void {
  const path = stampsPath(prefix);
  writeFileSync(`${path}.new`, JSON.stringify(stamps, null, 2), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
