import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RolePasswords } from '../data/database.js';
import { syncFolder } from '../data/key-files.js';
import { keyIds } from '../data/keyring.js';
import {
  analyze,
  isClaimedAt,
  migrate,
  prepareRoles,
  readMigrations,
  type AdminLogin,
} from '../data/migrate.js';
import { atDatabase, withCaretaker, type Caretaker } from '../data/scratch.js';
import type { Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { openBackup, type Opened } from './open.js';
import { requirePrograms } from './programs.js';

export interface RestoreParts {
  file: string;
  identity: string;
  login: AdminLogin;
  passwords: RolePasswords;
  /** folders: of the state, of migrations, of keys, of pictures */
  stateDir: string;
  migrations: string;
  credentials: string;
  pictures: string;
  postgresBin: string | null;
  clock: Clock;
  /** also where an installation is in use: it is kept under another name */
  replaces: boolean;
}

export interface Restored extends Opened {
  /** where the database of before is now; null: there was none that held anything */
  before: string | null;
  /** sealed values whose key is not here, by its id */
  locked: Record<string, number>;
}

const staging = 'restored-';

async function refuseInUse({ login, replaces }: RestoreParts, care: Caretaker): Promise<boolean> {
  const isInUse = (await care.isThere()) && (await isClaimedAt(login));
  if (isInUse && !replaces)
    throw new Fault(
      409,
      'in_use',
      'This installation is in use already. With --replace the backup takes its place, and its database is kept under another name.',
    );
  return isInUse;
}

const mayNotRestore = ({ user }: AdminLogin): Fault =>
  new Fault(
    403,
    'no_administrator',
    `The role ${user} is no administrator of PostgreSQL, and what is restored has several owners. ` +
      'Set DATABASE_URL to an administrator’s login for this command, such as postgresql://postgres@/rawjournal?host=/run/postgresql.',
  );

/** Pictures of others stay: each has a name that no other one has. */
async function movePictures(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
  await syncFolder(to);
}

async function lockedBy(
  { credentials }: RestoreParts,
  { manifest }: Opened,
): Promise<Record<string, number>> {
  const held = new Set(await keyIds(credentials));
  return Object.fromEntries(Object.entries(manifest.keys).filter(([id]) => !held.has(id)));
}

async function putBack(parts: RestoreParts, care: Caretaker): Promise<Restored> {
  const { login, passwords, clock } = parts;
  if (!care.isAdministrator) throw mayNotRestore(login);
  const isInUse = await refuseInUse(parts, care);
  const stage = await mkdtemp(join(parts.stateDir, staging));
  const scratch = await care.makeScratch();
  try {
    await prepareRoles(scratch, passwords);
    const opened = await openBackup(
      {
        ...parts,
        migrations: Object.keys(await readMigrations(parts.migrations)),
        keepPicture: (name, content) => writeFile(join(stage, name), content, { mode: 0o600, flush: true }),
      },
      care,
      scratch,
    );
    await migrate(scratch, passwords, parts.migrations);
    await analyze(scratch);
    // Up to here nothing of what there was is touched.
    await movePictures(stage, parts.pictures);
    const before = await care.exchange(scratch, clock.now());
    if (before !== null && !isInUse) await care.dropScratch(atDatabase(login, before));
    return { ...opened, before: isInUse ? before : null, locked: await lockedBy(parts, opened) };
  } finally {
    await care.dropScratch(scratch);
    await rm(stage, { recursive: true, force: true });
  }
}

async function sweepStages(stateDir: string): Promise<void> {
  const left = (await readdir(stateDir)).filter((name) => name.startsWith(staging));
  for (const name of left) await rm(join(stateDir, name), { recursive: true, force: true });
}

/**
 * Brings an installation back from a backup. Everything is restored and compared aside, and takes the place of what
 * there was at the very end: whatever is refused before, with a Fault, has changed nothing. Nothing may run meanwhile.
 */
export async function restoreBackup(parts: RestoreParts): Promise<Restored> {
  await requirePrograms(['age']);
  return withCaretaker(parts.login, async (care) => {
    await sweepStages(parts.stateDir);
    return putBack(parts, care);
  });
}

/** Opens a backup as a restore does, and drops what came of it. */
export async function verifyBackup(
  parts: Pick<RestoreParts, 'file' | 'identity' | 'login' | 'passwords' | 'migrations' | 'postgresBin'>,
): Promise<Opened> {
  await requirePrograms(['age']);
  return withCaretaker(parts.login, async (care) => {
    const scratch = await care.makeScratch();
    try {
      if (scratch.keepsOwners) await prepareRoles(scratch, parts.passwords);
      const migrations = Object.keys(await readMigrations(parts.migrations));
      return await openBackup({ ...parts, migrations, keepPicture: () => Promise.resolve() }, care, scratch);
    } finally {
      await care.dropScratch(scratch);
    }
  });
}
