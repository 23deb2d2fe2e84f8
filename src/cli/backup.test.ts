import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readRecords } from '../data/backup-records.js';
import { factsOf } from '../data/fingerprints.js';
import { rolePasswords } from '../data/roles.js';
import { withSnapshot } from '../data/snapshot.js';
import { ageKeys, backupHome, canary, databases, needsBackups, onlyFile } from '../testing/backups.js';
import { debianCluster } from '../testing/debian-cluster.js';
import { outside, type Outside } from '../testing/outside.js';
import { cli, started } from '../testing/place.js';

t.setTimeout(900_000);
const needed = await needsBackups();

const factsAt = async ({ login, credentials }: Outside) =>
  withSnapshot(login.address, (await rolePasswords(credentials)).backup, ({ tx }) => factsOf(tx));

void t.test('a backup is restored, compared and recorded, and nothing of it is plain', needed, async (t) => {
  const home = await backupHome(t);
  const done = await home.run(['backup']);
  t.match(done, { code: 0, stderr: '', stdout: /restored, compared and found the same\.\n$/ });
  const file = await onlyFile(home);
  const content = await readFile(file);
  t.match(content.toString('latin1', 0, 22), 'age-encryption.org/v1');
  t.notOk(content.includes(canary));
  const [record] = await readRecords(home.folder);
  t.match(record, { problem: null, pictures: 12, remote: null, bytes: content.length });
  t.ok(record?.verifiedAt);
  t.equal(record?.sha256, createHash('sha256').update(content).digest('hex'));
  t.same(await databases(home), ['rawjournal'], 'no scratch database is left');
  t.same(
    (await readdir(home.folder)).filter((name) => !/(\.age|\.age\.json|last-run\.json)$/.test(name)),
    [],
  );
  const { identity } = home.keys;
  const verified = await home.run(['backup', 'verify', file, '--identity', identity]);
  t.match(verified, {
    code: 0,
    stderr: '',
    stdout: /tables and 12 files of pictures, all as they were\.\n$/,
  });
  t.match((await home.run(['backup', 'list'])).stdout, /verified, no copy\n$/);
});

void t.test(
  'a fresh installation gets everything back but passwords whose key is away',
  needed,
  async (t) => {
    const home = await backupHome(t);
    t.match(await home.run(['backup']), { code: 0 });
    const file = await onlyFile(home);
    const before = await factsAt(home);
    const fresh = await outside(t, await debianCluster(t));
    const restored = await fresh.run(['restore', file, '--identity', home.keys.identity]);
    t.match(restored, { code: 0, stderr: '' });
    t.match(
      restored.stdout,
      'Everything is back but 9 sealed values: the MT5 passwords, and secrets of two-factor',
    );
    const key = /credentials\/(kek_[0-9a-f]{8})/.exec(restored.stdout)?.[1] ?? '';
    t.same(await factsAt(fresh), before, 'every table, every reconciliation, every figure');
    t.same(await databases(fresh), ['rawjournal']);
    for (const id of home.pictureIds)
      for (const name of [`${id}.webp`, `${id}.small.webp`])
        t.ok(
          (await readFile(join(fresh.stateDir, 'screenshots', name))).equals(
            await readFile(join(home.stateDir, 'screenshots', name)),
          ),
        );
    t.match(await fresh.run(['keys', 'verify']), { code: 1, stdout: '9 of 9 values cannot be opened.' });
    await copyFile(join(home.credentials, key), join(fresh.credentials, key));
    t.match(await fresh.run(['keys', 'verify']), { code: 0, stdout: '9 values sealed, and each opens.' });
    const program = await started(t, fresh.settings);
    t.match((await fresh.run(['status'])).stdout, /ok {4}isolation .*\n(?:.*\n)*.*3 users/);
    await program.end('SIGTERM');
  },
);

void t.test(
  'an installation in use is replaced when that is said, and kept; a running one never',
  needed,
  async (t) => {
    const home = await backupHome(t);
    t.match(await home.run(['backup']), { code: 0 });
    const restore = ['restore', await onlyFile(home), '--identity', home.keys.identity];
    const before = await factsAt(home);
    t.match(await home.run(restore), { code: 1, stderr: 'This installation is in use already.' });
    const program = await started(t, home.settings);
    t.match(await home.run([...restore, '--replace']), { code: 1, stderr: 'RawJournal runs. Stop it first' });
    await program.end('SIGTERM');
    await home.db.withTenant('app', home.people[0] ?? '', (tx) => tx.deleteFrom('screenshots').execute());
    t.match(
      await home.run([...restore, '--replace']),
      { code: 1, stderr: 'could not be replaced' },
      'others look',
    );
    await home.db.close();
    const replaced = await home.run([...restore, '--replace']);
    t.match(replaced, { code: 0, stdout: /The database of before is kept as rawjournal_before_\d{14};/ });
    t.match(replaced.stdout, 'Every MT5 password opens with the keys that are here.');
    t.same(await factsAt(home), before);
    t.equal((await databases(home)).length, 2);
  },
);

void t.test(
  'a wrong key, a cut or a changed file is refused with a sentence, and nothing changes',
  needed,
  async (t) => {
    const home = await backupHome(t);
    t.match(await home.run(['backup']), { code: 0 });
    const file = await onlyFile(home);
    const content = await readFile(file);
    const fresh = await outside(t, await debianCluster(t));
    const before = await factsAt(fresh);
    const bad = join(home.stateDir, 'bad.tar.age');
    const other = await ageKeys(t);
    const { identity } = home.keys;
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(content);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const cases: [string, Buffer, string, RegExp][] = [
      ['a wrong key', content, other.identity, /The key in .* does not open .*another key/],
      ['a key that is none', content, file, /holds no key of age/],
      ['a key that is not there', content, '/nonexistent', /The key \/nonexistent is not there/],
      ['the recipient in place of the key', content, other.recipients, /holds no key of age/],
      ['cut in half', content.subarray(0, content.length / 2), identity, /damaged or cut off/],
      ['cut by one byte', content.subarray(0, -1), identity, /damaged or cut off/],
      ['cut at its beginning', content.subarray(0, 100), identity, /damaged or cut off/],
      ['empty', Buffer.alloc(0), identity, /damaged or cut off/],
      ['a changed first line', flipped(5), identity, /damaged or cut off/],
      ['a changed recipient', flipped(60), identity, /beginning is damaged/],
      ['a changed byte in the middle', flipped(content.length >> 1), identity, /damaged or cut off/],
      ['a changed last byte', flipped(content.length - 1), identity, /damaged or cut off/],
    ];
    for (const [name, bytes, key, sentence] of cases) {
      await writeFile(bad, bytes);
      for (const command of name.startsWith('cut')
        ? [
            ['restore', bad],
            ['backup', 'verify', bad],
          ]
        : [['restore', bad]]) {
        const { code, stderr } = await fresh.run([...command, '--identity', key]);
        t.equal(code, 1, name);
        t.match(stderr, sentence, name);
        t.notMatch(stderr, /\n +at /, 'a sentence and no stack');
      }
    }
    t.same(await factsAt(fresh), before);
    t.same(await databases(fresh), ['rawjournal']);
    t.same((await readdir(fresh.stateDir)).sort(), ['credentials', 'run']);
    t.match(
      await fresh.run(['restore', file, '--identity', identity]),
      { code: 0 },
      'the whole one is taken',
    );
  },
);

void t.test(
  'without a recipient, or with one that is none, nothing is made and somebody is told',
  needed,
  async (t) => {
    const home = await backupHome(t);
    const env = { ...home.settings, BACKUP_RECIPIENTS: '' };
    t.match(await cli(env, ['backup']), { code: 1, stderr: 'run age-keygen on another machine' });
    await writeFile(home.keys.recipients, 'nobody\n');
    const refused = await home.run(['backup']);
    t.match(refused, { code: 1, stderr: /age cannot encrypt for .*malformed recipient/ });
    t.same(await databases(home), ['rawjournal']);
    t.same(await readdir(home.folder), ['last-run.json']);
    t.match(JSON.parse(await readFile(join(home.folder, 'last-run.json'), 'utf8')), {
      problem: /age cannot/,
    });
    t.equal((await stat(home.folder)).mode & 0o007, 0);
  },
);
