import { join } from 'node:path';
import { Command } from 'commander';
import { usualWay } from '../alarms/ask.js';
import { ping } from '../alarms/ping.js';
import { readVersion, systemClock } from '../app/compose.js';
import { backupPlaces } from '../app/config-backup.js';
import { picturesFolder } from '../app/state.js';
import { createBackup, pruneBackups } from '../backup/create.js';
import { checkCopy, copyBackups } from '../backup/remote.js';
import { verifyBackup } from '../backup/restore.js';
import { noteRun, readBackups, readRecords, type BackupRecord } from '../data/backup-records.js';
import { reportBackups } from '../data/backup-reports.js';
import { hourMs } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import { print, root, withInstallation, type Installation } from './installation.js';

const notSetUp = (): Fault =>
  new Fault(
    409,
    'not_set_up',
    'No backup is made before it is said who may open it: run age-keygen on another machine, put its public key into a file here and set BACKUP_RECIPIENTS to that file.',
  );

async function create(
  { config, folders, login, passwords }: Installation,
  folder: string,
): Promise<BackupRecord> {
  const { recipients } = config.backup;
  if (recipients === null) throw notSetUp();
  return createBackup({
    ...{ login, passwords, folder, recipients },
    pictures: config.backup.screenshots ?? picturesFolder(folders),
    ...{ postgresBin: config.postgresBin, version: await readVersion(root), clock: systemClock },
  });
}

const counts = ({ rows, pictures, bytes }: BackupRecord): string =>
  `${rows} rows, ${pictures} pictures, ${(bytes / 1e6).toFixed(1)} MB`;

/** Where a user of their own makes backups, the service knows of them what is told here. */
async function tell({ config, address, passwords }: Installation): Promise<void> {
  const facts = await readBackups(backupPlaces(config));
  await reportBackups({ address, password: passwords.backup }, facts, systemClock.now()).catch(() =>
    print('The status could not be told of it: the database does not answer, or its schema is older.'),
  );
}

/** What fails is noted, so that the status tells of it when nobody read this. */
async function noted(
  installation: Installation,
  folder: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { backup } = installation.config;
  const at = (): string => systemClock.now().toISOString();
  try {
    await work();
    await noteRun(folder, { at: at(), problem: null });
  } catch (error) {
    const problem = error instanceof Fault ? error.message : 'It failed in a way nobody foresaw.';
    if (backup.recipients !== null) await noteRun(folder, { at: at(), problem }).catch(() => undefined);
    throw error;
  } finally {
    if (folder === backup.folder) await tell(installation);
  }
}

async function make(installation: Installation, folder: string): Promise<void> {
  const made = await create(installation, folder);
  if (made.problem !== null)
    throw new Fault(500, 'not_verified', `${made.file} is kept, but: ${made.problem}`);
  print(`${join(folder, made.file)}: ${counts(made)}; restored, compared and found the same.`);
  for (const file of await pruneBackups(folder, installation.config.backup.keep))
    print(`${file} is removed: newer ones are kept.`);
}

async function sendCopies({ config: { backup } }: Installation): Promise<void> {
  const { remote, folder } = backup;
  if (remote === null) return;
  for (const { file } of await copyBackups({ remote, folder, clock: systemClock }))
    print(`${file} is copied to ${remote.name}.`);
}

/** A night and two hours, as the status has it: of an older one nobody says that all is well. */
const lateMs = 26 * hourMs;

/** What fails here is said, and is no failure of a backup. */
async function tellWatcher({ config }: Installation): Promise<void> {
  const { pingUrl, folder } = config.backup;
  const [newest] = await readRecords(folder);
  if (pingUrl === null || newest === undefined || newest.verifiedAt === null) return;
  if (systemClock.now().getTime() - Date.parse(newest.madeAt) > lateMs) return;
  const problem = await ping(pingUrl, usualWay(config.alarmPrivateHosts));
  print(
    problem === null
      ? 'Who waits for it at BACKUP_PING_URL is told.'
      : `Who waits for it at BACKUP_PING_URL is not told: ${problem}`,
  );
}

/** Everything of one night. */
const backup = ({ to }: { to?: string }): Promise<void> =>
  withInstallation(async (installation) => {
    const own = installation.config.backup.folder;
    const folder = to ?? own;
    await noted(installation, folder, async () => {
      await make(installation, folder);
      if (folder === own) await sendCopies(installation);
    });
    if (folder === own) await tellWatcher(installation);
  });

/** The same without a network: copies are sent by themselves. */
const makeOnly = ({ to }: { to?: string }): Promise<void> =>
  withInstallation((installation) => {
    const folder = to ?? installation.config.backup.folder;
    return noted(installation, folder, () => make(installation, folder));
  });

const send = (): Promise<void> =>
  withInstallation(async (installation) => {
    await noted(installation, installation.config.backup.folder, () => sendCopies(installation));
    await tellWatcher(installation);
  });

async function list(): Promise<void> {
  await withInstallation(async ({ config }) => {
    const records = await readRecords(config.backup.folder);
    if (records.length === 0) print(`There is no backup in ${config.backup.folder}.`);
    for (const record of records) {
      const state = record.verifiedAt === null ? `not verified: ${record.problem ?? ''}` : 'verified';
      const copy = record.remote === null ? 'no copy' : (record.remote.problem ?? 'copied');
      print(`${record.file}  ${counts(record)}  ${state}, ${copy}`);
    }
  });
}

async function verify(file: string, { identity }: { identity: string }): Promise<void> {
  await withInstallation(async ({ config, login, passwords }) => {
    const { head, manifest, pictures } = await verifyBackup({
      ...{ file, identity, login, passwords, migrations: join(root, 'migrations') },
      postgresBin: config.postgresBin,
    });
    const tables = Object.keys(manifest.facts.tables).length;
    print(
      `${file} of ${head.madeAt} was opened and restored aside: ${tables} tables and ${pictures} files of pictures, all as they were.`,
    );
  });
}

async function check(): Promise<void> {
  await withInstallation(async (installation) => {
    const { remote, folder } = installation.config.backup;
    if (remote === null) throw new Fault(409, 'no_remote', 'No copies are made: set BACKUP_REMOTE.');
    const record = await checkCopy({ remote, folder, clock: systemClock });
    await tell(installation);
    if (record === null) throw new Fault(409, 'no_copy', `Nothing was copied to ${remote.name} yet.`);
    const problem = record.remote?.problem ?? null;
    if (problem !== null)
      throw new Fault(
        502,
        'bad_copy',
        `The copy of ${record.file} at ${remote.name} is of no use: ${problem}.`,
      );
    print(`The copy of ${record.file} at ${remote.name} was read back and is the same, byte for byte.`);
  });
}

export function backupCommand(): Command {
  const command = new Command('backup')
    .description('make an encrypted backup, restore it aside, compare, and copy it elsewhere')
    .option('--to <folder>', 'in the place of BACKUP_DIR; nothing is copied from there')
    .action(backup);
  command
    .command('create')
    .description('make one, restored aside and compared, and copy nothing')
    .option('--to <folder>', 'in the place of BACKUP_DIR')
    // The word before it has the option too, and takes it.
    .action((_given, create: Command) => makeOnly(create.optsWithGlobals()));
  command.command('send').description('copy elsewhere what is not there yet').action(send);
  command.command('list').description('what is there').action(list);
  command
    .command('verify')
    .argument('<file>', 'an encrypted backup')
    .requiredOption('--identity <file>', 'with the secret key of age')
    .description('decrypt one, restore it aside and compare')
    .action(verify);
  command
    .command('check')
    .description('read the newest copy back and compare its hash with the recorded one; once a week')
    .action(check);
  return command;
}
