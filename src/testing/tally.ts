import type { Result } from 'tap-parser';

export interface Outcome {
  file: string;
  test: string;
  state: 'passed' | 'failed' | 'skipped';
  /** why it was skipped, or what went wrong */
  detail: string;
}
export const isTest = (result: Result): boolean => result.name !== '';

const reasonOf = (skip: unknown): string => (typeof skip === 'string' ? skip : 'no reason given');

/** One test as the summary counts it. */
export const judge = (file: string, result: Result): Outcome => ({
  file,
  test: result.name,
  state: result.skip ? 'skipped' : result.ok ? 'passed' : 'failed',
  detail: result.skip ? reasonOf(result.skip) : result.ok ? '' : JSON.stringify(result.diag ?? null, null, 2),
});
