import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import t from 'tap';
import { openDatabase, type Database } from '../data/database.js';
import { pictureFiles } from '../data/picture-files.js';
import { rolePasswords } from '../data/roles.js';
import { addScreenshot } from '../data/screenshots.js';
import { claimInstallation } from '../data/users.js';
import { appliance, needsUsers, users, type Appliance } from '../testing/appliance.js';
import { ageKeys, needsBackups } from '../testing/backups.js';
import { TestClock } from '../testing/clock.js';
import { asAdministrator, on } from '../testing/database.js';
import { needs } from '../testing/needs.js';
import { sealedPeople } from '../testing/sealed.js';
import { seedAccount } from '../testing/trading.js';
import { realClock } from '../testing/trial.js';

t.setTimeout(900_000);
const reasons = [await needsUsers(), await needsBackups(), needs('rclone'), needs('setpriv')];
const needed = reasons.find(({ skip }) => skip !== false) ?? { skip: false };

/** As root, whom PostgreSQL lets in as any of them. */
const rootDatabase = (home: Appliance): Database =>
  openDatabase({
    address: home.login.address,
    passwords: { app: '', sync: '', admin: '', backup: '' },
    ...{ random: () => Math.random(), onError: () => undefined },
  });

async function fill(home: Appliance, db: Database): Promise<void> {
  await db.withInstallation((tx) => claimInstallation(tx, realClock.now()));
  const [userId = ''] = await sealedPeople(db, join(home.serviceState, 'credentials'), {
    people: 2,
    accountsEach: 2,
  });
  const { tradeIds } = await seedAccount({ db, clock: new TestClock() }, userId, { trades: 20 });
  const id = randomUUID();
  await pictureFiles(home.screenshots).keep(id, { full: randomBytes(9_000), thumbnail: randomBytes(900) });
  const picture = { id, tradeId: tradeIds[0] ?? '', sourceHash: id, width: 10, height: 8, bytes: 9_900 };
  await db.withTenant('app', userId, (tx) =>
    addScreenshot(tx, userId, { ...picture, caption: '', at: realClock.now() }),
  );
}

const databases = (home: Appliance): Promise<string[]> =>
  asAdministrator(on(home.login, 'postgres'), async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datname like 'rawjournal%' order by 1",
    );
    return rows.map(({ datname }) => datname);
  });

/** Whether this user gets into a folder. */
const enters = (who: 'service' | 'backup', folder: string): boolean => {
  const { uid, gid } = users[who];
  const args = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', 'ls', folder];
  return spawnSync('setpriv', args).status === 0;
};

void t.test('each user gets what is its own from PostgreSQL, without any password', needed, async (t) => {
  const home = await appliance(t);
  await asAdministrator(home.login, (client) => client.query('create role rawjournal_setup login noinherit'));
  t.match(await home.run('service', ['migrate']), {
    code: 1,
    stderr: /The role rawjournal_setup may not make the roles.*rawjournal_owner.*rawjournal migrate/s,
  });
  t.match(await home.run('root', ['migrate']), { code: 0, stdout: '0001_people' });
  t.match(await home.run('service', ['migrate']), {
    code: 0,
    stderr: '',
    stdout: 'The schema is up to date.',
  });
  const service = home.start('service', 'main.js', [], home.service);
  t.teardown(() => service.kill('SIGKILL'));
  let said = '';
  service.stderr.on('data', (part: Buffer) => (said += String(part)));
  await new Promise<void>((resolve, reject) => {
    service.stdout.on('data', (part: Buffer) => {
      if (String(part).includes('is ready at')) resolve();
    });
    service.on('exit', () => reject(new Error(said)));
  });
  t.match((await home.run('service', ['status'])).stdout, /ok {4}database +answers\nok {4}live/);
  service.kill('SIGTERM');
  await once(service, 'exit');
  const strangers: [keyof typeof users, string][] = [
    ['backup', 'rawjournal_setup'],
    ['backup', 'rawjournal_app'],
    ['service', 'rawjournal_backup'],
    ['service', 'postgres'],
  ];
  for (const [who, role] of strangers) {
    const env = { ...home[who], DATABASE_URL: home.urlFor(role) };
    const { code, stderr } = await home.run(who, ['migrate'], env);
    t.equal(code, 1, `${who} as ${role}`);
    t.match(stderr, /[Pp]eer authentication failed/);
  }
});

void t.test(
  'a user who sees nothing of the service makes backups, and the service knows of them',
  needed,
  async (t) => {
    const home = await appliance(t);
    t.match(await home.run('root', ['migrate']), { code: 0 });
    const db = rootDatabase(home);
    await fill(home, db);
    await db.close();
    t.notOk(enters('backup', home.serviceState));
    t.notOk(enters('service', home.backupState));

    const keys = await ageKeys(t);
    for (const path of [keys.identity, keys.recipients]) await chmod(path, 0o644);
    await chmod(dirname(keys.identity), 0o755);
    const away = join(home.backupState, 'away');
    const env = { ...home.backup, BACKUP_RECIPIENTS: keys.recipients, BACKUP_REMOTE: away };
    const made = await home.run('backup', ['backup', 'create'], env);
    t.match(made, { code: 0, stderr: '', stdout: /2 pictures.*restored, compared and found the same\.\n$/ });
    t.same(await databases(home), ['rawjournal'], 'no scratch database is left');
    const sent = await home.run('backup', ['backup', 'send'], env);
    t.match(sent, { code: 0, stderr: '', stdout: /is copied to/ });
    t.match(await home.run('backup', ['backup', 'check'], env), { code: 0, stdout: 'byte for byte' });
    t.match((await home.run('backup', ['backup', 'list'], env)).stdout, 'verified, copied\n');
    const file = join(
      ...[home.backupState, 'backups'],
      (await readdir(join(home.backupState, 'backups'))).find((name) => name.endsWith('.age')) ?? '',
    );
    const verify = ['backup', 'verify', file, '--identity', keys.identity];
    t.match(await home.run('backup', verify, env), { code: 0, stderr: '', stdout: '2 files of pictures' });

    const { stdout } = await home.run('service', ['status']);
    t.match(stdout, /ok {4}backup +verified .* ago; up to 24 h/);
    t.match(stdout, /ok {4}backup copy +of the backup of .* ago, read back/);

    await chmod(home.screenshots, 0o700);
    const blind = await home.run('backup', ['backup', 'create'], env);
    t.match(blind, { code: 1, stderr: /The screenshots cannot be read.*BACKUP_SCREENSHOTS/ });
    t.match(
      (await home.run('service', ['status'])).stdout,
      /note {2}backup .*The last run failed: The screenshots cannot be read/,
    );
    t.same(await databases(home), ['rawjournal']);

    const restore = ['restore', file, '--identity', keys.identity, '--replace'];
    t.match(await home.run('root', restore, home.service), {
      code: 1,
      stderr: 'is no administrator of PostgreSQL',
    });
    t.match(await home.run('root', restore), { code: 0, stdout: 'The database of before is kept' });
    t.match(await home.run('service', ['migrate']), { code: 0, stdout: 'The schema is up to date.' });
    t.match(
      (await home.run('service', ['status'])).stdout,
      /note {2}backup +none is made/,
      'a database that was restored does not speak of backups of before',
    );
  },
);

void t.test('what root makes of the state is its user’s', needed, async (t) => {
  const home = await appliance(t);
  t.match(await home.run('root', ['migrate']), { code: 0 });
  t.ok(enters('service', join(home.serviceState, 'credentials')));
  const files = await readdir(join(home.serviceState, 'credentials'));
  t.ok(files.length >= 4);
  const read = spawnSync(
    'setpriv',
    [`--reuid=${users.service.uid}`, `--regid=${users.service.gid}`, '--clear-groups', 'sh', '-c'].concat(
      `cat ${join(home.serviceState, 'credentials')}/postgres_*`,
    ),
  );
  t.equal(read.status, 0);
  t.ok((await rolePasswords(join(home.serviceState, 'credentials'))).app.length > 40);
});
