import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a program stands on PATH, or null. */
export const programPath = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path)) ?? null;

/**
 * Options for a test that wants a program this machine may lack. Where it is missing the test is skipped by name;
 * with TEST_REQUIRE=all, as on the build server, it runs and fails instead.
 */
export const needs = (program: string): { skip: string | false } =>
  unless(programPath(program) !== null, `${program} is not installed`);

const unless = (isThere: boolean, reason: string): { skip: string | false } => ({
  skip: isThere || process.env['TEST_REQUIRE'] === 'all' ? false : reason,
});

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
