import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Report } from './row.js';

const row = z.object({
  id: z.string().nullable(),
  name: z.string(),
  result: z.enum(['pass', 'fail', 'not run']),
  says: z.string(),
  todo: z.string().nullable(),
});

/** A report as JSON, on the command line and as it is kept. */
export const reportShape = z.object({
  version: z.string(),
  at: z.iso.datetime(),
  machine: z.string(),
  rows: z.array(row),
}) satisfies z.ZodType<Report>;

const kept = 20;

const folderIn = (stateFolder: string): string => join(stateFolder, 'doctor');

/** Names are times, so that the last one is the latest. */
async function reportsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.json')).sort();
}

/** Keeps a report beside the last ones; the oldest goes. */
export async function keepReport(stateFolder: string, report: Report): Promise<void> {
  const folder = folderIn(stateFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${report.at}.json`);
  await writeFile(`${path}.new`, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  for (const name of (await reportsIn(folder)).slice(0, -kept)) await rm(join(folder, name));
}

/** The latest; null: there was none. */
export async function lastReport(stateFolder: string): Promise<Report | null> {
  const folder = folderIn(stateFolder);
  const name = (await reportsIn(folder)).at(-1);
  if (name === undefined) return null;
  return reportShape.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
}
