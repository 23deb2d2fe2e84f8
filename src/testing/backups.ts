import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import type { AdminLogin } from '../data/migrate.js';
import { pictureFiles } from '../data/picture-files.js';
import { addScreenshot } from '../data/screenshots.js';
import { claimInstallation } from '../data/users.js';
import { TestClock } from './clock.js';
import { asAdministrator } from './database.js';
import { debianCluster, debianPostgres } from './debian-cluster.js';
import { needs } from './needs.js';
import { outside, type Outside } from './outside.js';
import { sealedPeople } from './sealed.js';
import { seedAccount } from './trading.js';
import { realClock } from './trial.js';
import { writeOf } from './written.js';

/** For tests of backups: what has to be installed. */
export async function needsBackups(): Promise<{ skip: string | false }> {
  const { skip } = needs('age');
  if (skip !== false || process.env['TEST_REQUIRE'] === 'all') return { skip };
  return { skip: (await debianPostgres()) === null ? 'postgresql is not installed' : false };
}

export interface Keys {
  identity: string;
  recipients: string;
}

/** A pair of age's keys, each in a file. */
export async function ageKeys(t: Test): Promise<Keys> {
  const folder = await mkdtemp(join(tmpdir(), 'rawjournal-age-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [identity, recipients] = [join(folder, 'identity.txt'), join(folder, 'recipients.txt')];
  const run = promisify(execFile);
  await run('age-keygen', ['-o', identity]);
  await run('age-keygen', ['-y', '-o', recipients, identity]);
  return { identity, recipients };
}

/** What is written somewhere in every trade's notes: it must never be found on the disk in plain. */
export const canary = 'canary-notes-7719';

export interface BackupHome extends Outside {
  keys: Keys;
  /** where backups go */
  folder: string;
  people: string[];
  pictureIds: string[];
}

async function addPicture(home: Outside, userId: string, tradeId: string): Promise<string> {
  const id = randomUUID();
  const full = Buffer.concat([Buffer.from(canary), randomBytes(30_000)]);
  await pictureFiles(join(home.stateDir, 'screenshots')).keep(id, { full, thumbnail: randomBytes(2_000) });
  const picture = { id, tradeId, sourceHash: id, width: 100, height: 80, bytes: 32_000, caption: 'Exit' };
  await home.db.withTenant('app', userId, (tx) =>
    addScreenshot(tx, userId, { ...picture, at: realClock.now() }),
  );
  return id;
}

/** Trades with notes and pictures on an account that has no password of its own. */
async function addTrades(home: Outside, userId: string): Promise<string[]> {
  const world = { db: home.db, clock: new TestClock() };
  const { accountId, tradeIds } = await seedAccount(world, userId, { trades: 40 });
  await home.db.withTenant('app', userId, (tx) =>
    tx.updateTable('accounts').set({ sealed_password: null }).where('id', '=', accountId).execute(),
  );
  const pictures: string[] = [];
  for (const tradeId of tradeIds.slice(0, 2)) {
    await writeOf(world, userId, tradeId, { notes: `${canary}: waited for the retest`, tags: ['Retest'] });
    pictures.push(await addPicture(home, userId, tradeId));
  }
  return pictures;
}

/** An installation with people, sealed passwords, trades, notes and pictures, set up for backups. */
export async function backupHome(
  t: Test,
  { server, keys, env = {} }: { server?: AdminLogin; keys?: Keys; env?: Record<string, string> } = {},
): Promise<BackupHome> {
  const pair = keys ?? (await ageKeys(t));
  const cluster = server ?? (await debianCluster(t));
  const home = await outside(t, cluster, { BACKUP_RECIPIENTS: pair.recipients, ...env });
  await home.db.withInstallation((tx) => claimInstallation(tx, realClock.now()));
  const people = await sealedPeople(home.db, home.credentials, { people: 3, accountsEach: 2 });
  const pictureIds: string[] = [];
  for (const userId of people) pictureIds.push(...(await addTrades(home, userId)));
  return { ...home, keys: pair, folder: join(home.stateDir, 'backups'), people, pictureIds };
}

/** Databases of the installation's server that are ours, by name. */
export const databases = ({ login }: Outside): Promise<string[]> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datname like 'rawjournal%' order by 1",
    );
    return rows.map(({ datname }) => datname);
  });

/** The path of the one backup that is there. */
export const onlyFile = async ({ folder }: BackupHome): Promise<string> => {
  const [file, ...more] = (await readdir(folder)).filter((name) => name.endsWith('.age'));
  if (file === undefined || more.length > 0) throw new Error('There is not exactly one backup.');
  return join(folder, file);
};
