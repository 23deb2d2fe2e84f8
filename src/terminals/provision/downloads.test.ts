import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { projectRoot } from '../../testing/database.js';
import { Downloads, readManifest } from './downloads.js';

const sumOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const folderOf = (t: Test): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rawjournal-downloads-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

void t.test('the list that is shipped names every file with where it comes from', async (t) => {
  const manifest = readManifest(readFileSync(join(projectRoot, 'wine', 'downloads.txt'), 'utf8'));
  t.same([...manifest.keys()], ['python.zip', 'numpy.whl', 'metatrader5.whl', 'mt5setup.exe']);
  const unpinned = [...manifest].filter(([, { sha256 }]) => sha256 === null).map(([name]) => name);
  t.same(unpinned, ['mt5setup.exe'], 'its maker replaces it without a notice; all else is pinned');
});

void t.test('a line that is none is refused by its text', async (t) => {
  for (const line of [
    'python.zip',
    'python.zip abc https://example.org/',
    `a ${sumOfNothing} http://example.org/`,
  ])
    t.throws(() => readManifest(`# people read this\n${line}\n`), new RegExp(line.slice(0, 10)));
});

void t.test('offline nothing is fetched, and what lies there has to be what the list says', async (t) => {
  const folder = folderOf(t);
  const manifest = readManifest(`a ${sumOfNothing} https://example.org/a\nb - https://example.org/b\n`);
  const downloads = new Downloads(manifest, folder, true, () => undefined);
  await t.rejects(downloads.file('a'), /It comes from https:\/\/example.org\/a/);
  await t.rejects(downloads.file('c'), /does not name c/);
  writeFileSync(join(folder, 'a'), '');
  t.match(await downloads.file('a'), { sha256: sumOfNothing });
  writeFileSync(join(folder, 'a'), 'more');
  await t.rejects(downloads.file('a'), /a is not what it should be/);
  t.equal(readFileSync(join(folder, 'a'), 'utf8'), 'more', 'a folder that was given is not tidied');
  writeFileSync(join(folder, 'b'), 'whatever');
  t.match(await downloads.file('b'), { path: join(folder, 'b') });
});

void t.test('what is fetched came by https to the end, and is kept only whole and right', async (t) => {
  const folder = folderOf(t);
  const manifest = readManifest(`a - https://example.org/a\nb ${sumOfNothing} https://example.org/b\n`);
  const downloads = new Downloads(manifest, folder, false, () => undefined);
  let answer = (): string | ReadableStream => 'a program';
  let from = 'http://example.org/a';
  t.intercept(globalThis, 'fetch', {
    value: () => Promise.resolve(Object.defineProperty(new Response(answer()), 'url', { value: from })),
  });
  await t.rejects(downloads.file('a'), /leads to http:/);
  t.notOk(existsSync(join(folder, 'a')));
  from = 'https://cdn.example.org/a';
  answer = () =>
    new ReadableStream({
      start: (stream) => stream.enqueue(Buffer.from('half a pro')),
      pull: (stream) => stream.error(new Error('The line is dead.')),
    });
  await t.rejects(downloads.file('a'), /The line is dead/);
  t.notOk(existsSync(join(folder, 'a')));
  answer = () => 'a program';
  t.equal(readFileSync((await downloads.file('a')).path, 'utf8'), 'a program');
  await t.rejects(downloads.file('b'), /b is not what it should be/);
  t.notOk(existsSync(join(folder, 'b')));
});
