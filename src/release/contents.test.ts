import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { ownFolder } from '../testing/folder.js';
import { putContents } from './contents.js';

void t.test('the steps of the installer come along as they are, without their tests', async (t) => {
  const root = await ownFolder(t, 'project');
  const files: [string, number][] = [
    ['dist/main.js', 0o644],
    ['src/main.ts', 0o644],
    ['wine/slot.sh', 0o755],
    ['src/install/run.sh', 0o755],
    ['src/install/steps/10-packages.sh', 0o644],
    ['src/install/postgresql.conf', 0o644],
    ['src/install/chroot.test.ts', 0o644],
    ['src/install/.draft', 0o644],
    ['install.sh', 0o755],
  ];
  for (const [path, mode] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '', { mode });
  }
  const into = await ownFolder(t, 'release');
  await putContents(root, into);
  const found = await readdir(into, { recursive: true, withFileTypes: true });
  t.same(
    found
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(into.length + 1))
      .sort(),
    [
      ...['dist/main.js', 'install.sh', 'install/postgresql.conf', 'install/run.sh'],
      ...['install/steps/10-packages.sh', 'wine/slot.sh'],
    ],
  );
  t.equal((await stat(join(into, 'install/run.sh'))).mode & 0o111, 0o111);
});
