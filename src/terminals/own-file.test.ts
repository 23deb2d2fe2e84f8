import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openInside, ownPath, putFile } from './own-file.js';

/** A prefix, and a folder beside it in which nothing may change. */
function place(t: Test): { prefix: string; outside: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rawjournal-own-')));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const [prefix, outside] = [join(root, 'prefix'), join(root, 'outside')];
  for (const folder of [prefix, outside]) mkdirSync(folder);
  writeFileSync(join(outside, 'key'), 'CANARY');
  return { prefix, outside };
}

void t.test('a file takes the place of a link, and what the link led to stays', async (t) => {
  const { prefix, outside } = place(t);
  const path = join(prefix, 'setup.exe');
  symlinkSync(join(outside, 'key'), path);
  putFile(prefix, path, Buffer.from('a program'));
  t.ok(lstatSync(path).isFile());
  t.equal(readFileSync(path, 'utf8'), 'a program');
  t.equal(readFileSync(join(outside, 'key'), 'utf8'), 'CANARY');
});

void t.test(
  'nothing is made behind a folder that leads out, nor behind one that leads nowhere',
  async (t) => {
    const { prefix, outside } = place(t);
    symlinkSync(outside, join(prefix, 'out'));
    symlinkSync(join(outside, 'new'), join(prefix, 'nowhere'));
    t.throws(() => putFile(prefix, join(prefix, 'out', 'deep', 'file'), Buffer.alloc(1)), /leads out of/);
    t.throws(() => ownPath(prefix, join(prefix, 'out', 'key')), /leads out of/);
    t.throws(() => putFile(prefix, join(prefix, 'nowhere', 'file'), Buffer.alloc(1)));
    t.notOk(existsSync(join(outside, 'deep')));
    t.notOk(existsSync(join(outside, 'new')));
  },
);

void t.test('only a file of the prefix itself can be opened, and nothing is waited for', async (t) => {
  const { prefix, outside } = place(t);
  writeFileSync(join(prefix, 'file'), 'own');
  symlinkSync(join(outside, 'key'), join(prefix, 'link'));
  symlinkSync(outside, join(prefix, 'out'));
  execFileSync('mkfifo', [join(prefix, 'fifo')]);
  const own = openInside(prefix, join(prefix, 'file'));
  t.not(own, null);
  if (own !== null) closeSync(own);
  for (const name of ['link', 'out/key', 'fifo', '.', 'nothing'])
    t.equal(openInside(prefix, join(prefix, name)), null, name);
});
