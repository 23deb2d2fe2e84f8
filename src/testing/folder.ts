import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** An empty folder of a test's own, gone when the test ends; `word` tells whose it was. */
export async function ownFolder(t: Pick<Test, 'teardown'>, word: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `rawjournal-${word}-`)));
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}
