import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../app/compose.js';
import { readEnvironment, type Config } from '../app/config.js';
import { isServed } from '../app/control.js';
import { startPostgres } from '../app/postgres.js';
import { controlSocket, picturesFolder, stateFolders, type StateFolders } from '../app/state.js';
import { restoreBackup, type Restored } from '../backup/restore.js';
import type { AdminLogin } from '../data/migrate.js';
import { rolePasswords } from '../data/roles.js';
import { Fault } from '../lib/fault.js';
import { print, root } from './installation.js';

/** The server to restore into; the embedded one is started, since nothing else runs. */
async function withServer<T>(
  { database }: Config,
  folders: StateFolders,
  work: (login: AdminLogin) => Promise<T>,
): Promise<T> {
  if (database !== null) return work(database);
  const server = await startPostgres({
    ...{ dataDir: folders.postgres, socketDir: folders.run },
    log: () => undefined,
  });
  const { host, port, user } = server.connection;
  try {
    return await work({ address: { host, port, database: 'rawjournal' }, user });
  } finally {
    await server.stop();
  }
}

/** What does not come back by itself, and how it does. */
function lockedWords(locked: Restored['locked'], credentials: string): string[] {
  const ids = Object.keys(locked);
  if (ids.length === 0) return ['Every MT5 password opens with the keys that are here.'];
  const count = Object.values(locked).reduce((sum, one) => sum + one, 0);
  return [
    `Everything is back but ${count} sealed values: the MT5 passwords, and secrets of two-factor sign-in. Their key is not here.`,
    ...ids.map(
      (id) =>
        `Where you have it, put it there: ${join(credentials, `kek_${id}`)} (mode 0400), and they open again.`,
    ),
    'Where you have its recovery sheet: rawjournal keys recover',
    'Where it is lost, each investor password has to be entered anew, and two-factor sign-in needs a recovery code.',
  ];
}

async function restore(
  file: string,
  { identity, replace }: { identity: string; replace: boolean },
): Promise<void> {
  const config = readEnvironment(root);
  const folders = await stateFolders(config.stateDir, config.keys?.folder);
  if (await isServed(controlSocket(folders)))
    throw new Fault(409, 'running', 'RawJournal runs. Stop it first, then restore.');
  const passwords = await rolePasswords(folders.credentials);
  const startedMs = systemClock.monotonicMs();
  const restored = await withServer(config, folders, (login) =>
    restoreBackup({
      ...{ file, identity, login, passwords, replaces: replace, clock: systemClock },
      ...{ stateDir: folders.root, credentials: folders.keys, pictures: picturesFolder(folders) },
      ...{ migrations: join(root, 'migrations'), postgresBin: config.postgresBin },
    }),
  );
  const tookS = Math.round((systemClock.monotonicMs() - startedMs) / 1_000);
  const { head, manifest, pictures, before } = restored;
  const tables = Object.keys(manifest.facts.tables).length;
  print(
    `The backup of ${head.madeAt} is restored in ${tookS} s: ${tables} tables and ${pictures} files of pictures, all as they were.`,
  );
  if (before !== null) print(`The database of before is kept as ${before}; drop it when you are sure.`);
  for (const line of lockedWords(restored.locked, folders.keys)) print(line);
}

export const restoreCommand = (): Command =>
  new Command('restore')
    .argument('<file>', 'an encrypted backup')
    .requiredOption('--identity <file>', 'with the secret key of age')
    .option('--replace', 'put it in the place of an installation that is in use', false)
    .description(
      'bring everything back from a backup; nothing is changed before all of it was restored aside and compared',
    )
    .action(restore);
