// Plain JavaScript on purpose: this runs on a machine that has Node and nothing else, before anything is
// installed or compiled. It installs, builds, and then hands over to the compiled program in the same process.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = (...parts) => join(root, ...parts);
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const entries = {
  build: null,
  start: 'dist/main.js',
  test: 'dist/testing/run.js',
  bench: 'dist/bench/main.js',
  soak: 'dist/bench/soak.js',
  faults: 'dist/faults/main.js',
  storm: 'dist/faults/storm/main.js',
  release: 'dist/release/main.js',
  'test:installer': 'dist/machines/main.js',
};

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error || status !== 0) {
    console.error(error ? error.message : `${command} ${args.join(' ')} ended with ${status}.`);
    process.exit(1);
  }
}

function install() {
  const wanted = createHash('sha256')
    .update(read(path('package-lock.json')) + process.version)
    .digest('hex');
  const stamp = path('node_modules', '.rawjournal-installed');
  if (read(stamp) === wanted) return;
  console.log('Installing packages …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args]);
  else run('npm', args);
  writeFileSync(stamp, wanted);
}

function newest(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const file = join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }, statSync(folder).mtimeMs);
}

function build() {
  const stamp = path('dist', '.built');
  const sources = Math.max(
    newest(path('src')),
    newest(path('public')),
    statSync(path('package.json')).mtimeMs,
    statSync(path('tsconfig.json')).mtimeMs,
    statSync(path('node_modules', '.rawjournal-installed')).mtimeMs,
  );
  if (Number(read(stamp)) === sources) return;
  console.log('Building …');
  run(process.execPath, [path('node_modules', 'typescript', 'bin', 'tsc')]);
  run(process.execPath, [path('dist', 'cli', 'build-assets.js')]);
  chmodSync(path('dist', 'cli', 'main.js'), 0o755); // so that npx can run it
  writeFileSync(stamp, String(sources));
}

const command = process.argv[2] ?? 'start';
if (!(command in entries)) {
  console.error(`There is no "${command}" here: ${Object.keys(entries).join(', ')}.`);
  process.exit(1);
}
install();
build();
if (entries[command]) await import(path(entries[command]));
