import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hourMs } from '../lib/clock.js';
import { pictureFiles } from './picture-files.js';

const sizes = { full: Buffer.from('full'), thumbnail: Buffer.from('small') };
const now = Date.now();

async function place(t: Test) {
  const root = await mkdtemp(join(tmpdir(), 'rawjournal-pictures-'));
  t.teardown(() => rm(root, { recursive: true }));
  const folder = join(root, 'screenshots');
  const age = (name: string, ms: number): Promise<void> =>
    utimes(join(folder, name), new Date(now - ms), new Date(now - ms));
  return { root, folder, files: pictureFiles(folder), age };
}

void t.test('both sizes are kept, for nobody else to read', async (t) => {
  const { folder, files } = await place(t);
  const id = randomUUID();
  await files.keep(id, sizes);
  t.same((await readdir(folder)).sort(), [`${id}.small.webp`, `${id}.webp`]);
  t.equal((await stat(folder)).mode & 0o777, 0o700);
  for (const name of await readdir(folder)) t.equal((await stat(join(folder, name))).mode & 0o777, 0o640);
  for (const size of ['full', 'thumbnail'] as const) {
    const file = await files.open(id, size);
    t.same(await file?.readFile(), sizes[size]);
    await file?.close();
  }
  t.equal(await files.open(randomUUID(), 'full'), null);
  await files.remove(id);
  await files.remove(id);
  t.same(await readdir(folder), []);
});

void t.test('a link in the place of a picture is not followed', async (t) => {
  const { root, folder, files } = await place(t);
  const id = randomUUID();
  await files.keep(randomUUID(), sizes);
  await writeFile(join(root, 'secret'), 'secret');
  await symlink(join(root, 'secret'), join(folder, `${id}.webp`));
  t.equal(await files.open(id, 'full'), null);
});

void t.test('what is being sent has no name, so that nothing is left of it', async (t) => {
  const { folder, files } = await place(t);
  const file = await files.nameless('a');
  await file.writeFile('sent');
  t.same(await readdir(folder), []);
  const seen = Buffer.alloc(4);
  await file.read(seen, 0, 4, 0);
  t.equal(seen.toString(), 'sent');
  await file.close();
});

void t.test('the sweep takes what nobody has, once it is an hour old, and nothing else', async (t) => {
  const { folder, files, age } = await place(t);
  const [kept, lost, young] = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of [kept, lost, young]) await files.keep(id, sizes);
  const leftovers = [`${kept}.webp.new`, `${randomUUID()}.sent`, 'anything'];
  for (const name of leftovers) await writeFile(join(folder, name), 'half');
  const old = [`${kept}.webp`, `${kept}.small.webp`, `${lost}.webp`, `${lost}.small.webp`, ...leftovers];
  for (const name of old) await age(name, hourMs + 1_000);
  const known = (): Promise<Set<string>> => Promise.resolve(new Set([kept]));
  t.equal(await files.sweep(now, known), 5);
  const left = [`${kept}.webp`, `${kept}.small.webp`, `${young}.webp`, `${young}.small.webp`].sort();
  t.same((await readdir(folder)).sort(), left);
  t.equal(await files.sweep(now, known), 0, 'again there is nothing to do');
  t.equal(await files.sweep(now + 2 * hourMs, known), 2);
});

void t.test('where no picture was ever kept there is nothing to sweep, and nobody is asked', async (t) => {
  const { files } = await place(t);
  t.equal(await files.sweep(now, () => Promise.reject(new Error('asked'))), 0);
});

void t.test('when the rows cannot be read nothing is removed', async (t) => {
  const { folder, files, age } = await place(t);
  const id = randomUUID();
  await files.keep(id, sizes);
  await age(`${id}.webp`, 2 * hourMs);
  await t.rejects(
    files.sweep(now, () => Promise.reject(new Error('away'))),
    /away/,
  );
  t.equal((await readdir(folder)).length, 2);
});
