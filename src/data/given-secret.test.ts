import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { giveSecret, givenSecret } from './given-secret.js';

const folder = async (t: Test): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'rawjournal-test-'));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
};

void t.test('a secret that was given is whole, its owner’s alone, and can be taken away', async (t) => {
  const place = await folder(t);
  t.equal(await givenSecret(place, 'token'), null);
  t.ok(await giveSecret(place, 'token', 'first'));
  t.ok(await giveSecret(place, 'token', 'second'));
  t.equal(await givenSecret(place, 'token'), 'second');
  t.equal((await stat(join(place, 'token'))).mode & 0o777, 0o600);
  t.same(await readdir(place), ['token'], 'no draft is left');
  t.ok(await giveSecret(place, 'token', null));
  t.ok(await giveSecret(place, 'token', null), 'twice too');
  t.equal(await givenSecret(place, 'token'), null);
});

void t.test('one put there by hand may end with a line break, and an empty file is none', async (t) => {
  const place = await folder(t);
  await writeFile(join(place, 'token'), 'by hand\n');
  t.equal(await givenSecret(place, 'token'), 'by hand');
  await writeFile(join(place, 'token'), '\n');
  t.equal(await givenSecret(place, 'token'), null);
});

void t.test('where the folder cannot be written nothing changes, and it is said', async (t) => {
  // Of the kernel's own folders nobody may write this one, the administrator included.
  t.notOk(await giveSecret('/sys', 'token', 'secret'));
  const place = await folder(t);
  await writeFile(join(place, 'token'), 'kept');
  await chmod(place, 0o500);
  const isDone = await giveSecret(place, 'token', 'new');
  await chmod(place, 0o700);
  t.equal(await readFile(join(place, 'token'), 'utf8'), isDone ? 'new' : 'kept');
});
