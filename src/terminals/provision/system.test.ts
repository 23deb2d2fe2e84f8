import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { machine, winehqKey } from '../../testing/machine.js';
import { needs } from '../../testing/needs.js';

const changes = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(apt-get install|apt-mark|dpkg|curl)/.test(line));
const pinned = ['winehq-stable', 'wine-stable', 'wine-stable-amd64', 'wine-stable-i386'];
const packages = (codename: string): string =>
  pinned.map((name) => `${name}=10.0.0.0~${codename}-1`).join(' ');

void t.test('a machine', needs('wine'), async (t) => {
  await t.test(
    'whose Wine is too old gets the one of WineHQ, pinned and held, and nothing twice',
    async (t) => {
      const debian = machine(t);
      const first = debian.run();
      t.equal(first.code, 0, first.said);
      t.same(changes(debian.asked()), [
        'curl -fsSL --retry 3 https://dl.winehq.org/wine-builds/winehq.key -o /etc/apt/keyrings/winehq-archive.asc.new',
        'dpkg --add-architecture i386',
        `apt-get install -y --install-recommends ${packages('bookworm')}`,
        `apt-mark hold ${pinned.join(' ')}`,
      ]);
      t.match(debian.read('sources.list.d/winehq.sources'), /^Suites: bookworm$/m);
      t.match(
        debian.read('sources.list.d/winehq.sources'),
        /^Signed-By: \/etc\/apt\/keyrings\/winehq-archive.asc$/m,
      );
      t.equal(debian.run().code, 0);
      t.same(changes(debian.asked()), []);
    },
  );

  await t.test('of another distribution gets the packages of that one', async (t) => {
    const ubuntu = machine(t, { distribution: 'ID=ubuntu\nVERSION_CODENAME=noble\n' });
    t.equal(ubuntu.run().code, 0);
    t.match(ubuntu.asked().join('\n'), packages('noble'));
    t.match(ubuntu.read('sources.list.d/winehq.sources'), /^URIs: .*\/ubuntu$/m);
  });

  await t.test('whose own Wine is one that MetaTrader takes gets that', async (t) => {
    const trixie = machine(t, { candidate: '10.0~repack-6' });
    t.equal(trixie.run().code, 0);
    t.same(changes(trixie.asked()), ['apt-get install -y wine64']);
  });

  await t.test('does not take a key that is not the one known', async (t) => {
    const stranger = 'A'.repeat(40);
    for (const [keys, why] of [
      [[stranger], /the key of WineHQ is not the one known/],
      [[winehqKey, stranger], /comes with another one/],
    ] as const) {
      const deceived = machine(t, { keys });
      const { code, said } = deceived.run();
      t.equal(code, 1);
      t.match(said, why);
      t.same(
        deceived.asked().filter((line) => line.startsWith('apt-get install')),
        [],
      );
      t.notOk(existsSync(join(deceived.folder, 'apt', 'keyrings', 'winehq-archive.asc')));
    }
  });

  await t.test('is told where what was installed is none that MetaTrader takes', async (t) => {
    for (const comes of ['wine-10.3', 'wine-11.0', 'wine-11.12', 'wine-9.0'])
      t.match(machine(t, { comes }).run(), { code: 1, said: /none that MetaTrader takes/ }, comes);
    for (const comes of ['wine-10.2', 'wine-11.13', 'wine-12.0'])
      t.match(machine(t, { comes }).run(), { code: 0 }, comes);
  });

  await t.test('without a network takes packages from the folder, once their sums are right', async (t) => {
    const alone = machine(t);
    writeFileSync(join(alone.folder, 'offline', 'debs', 'two.deb'), 'that nobody has listed');
    t.equal(alone.run('--offline', '/mnt/offline').code, 0);
    t.same(changes(alone.asked()), [
      'apt-get install -y -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null /mnt/offline/debs/one.deb',
    ]);
    const spoiled = machine(t);
    const sum = '0'.repeat(64);
    writeFileSync(join(spoiled.folder, 'offline', 'debs', 'SHA256SUMS'), `${sum}  one.deb\n`);
    t.match(spoiled.run('--offline', '/mnt/offline'), { code: 1, said: /not what its SHA256SUMS says/ });
    t.same(changes(spoiled.asked()), []);
  });

  await t.test('writes to no link that the owner of the state has laid', async (t) => {
    const debian = machine(t);
    const target = join(debian.folder, 'of-root');
    writeFileSync(target, 'of root alone');
    symlinkSync(target, join(debian.folder, 'state', 'provision.lock'));
    t.equal(debian.run().code, 0);
    t.equal(readFileSync(target, 'utf8'), 'of root alone');
  });

  await t.test(
    'that keeps namespaces to itself lets bubblewrap make them, also at a second try',
    async (t) => {
      const ubuntu = machine(t, { isRestricted: true });
      const parsed = (): string[] => ubuntu.asked().filter((line) => line.startsWith('apparmor_parser'));
      writeFileSync(join(ubuntu.folder, 'ask', 'no-parser'), '');
      t.equal(ubuntu.run().code, 1);
      rmSync(join(ubuntu.folder, 'ask', 'no-parser'));
      t.equal(parsed().length, 1);
      t.equal(ubuntu.run().code, 0);
      t.equal(parsed().length, 1);
      t.match(readFileSync(join(ubuntu.folder, 'apparmor.d', 'bwrap'), 'utf8'), /^ {2}userns,$/m);
      t.equal(ubuntu.run().code, 0);
      t.same(parsed(), [], 'it is in force');
    },
  );
});
