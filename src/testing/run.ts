import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser, type FinalResults } from 'tap-parser';
import { startPostgres } from '../app/postgres.js';
import { stateFolders } from '../app/state.js';
import { follow, type Outcome } from './tally.js';

/**
 * `npm test [-- part of a name …]`: runs the compiled tests on a real PostgreSQL and says what was skipped. Files
 * that failed beside others run once more with the machine to themselves: what passes then is named as unsteady,
 * because real servers and browsers on a busy machine now and then miss a deadline that says nothing of the code.
 * More than a few of them is a failure all the same.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const UNSTEADY_AT_MOST = 3;

function testFiles(wanted: string[]): string[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return sources
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort()
    .map((file) => join(dist, file.replace(/\.ts$/, '.js')));
}

const nameOf = (file: string): string => relative(dist, join(root, file)).replace(/\.test\.js$/, '');

interface Run {
  outcomes: Outcome[];
  /** compiled files that did not pass, from the root */
  failed: string[];
  /** false also where the runner itself broke off */
  isOk: boolean;
}

function collect(file: Parser, run: Run): void {
  const name = nameOf(file.name);
  follow(file, [name], (outcome) => {
    run.outcomes.push(outcome);
    if (outcome.state !== 'failed') return;
    process.stdout.write(`FAILED ${outcome.file}: ${outcome.test}\n${outcome.detail}\n`);
  });
  file.on('complete', ({ time }: FinalResults) => {
    if (!file.ok) run.failed.push(file.name);
    const seconds = ((time ?? 0) / 1000).toFixed(1);
    process.stdout.write(`${file.ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  });
}

function runTap(files: string[], jobs: number, env: NodeJS.ProcessEnv): Promise<Run> {
  const tap = join(createRequire(import.meta.url).resolve('tap/package.json'), '../dist/esm/run.mjs');
  const options = [
    '--disable-coverage',
    '--allow-incomplete-coverage',
    '--reporter=tap',
    `--jobs=${String(jobs)}`,
    '--timeout=900',
  ];
  const child = spawn(process.execPath, [tap, 'run', ...options, ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const run: Run = { outcomes: [], failed: [], isOk: false };
  const parser = new Parser({});
  parser.on('child', (file: Parser) => {
    collect(file, run);
  });
  child.stdout.pipe(parser);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ ...run, isOk: code === 0 && parser.ok });
    });
  });
}

/** All files, and those that failed once more, one after the other. */
async function runTwice(files: string[], env: NodeJS.ProcessEnv): Promise<Run & { unsteady: string[] }> {
  const first = await runTap(files, 2, env);
  if (first.isOk || first.failed.length === 0 || first.failed.length > UNSTEADY_AT_MOST)
    return { ...first, unsteady: [] };
  process.stdout.write(`Once more, alone: ${first.failed.map(nameOf).join(', ')}\n`);
  const second = await runTap(first.failed, 1, env);
  const again = new Set(first.failed.map(nameOf));
  return {
    outcomes: [...first.outcomes.filter(({ file }) => !again.has(file)), ...second.outcomes],
    failed: second.failed,
    isOk: second.isOk,
    unsteady: first.failed.filter((file) => !second.failed.includes(file)),
  };
}

async function withPostgres<T>(work: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  if (process.env['DATABASE_URL']) return work(process.env);
  const folders = await stateFolders(join(root, 'var', 'test'));
  const server = await startPostgres({
    dataDir: folders.postgres,
    socketDir: folders.run,
    log: (line, level) => {
      if (level === 'error') process.stderr.write(`${line}\n`);
    },
  });
  try {
    return await work({ ...process.env, TEST_POSTGRES: JSON.stringify(server.connection) });
  } finally {
    await server.stop();
  }
}

mkdirSync(join(root, 'var'), { recursive: true });
const files = testFiles(process.argv.slice(3));
const { outcomes, isOk, unsteady } = await withPostgres((env) => runTwice(files, env));
const count = (state: Outcome['state']): number =>
  outcomes.filter((outcome) => outcome.state === state).length;
const skipped = outcomes.filter((outcome) => outcome.state === 'skipped');
for (const { file, test, detail } of skipped) process.stdout.write(`skipped ${file}: ${test} (${detail})\n`);
for (const file of unsteady)
  process.stdout.write(`unsteady ${nameOf(file)}: failed beside others, passed alone\n`);
// A file that broke off before its tests has failed, although none of its tests did.
const broken = isOk || count('failed') > 0 ? 0 : 1;
// What needs the private collection cannot be had everywhere; everything else can be installed.
const isPrivate = (detail: string): boolean => detail.includes('is not beside the project');
const avoidable = skipped.filter(({ detail }) => !isPrivate(detail)).length;
const unwanted = process.env['TEST_REQUIRE'] === 'all' ? avoidable : 0;
const failed = count('failed') + broken + unwanted;
const skips = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
process.stdout.write(`${count('passed')} passed, ${failed} failed${skips}\n`);
process.exit(failed === 0 && outcomes.length > 0 ? 0 : 1);
