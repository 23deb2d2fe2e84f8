import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { readRecords, writeRecord } from '../data/backup-records.js';
import { hourMs } from '../lib/clock.js';
import { backupHome, needsBackups } from '../testing/backups.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { cli } from '../testing/place.js';

t.setTimeout(900_000);
const backups = await needsBackups();
const needed = backups.skip === false ? needs('rclone') : backups;

void t.test('each verified backup is copied once, and the copy is read back', needed, async (t) => {
  const home = await backupHome(t);
  const away = join(home.stateDir, 'away');
  await mkdir(away);
  const settings = { ...home.settings, BACKUP_REMOTE: away };
  t.match(await cli(settings, ['backup', 'check']), { code: 1, stderr: 'Nothing was copied to' });
  t.match(await home.run(['backup']), { code: 0 }, 'one from before there was a remote');
  // As a server does it: one that has no network makes it, another sends it.
  t.match(await cli(settings, ['backup', 'create']), { code: 0, stdout: /the same\.\n$/ });
  t.same(await readdir(away), [], 'nothing is copied yet');
  const sent = await cli(settings, ['backup', 'send']);
  t.match(sent, { code: 0, stderr: '' });
  t.match(sent.stdout, /(rawjournal-\S+\.tar\.age is copied to .*\n){2}/);
  t.match(await cli(settings, ['backup', 'send']), { code: 0, stdout: '' }, 'a second time nothing');
  const names = await readdir(away);
  t.equal(names.length, 2);
  for (const name of names)
    t.ok((await readFile(join(away, name))).equals(await readFile(join(home.folder, name))));
  t.match(await cli(settings, ['backup', 'check']), { code: 0, stdout: 'the same, byte for byte.' });
  t.match((await cli(settings, ['status'])).stdout, /ok {4}backup copy +of the backup of .*read back/);

  const [newest] = await readRecords(home.folder);
  const copy = join(away, newest?.file ?? '');
  const content = await readFile(copy);
  content[400] = (content[400] ?? 0) ^ 1;
  await writeFile(copy, content);
  t.match(await cli(settings, ['backup', 'check']), {
    code: 1,
    stderr: /of no use: it is not the same file/,
  });
  t.match((await cli(settings, ['status'])).stdout, /RED {3}backup copy .*is of no use/);
  await writeFile(copy, content.subarray(0, 100));
  t.match(await cli(settings, ['backup', 'check']), { code: 1 });
  const elsewhere = join(home.stateDir, 'elsewhere');
  t.match(await cli(settings, ['backup', 'create', '--to', elsewhere]), { code: 0, stdout: elsewhere });
  t.match(await cli({ ...settings, BACKUP_REMOTE: '/dev/null/x' }, ['backup']), {
    code: 1,
    stderr: /was not copied to \/dev\/null\/x: /,
  });
});

void t.test('who waits for it hears of each good night, and of no other', needed, async (t) => {
  const heard: string[] = [];
  const answers = { status: 200 };
  const server = createServer(({ method, url }, outgoing) => {
    heard.push(`${method ?? ''} ${url ?? ''}`);
    outgoing.writeHead(answers.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const home = await backupHome(t);
  const url = `http://127.0.0.1:${port}/canary`;
  const env = { ...home.settings, BACKUP_PING_URL: url };
  const settings = { ...env, ALARM_PRIVATE_HOSTS: `127.0.0.1:${port}` };
  t.match(await cli(settings, ['backup', 'send']), { code: 0, stdout: /^$/ }, 'before there is a backup');
  t.match(await cli(settings, ['backup', 'create']), { code: 0 });
  t.same(heard, [], 'what has no network tells nobody');
  t.match(await cli(settings, ['backup', 'send']), { code: 0, stdout: 'at BACKUP_PING_URL is told.' });
  t.same(heard, ['GET /canary']);

  const away = { ...settings, BACKUP_REMOTE: '/dev/null/x' };
  t.match(await cli(away, ['backup', 'send']), { code: 1 });
  t.equal(heard.length, 1, 'a copy that failed is no good night');
  answers.status = 404;
  const unheard = await cli(settings, ['backup', 'send']);
  t.match(unheard, { code: 0, stdout: 'is not told: It was refused (status 404).' });
  const guarded = await cli(env, ['backup', 'send']);
  t.match(guarded, { code: 0, stdout: /is not told: The address must begin with https/ });
  t.notMatch(unheard.stdout + guarded.stdout, 'canary');
  t.equal(heard.length, 2);

  const [record] = await readRecords(home.folder);
  if (record === undefined) throw new Error('There is no record.');
  const old = new Date(Date.now() - 27 * hourMs).toISOString();
  await writeRecord(home.folder, { ...record, madeAt: old });
  answers.status = 200;
  t.match(await cli(settings, ['backup', 'send']), { code: 0, stdout: /^$/ });
  t.equal(heard.length, 2, 'of an old one nobody says that all is well');
});

/** An SFTP server of rclone's own on loopback, with a password. */
async function sftpServer(t: Test, folder: string): Promise<string> {
  const port = await freePort();
  const args = [
    'serve',
    'sftp',
    folder,
    '--config=',
    `--addr=127.0.0.1:${port}`,
    '--user=rj',
    '--pass=canary-sftp',
  ];
  const server = spawn('rclone', args, { stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: folder } });
  t.teardown(async () => {
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  });
  await sleep(1_500);
  const { stdout } = await promisify(execFile)('rclone', ['--config=', 'obscure', 'canary-sftp']);
  return [
    ...['[offsite]', 'type = sftp', 'host = 127.0.0.1', `port = ${port}`],
    ...['user = rj', `pass = ${stdout.trim()}`, ''],
  ].join('\n');
}

void t.test('copies go to SFTP by a configuration that holds its secrets', needed, async (t) => {
  const home = await backupHome(t);
  const away = join(home.stateDir, 'away');
  await mkdir(away);
  const config = join(home.stateDir, 'rclone.conf');
  await writeFile(config, await sftpServer(t, away), { mode: 0o600 });
  const settings = { ...home.settings, BACKUP_REMOTE: 'offsite:nights', BACKUP_RCLONE_CONFIG: config };
  t.match(await cli(settings, ['backup']), { code: 0, stderr: '', stdout: /is copied to offsite:nights/ });
  t.equal((await readdir(join(away, 'nights'))).length, 1);
  t.match(await cli(settings, ['backup', 'check']), { code: 0 });
});
