import { existsSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What goes into a release as it lies in the project; the program and its packages are put beside it. */
const taken = ['views', 'migrations', 'wine', 'systemd', 'nginx'];
const papers = ['LICENSE', 'README.md', 'CHANGELOG.md', 'install.sh'];

/** What of the compiled sources is no part of the program. */
const workshop = ['testing', 'bench', 'faults', 'release', 'machines'];

/** Hidden files, and what an interpreter left behind. */
const isLitter = (path: string): boolean => /^(\.|__pycache__$)/.test(basename(path));

/** Whether a file below `dist`, named from there, belongs to the program as its sources are now. */
function isProgram(root: string, path: string): boolean {
  if (path.startsWith('public/')) return true;
  const isWorkshop = workshop.includes(path.split('/')[0] ?? '') || path.endsWith('.test.js');
  return path.endsWith('.js') && !isWorkshop && existsSync(join(root, 'src', path.replace(/\.js$/, '.ts')));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** What install.sh hands over to, as it lies among the sources: scripts, and what they fill in. */
async function putInstaller(root: string, into: string): Promise<void> {
  const from = join(root, 'src', 'install');
  if (!existsSync(from)) return;
  const isTaken = (path: string): boolean => !isLitter(path) && !path.endsWith('.ts');
  await cp(from, join(into, 'install'), { recursive: true, filter: isTaken });
}

/** Copies all that the project itself gives to a release. `root` is built; `into` is a new, empty folder. */
export async function putContents(root: string, into: string): Promise<void> {
  for (const name of [...taken, ...papers].filter((name) => existsSync(join(root, name))))
    await cp(join(root, name), join(into, name), { recursive: true, filter: (path) => !isLitter(path) });
  await putInstaller(root, into);
  const compiled = await filesBelow(join(root, 'dist'));
  for (const path of compiled.filter((path) => isProgram(root, path)))
    await cp(join(root, 'dist', path), join(into, 'dist', path));
}
