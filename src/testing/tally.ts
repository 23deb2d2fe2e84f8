import type { Parser, Result } from 'tap-parser';

export interface Outcome {
  file: string;
  test: string;
  state: 'passed' | 'failed' | 'skipped';
  /** why it was skipped, or what went wrong */
  detail: string;
}

const reasonOf = (skip: unknown): string => (typeof skip === 'string' ? skip : 'no reason given');

const explain = ({ name, diag }: Result): string => `  ${name}\n${JSON.stringify(diag ?? null, null, 2)}`;

/**
 * Follows one test file, or one test in it, and reports each innermost test once. An assertion that fails beside
 * inner tests (a test broken off, say) is a failed test of its own.
 */
export function follow(parser: Parser, path: readonly string[], report: (outcome: Outcome) => void): void {
  const [file = '', ...names] = path;
  const test = names.join(' › ') || '(the file itself)';
  const inner = new Set<string>();
  const failures: Result[] = [];
  parser.on('child', (child: Parser) => {
    inner.add(child.name);
    follow(child, [...path, child.name], report);
  });
  parser.on('assert', (result: Result) => {
    if (result.skip)
      report({
        file,
        test: [...names, result.name].join(' › '),
        state: 'skipped',
        detail: reasonOf(result.skip),
      });
    else if (!result.ok && !inner.has(result.name)) failures.push(result);
  });
  parser.on('complete', () => {
    const detail = failures.map(explain).join('\n');
    if (failures.length > 0) report({ file, test, state: 'failed', detail });
    else if (inner.size === 0 && names.length > 0 && parser.ok)
      report({ file, test, state: 'passed', detail });
  });
}
