import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSum, healthy, install, told } from './acts.js';
import type { Bench, Case } from './cases.js';

/** What one machine leaves for the next: a backup in the folder of downloads, and what it is of. */
export interface Kept {
  from: string;
  sum: string;
}

const drill = 'drill';

export const makeBackup: Case = {
  name: 'a backup is made, restored aside and compared',
  work: async ({ machine, downloads, distribution, hand }) => {
    const made = await machine.run(['systemctl', 'start', 'rawjournal-backup.service']);
    assert.equal(made.code, 0, (await machine.run(['cat', '/run/rawjournal-backup.log'])).text);
    const list = await machine.run(['rawjournal', 'backup', 'list']);
    assert.match(list.text, /verified, no copy/, told(list));
    const name = list.text.trim().split('\n').at(-1)?.split(' ')[0] ?? '';
    const file = `/var/lib/rawjournal-backup/backups/${name}`;
    const sheet = await machine.run(['grep', '^AGE-SECRET-KEY-', '/root/rawjournal-recovery.txt']);
    const folder = join(downloads.folder, drill);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'backup'), await machine.bytes(file));
    await writeFile(join(folder, 'identity'), sheet.text);
    hand.kept = { from: distribution, sum: await dataSum(machine) };
    return undefined;
  },
};

const at = `/srv/offline/${drill}`;

/** On a machine of its own: what is not the backup is refused in a sentence, and nothing is there afterwards. */
async function refused(bench: Bench, script: string, identity: string, why: RegExp): Promise<void> {
  const { machine } = bench;
  const prepared = await machine.run(['bash', '-c', `cp ${at}/backup /tmp/spoilt; ${script}`]);
  assert.equal(prepared.code, 0, told(prepared));
  const said = await machine.run([
    'rawjournal',
    'restore',
    '/tmp/spoilt',
    '--identity',
    identity,
    '--replace',
  ]);
  assert.equal(said.code === 0, false, told(said));
  assert.match(said.text, why);
}

export const restoreElsewhere: Case = {
  name: 'the backup of another system comes back, and nothing else is taken for it',
  work: async (bench) => {
    const { hand, another, distribution } = bench;
    if (hand.kept === null || hand.kept.from === distribution) return 'no other system was before this one';
    const machine = await another();
    const fresh = { ...bench, machine };
    const startedMs = performance.now();
    const said = await install(fresh, [
      ...['--yes', '--release', bench.downloads.now],
      ...['--restore', `${at}/backup`, '--identity', `${at}/identity`],
    ]);
    assert.equal(said.code, 0, told(said));
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    await healthy(machine, bench.downloads.now);
    assert.equal(await dataSum(machine), hand.kept.sum);
    await machine.run(['systemctl', 'stop', 'rawjournal']);
    await machine.run(['bash', '-c', 'age-keygen -o /tmp/other; chmod 644 /tmp/other']);
    await refused(fresh, 'chmod 644 /tmp/spoilt', '/tmp/other', /key|identity/i);
    await refused(
      fresh,
      'chmod 644 /tmp/spoilt; truncate -s -1000 /tmp/spoilt',
      `${at}/identity`,
      /cut|whole|end|damaged|broken/i,
    );
    await refused(
      fresh,
      'chmod 644 /tmp/spoilt; printf x | dd of=/tmp/spoilt bs=1 seek=4000 conv=notrunc',
      `${at}/identity`,
      /not|damaged|changed/i,
    );
    assert.equal(await dataSum(machine), hand.kept.sum, 'refused, and left as it was');
    await machine.stop();
    return `from ${hand.kept.from}, ${seconds} s with the whole installation`;
  },
};
