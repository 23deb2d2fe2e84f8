import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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
export const needs = (program: string): { skip: string | false } => ({
  skip:
    programPath(program) === null && process.env['TEST_REQUIRE'] !== 'all'
      ? `${program} is not installed`
      : false,
});
