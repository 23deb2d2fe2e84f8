import assert from 'node:assert/strict';
import { install, same, told } from './acts.js';
import type { Case } from './cases.js';
import type { Said } from './machine.js';

/** What stops an installation before it begins. */
export const refusals: readonly Case[] = [
  {
    name: 'a dry run writes nothing',
    work: async (bench) => {
      const before = await bench.machine.changes();
      const said = await install(bench, ['--dry-run']);
      assert.equal(said.code, 0, told(said));
      assert.deepEqual(same(before, await bench.machine.changes()), []);
      return undefined;
    },
  },
  {
    name: 'nobody but root, nobody who cannot be asked, no odd value',
    work: async (bench) => {
      const before = await bench.machine.changes();
      const plain = await bench.machine.run([
        'setpriv',
        '--reuid',
        '65534',
        '--regid',
        '65534',
        '--clear-groups',
        'bash',
        '/srv/offline/install.sh',
        '--yes',
      ]);
      assert.equal(plain.code, 10, told(plain));
      assert.match(plain.text, /put sudo before bash/);
      const mute = await install(bench, []);
      assert.equal(mute.code, 2, told(mute));
      for (const odd of [
        'a b.example.org',
        "x'; touch /ran; '",
        'grüße.example.org',
        '$(touch /ran).example.org',
      ])
        assert.equal((await install(bench, ['--yes', '--domain', odd])).code, 2);
      assert.deepEqual(same(before, await bench.machine.changes()), []);
      return undefined;
    },
  },
  {
    name: 'what is missing is said before anything is written',
    work: async (bench) => {
      const small = await bench.another({ memoryKb: 2_000_000 });
      const said = await install({ ...bench, machine: small }, ['--yes']);
      assert.equal(said.code, 10, told(said));
      assert.match(said.text, /needs 4 GB of memory/);
      assert.deepEqual([...(await small.changes()).keys()], []);
      await small.stop();
      const nameless = await install(bench, ['--yes', '--domain', 'nowhere.example.org']);
      assert.match(nameless.text, /leads nowhere yet/);
      const namespaces = await bench.machine.run([
        'bash',
        '-c',
        'RELEASE_PUBLIC_KEY=x unshare --user true 2>/dev/null; setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user --map-root-user true && echo can',
      ]);
      assert.match(namespaces.text, /can/);
      return undefined;
    },
  },
  {
    name: 'a release or a download that is not what was signed is used for nothing',
    work: async (bench) => {
      const before = await bench.machine.changes();
      const spoil = async (script: string): Promise<Said> =>
        bench.machine.run(
          [
            'bash',
            '-c',
            `cp -r /srv/offline /tmp/o && cd /tmp/o && ${script} && bash install.sh --offline /tmp/o --skip-wine --yes --release ${bench.downloads.now}; code=$?; rm -rf /tmp/o; exit $code`,
          ],
          { RELEASE_PUBLIC_KEY: bench.downloads.publicKey },
        );
      const name = `rawjournal-${bench.downloads.now}`;
      const flipped = await spoil(`printf x | dd of=${name}.tar.zst bs=1 seek=5000 conv=notrunc status=none`);
      assert.equal(flipped.code, 20, told(flipped));
      const unsigned = await spoil(`printf ' ' >>${name}.sha256`);
      assert.equal(unsigned.code, 20, told(unsigned));
      const other = await bench.machine.run([
        'bash',
        '/srv/offline/install.sh',
        '--offline',
        '/srv/offline',
        '--skip-wine',
        '--yes',
      ]);
      assert.equal(other.code, 20, told(other));
      const left = same(before, await bench.machine.changes()).filter(
        (path) => !/^\/var\/(log|cache|lib\/(apt|dpkg))\//.test(path),
      );
      // By which a purge knows what install.sh itself has brought.
      const known = '/var/lib/rawjournal-install/packages-before';
      assert.deepEqual(
        left.filter((path) => /rawjournal/.test(path) && path !== known),
        [],
      );
      return undefined;
    },
  },
];
