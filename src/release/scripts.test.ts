import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../testing/database.js';
import { needs } from '../testing/needs.js';

const steps = readdirSync(join(projectRoot, 'src/install'))
  .filter((name) => name.endsWith('.sh'))
  .map((name) => `src/install/${name}`);
/** Those that are called by themselves; run.sh takes all other steps with it. */
const called = ['install.sh', 'src/install/run.sh', 'src/install/rawjournal', 'src/machines/systemctl.sh'];

const said = (program: string, args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: projectRoot, encoding: 'utf8' });
  return status === 0 ? '' : `${String(status)} ${stdout}${stderr}`;
};

void t.test('shellcheck has nothing to say of the installer', needs('shellcheck'), (t) => {
  for (const script of called) t.equal(said('shellcheck', ['-x', '-a', script]), '', script);
  t.end();
});

void t.test('shfmt has nothing to say of the installer', needs('shfmt'), (t) => {
  t.equal(said('shfmt', ['-i', '2', '-ci', '-d', ...called, ...steps]), '');
  t.end();
});

void t.test('every step of the installer says when it is done, and what it does', (t) => {
  const run = spawnSync('bash', ['-c', 'sed -n "/^declare -A titles=(/,/^)/p" src/install/run.sh'], {
    cwd: projectRoot,
    encoding: 'utf8',
  }).stdout;
  const names = [...run.matchAll(/^ {2}\[(\w+)\]=/gm)].map(([, name]) => name ?? '');
  t.ok(names.length >= 13, names.join(' '));
  const sources = spawnSync('cat', steps, { cwd: projectRoot, encoding: 'utf8' }).stdout;
  for (const name of names)
    for (const part of [`is_${name}_done() {`, `do_${name}() {`])
      t.ok(sources.includes(`\n${part}`) || sources.startsWith(part), part);
  t.end();
});
