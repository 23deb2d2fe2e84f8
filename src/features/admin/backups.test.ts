import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { noteRun, writeRecord, type BackupRecord } from '../../data/backup-records.js';
import { hourMs } from '../../lib/clock.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';

const env = { BACKUP_RECIPIENTS: '/etc/rawjournal/recipients.txt', BACKUP_REMOTE: 'offsite:nights' };

void test('the administrator sees the last verified backup, its copy, and what could be lost', async (t) => {
  const world = await testApp(t, { env });
  const folder = join(world.stateDir, 'backups');
  await mkdir(folder);
  const ago = (hours: number): string => new Date(world.clock.now().getTime() - hours * hourMs).toISOString();
  const keep = async (hours: number, more: Partial<BackupRecord>): Promise<void> => {
    const file = `rawjournal-${hours}.tar.age`;
    await writeFile(join(folder, file), '');
    await writeRecord(folder, {
      ...{
        file,
        madeAt: ago(hours),
        bytes: 12_300_000,
        sha256: 'ab',
        version: '1.0.0',
        rows: 4_711,
        pictures: 1,
      },
      ...{ verifiedAt: ago(hours), problem: null, keys: [], remote: null },
      ...more,
    });
  };
  const { browser } = await person(world, 'admin', 'admin');
  t.match((await browser.get('/admin/backups')).body, /none is verified yet.*No backup is here yet/s);
  await keep(7, { remote: { copiedAt: ago(6), checkedAt: ago(5), problem: null } });
  const page = (await browser.get('/admin/backups')).body;
  t.match(page, 'The last backup: verified 7 h ago; up to 24 h of notes and manual trades could be lost.');
  t.match(page, 'A copy elsewhere: of the backup of 7 h ago, read back 5 h ago.');
  t.match(page, /verified[^]*4.711 rows, 1 picture/);
  await keep(1, { verifiedAt: null, problem: 'deals are not what was backed up <b>' });
  await noteRun(folder, { at: ago(1), problem: 'deals are not what was backed up <b>' });
  const region = (await browser.get('/admin/backups/list')).body;
  t.match(region, /data-kind="warn".*The last run failed: deals are not what was backed up &lt;b&gt;/s);
  t.match(region, 'not verified');
  t.notMatch(region, 'layout');
});

void test('a record that nobody can read, or whose file is gone, is no backup', async (t) => {
  const world = await testApp(t, { env });
  const folder = join(world.stateDir, 'backups');
  await mkdir(folder);
  await writeFile(join(folder, 'rawjournal-1.tar.age'), '');
  await writeFile(join(folder, 'rawjournal-1.tar.age.json'), '{"file": 7');
  await writeFile(join(folder, 'rawjournal-2.tar.age.json'), '{}');
  const { browser } = await person(world, 'admin', 'admin');
  t.match((await browser.get('/admin/backups')).body, 'No backup is here yet');
});
