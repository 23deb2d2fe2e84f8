import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser } from 'tap-parser';
import { startPostgres } from '../app/postgres.js';
import { stateFolders } from '../app/state.js';
import { follow, type Outcome } from './tally.js';

/** `npm test [-- part of a name …]`: runs the compiled tests on a real PostgreSQL and says what was skipped. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

function testFiles(wanted: string[]): string[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return sources
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort()
    .map((file) => join(dist, file.replace(/\.ts$/, '.js')));
}

const outcomes: Outcome[] = [];

function collect(file: Parser): void {
  const name = relative(dist, join(root, file.name)).replace(/\.test\.js$/, '');
  follow(file, [name], (outcome) => {
    outcomes.push(outcome);
    if (outcome.state !== 'failed') return;
    process.stdout.write(`FAILED ${outcome.file}: ${outcome.test}\n${outcome.detail}\n`);
  });
  file.on('complete', () => process.stdout.write(`${file.ok ? 'ok    ' : 'FAILED'} ${name}\n`));
}

function runTap(files: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const tap = join(createRequire(import.meta.url).resolve('tap/package.json'), '../dist/esm/run.mjs');
  const options = [
    '--disable-coverage',
    '--allow-incomplete-coverage',
    '--reporter=tap',
    '--jobs=2',
    '--timeout=900',
  ];
  const child = spawn(process.execPath, [tap, 'run', ...options, ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parser = new Parser({});
  parser.on('child', collect);
  child.stdout.pipe(parser);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve(code === 0 && parser.ok);
    });
  });
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
const isOk = await withPostgres((env) => runTap(files, env));
const count = (state: Outcome['state']): number =>
  outcomes.filter((outcome) => outcome.state === state).length;
const skipped = outcomes.filter((outcome) => outcome.state === 'skipped');
for (const { file, test, detail } of skipped) process.stdout.write(`skipped ${file}: ${test} (${detail})\n`);
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
