import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** An open file of a test's own with this content; closed and gone when the test ends. */
export function openedFile(t: Test, content: string | Buffer): number {
  const folder = mkdtempSync(join(tmpdir(), 'rawjournal-file-'));
  const path = join(folder, 'report');
  writeFileSync(path, content);
  const fd = openSync(path, 'r');
  t.teardown(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  });
  return fd;
}
