import { finish } from './finish.js';
import { megabyte, reportFile } from './report-file.js';
import { readReport } from './read-file.js';
import { progressLine, refusedLine, reportLines } from './report-lines.js';
import { Refusal, Unclear, type ReadOptions } from './rows.js';

/**
 * Reads the report that is its standard input, an open file, and writes it to its standard output as lines of JSON.
 * The only argument is the options as JSON. It runs where there is nothing to be found and nothing to be written.
 */
const file = 0;
const progressBytes = 4 * megabyte;

/** Settles when the other side has taken it: nothing piles up here. */
const say = (line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
  });

function progress(): (bytesRead: number) => void {
  const { bytes } = reportFile(file);
  let said = 0;
  return (bytesRead) => {
    if (bytesRead - said < progressBytes) return;
    said = bytesRead;
    void say(progressLine(bytesRead, bytes));
  };
}

try {
  const options = JSON.parse(process.argv[2] ?? '{}') as ReadOptions;
  const report = finish(await readReport(file, { ...options, onRead: progress() }));
  for (const line of reportLines(report)) await say(line);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  await say(refusedLine(error.message, error instanceof Unclear ? error.question : null));
}
