import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { readRecords, removeBackup } from '../data/backup-records.js';
import {
  ageKeys,
  backupHome,
  databases,
  needsBackups,
  onlyFile,
  type BackupHome,
} from '../testing/backups.js';
import { projectRoot } from '../testing/database.js';
import { debianPostgres } from '../testing/debian-cluster.js';
import { outside } from '../testing/outside.js';
import { cli } from '../testing/place.js';
import { plainEnvironment } from '../testing/program.js';

t.setTimeout(900_000);
const needed = await needsBackups();

/** PostgreSQL's programs, of which the restoring one also loses a note. */
async function forgetfulPrograms(home: BackupHome): Promise<string> {
  const bin = (await debianPostgres()) ?? '';
  const folder = join(home.stateDir, 'forgetful');
  await mkdir(folder);
  await symlink(join(bin, 'pg_dump'), join(folder, 'pg_dump'));
  const lose =
    "update journal_entries set notes = 'lost' where ctid = (select min(ctid) from journal_entries)";
  const script = [
    '#!/bin/sh',
    `${bin}/pg_restore "$@" || exit 1`,
    `exec ${bin}/psql -q "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" -c "${lose}"`,
  ];
  await writeFile(join(folder, 'pg_restore'), script.join('\n'), { mode: 0o755 });
  return folder;
}

void t.test(
  'a backup that does not restore as it was is kept and told of, and displaces no other',
  needed,
  async (t) => {
    const home = await backupHome(t);
    for (let night = 0; night < 3; night += 1) {
      t.match(await home.run(['backup']), { code: 0 });
      await sleep(1_100); // its name has the second
    }
    const settings = { ...home.settings, BACKUP_REMOTE: join(home.stateDir, 'away'), BACKUP_KEEP: '0,0,0' };
    const bad = await cli({ ...settings, POSTGRES_BIN: await forgetfulPrograms(home) }, ['backup']);
    t.match(bad, { code: 1 });
    t.match(
      bad.stderr,
      /is kept, but: It was not restored as it is: table journal_entries of [0-9a-f-]{36} is not what/,
    );
    const [last, ...others] = await readRecords(home.folder);
    t.match(last, { verifiedAt: null, problem: /journal_entries/, remote: null });
    t.equal(others.filter(({ verifiedAt }) => verifiedAt !== null).length, 3, 'nothing was pruned');
    t.match(
      (await cli(settings, ['status'])).stdout,
      /note {2}backup .*The last run failed: .*journal_entries/,
    );
    await sleep(1_100);
    t.match(await cli(settings, ['backup']), { code: 0, stdout: /is removed: newer ones are kept/ });
    const left = await readRecords(home.folder);
    t.same(
      left.map(({ verifiedAt }) => verifiedAt !== null),
      [true, true, true],
      'never fewer than three',
    );
    t.same(await databases(home), ['rawjournal']);
  },
);

void t.test(
  'killed at any moment, a backup leaves nothing that the next one does not sweep',
  needed,
  async (t) => {
    const home = await backupHome(t);
    let left = 0;
    for (let kill = 0; kill < 10; kill += 1) {
      const child = spawn(process.execPath, [join(projectRoot, 'dist/cli/main.js'), 'backup'], {
        env: plainEnvironment(home.settings),
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      while (child.exitCode === null && (await databases(home)).length === 1) await sleep(5);
      await sleep(Math.random() * 600);
      child.kill('SIGKILL');
      await ended;
      if ((await databases(home)).length > 1) left += 1;
      const whole = (await readdir(home.folder).catch(() => [])).filter((name) => name.endsWith('.age'));
      for (const name of whole) await removeBackup(home.folder, name);
    }
    t.ok(left > 0, `${left} of 10 kills left a scratch database behind`);
    t.match(await home.run(['backup']), { code: 0, stderr: '' });
    t.same(await databases(home), ['rawjournal']);
    const names = await readdir(home.folder);
    t.same(
      names.filter((name) => name.endsWith('.part') || name.startsWith('.')),
      [],
    );
    await onlyFile(home);
  },
);

void t.test('two backups at once are one', needed, async (t) => {
  const home = await backupHome(t);
  const both = await Promise.all([home.run(['backup']), home.run(['backup'])]);
  t.same(both.map(({ code }) => code).sort(), [0, 1]);
  t.match(both.find(({ code }) => code === 1)?.stderr, 'A backup is being made or restored just now.');
  await onlyFile(home);
});

void t.test('what is written meanwhile is in no backup by half', needed, async (t) => {
  const home = await backupHome(t);
  const [userId = ''] = home.people;
  const writer = { isAtWork: true, written: 0 };
  const writing = (async () => {
    for (; writer.isAtWork; writer.written += 1)
      await home.db.withTenant('app', userId, async (tx) => {
        const name = `Name ${writer.written}`;
        await tx.updateTable('users').set({ name }).where('user_id', '=', userId).execute();
        await tx.updateTable('accounts').set({ label: name }).where('user_id', '=', userId).execute();
      });
  })();
  t.match(await home.run(['backup']), { code: 0, stderr: '' });
  writer.isAtWork = false;
  await writing;
  t.ok(writer.written > 10);
});

void t.test('a pg_dump that is older than the server is named, with what to install', needed, async (t) => {
  const home = await outside(t); // the embedded server is newer than most distributions' programs
  const { recipients } = await ageKeys(t);
  const refused = await cli({ ...home.settings, BACKUP_RECIPIENTS: recipients }, ['backup']);
  if (refused.code === 0) return void t.pass('this distribution has caught up');
  t.match(
    refused.stderr,
    /pg_dump is version \d+, and PostgreSQL 18 needs 18 or later\. Install it: apt install/,
  );
});
