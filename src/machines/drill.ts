import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSum, healthy, install, told } from './acts.js';
import type { Bench, Case } from './cases.js';
import type { Said } from './machine.js';
import { shell } from './shell.js';

/** What one machine leaves for the next: a backup with its key, in a folder, and what it is of. */
export interface Kept {
  from: string;
  /** the major version of PostgreSQL that it was made with */
  postgres: number;
  sum: string;
  folder: string;
  bytes: number;
}

export const makeBackup: Case = {
  name: 'a backup is made, restored aside and compared',
  work: async ({ machine, downloads, distribution, kept }) => {
    const made = await machine.run(['systemctl', 'start', 'rawjournal-backup.service']);
    assert.equal(made.code, 0, (await machine.run(['cat', '/run/rawjournal-backup.log'])).text);
    const list = await machine.run(['rawjournal', 'backup', 'list']);
    assert.match(list.text, /verified, no copy/, told(list));
    const name = list.text.trim().split('\n').at(-1)?.split(' ')[0] ?? '';
    const backup = await machine.bytes(`/var/lib/rawjournal-backup/backups/${name}`);
    const sheet = await machine.run(['grep', '^AGE-SECRET-KEY-', '/root/rawjournal-recovery.txt']);
    const folder = join(downloads.folder, `of-${distribution.name}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'backup'), backup);
    await writeFile(join(folder, 'identity'), sheet.text);
    const { name: from, postgres } = distribution;
    kept.push({ from, postgres, sum: await dataSum(machine), folder, bytes: backup.length });
    return `${backup.length} bytes`;
  },
};

const at = '/srv/offline/drill';

/** Lays what another machine left where this one sees it. */
async function lay({ downloads }: Bench, { folder }: Kept): Promise<void> {
  const here = join(downloads.folder, 'drill');
  await shell('rm', ['-rf', here]);
  await shell('cp', ['-r', folder, here]);
}

const restore = ({ machine }: Bench, file: string, identity: string): Promise<Said> =>
  machine.run(['rawjournal', 'restore', file, '--identity', identity, '--replace']);

interface Spoilt {
  /** of a shell, that makes /tmp/spoilt out of the backup */
  script: string;
  identity?: string;
  why: RegExp;
}

const spoilt: readonly Spoilt[] = [
  {
    script: 'age-keygen -o /tmp/other',
    identity: '/tmp/other',
    why: /The key in \/tmp\/other does not open \/tmp\/spoilt: it was encrypted for another key/,
  },
  {
    script: 'echo nothing >/tmp/nothing',
    identity: '/tmp/nothing',
    why: /\/tmp\/nothing holds no key of age/,
  },
  { script: 'truncate -s -1000 /tmp/spoilt', why: /is damaged or cut off/ },
  { script: 'truncate -s 300 /tmp/spoilt', why: /is damaged or cut off/ },
  {
    script: `size=$(stat -c %s /tmp/spoilt)
      byte=$(od -An -tu1 -j $((size / 2)) -N 1 /tmp/spoilt)
      printf "\\\\$(printf %o $((byte ^ 1)))" | dd of=/tmp/spoilt bs=1 seek=$((size / 2)) conv=notrunc`,
    why: /is damaged or cut off/,
  },
];

/** What is not the backup, or not its key, is refused in a sentence. */
async function refused(bench: Bench, { script, identity = `${at}/identity`, why }: Spoilt): Promise<void> {
  const prepared = await bench.machine.run(['bash', '-euc', `cp ${at}/backup /tmp/spoilt; ${script}`]);
  assert.equal(prepared.code, 0, told(prepared));
  const said = await restore(bench, '/tmp/spoilt', identity);
  assert.notEqual(said.code, 0, told(said));
  assert.match(said.text, why);
}

async function timed(work: () => Promise<Said>): Promise<string> {
  const startedMs = performance.now();
  const said = await work();
  assert.equal(said.code, 0, told(said));
  return ((performance.now() - startedMs) / 1_000).toFixed(1);
}

export const restoreElsewhere: Case = {
  name: 'the backup of another system comes back, and nothing else is taken for it',
  work: async (bench) => {
    const { kept, another, distribution, downloads } = bench;
    const others = kept.filter(({ from }) => from !== distribution.name);
    const last = others.findLast(({ postgres }) => postgres <= distribution.postgres);
    if (last === undefined) return 'not run: no other system was before this one';
    await lay(bench, last);
    const machine = await another();
    const fresh = { ...bench, machine };
    const whole = await timed(() =>
      install(fresh, [
        ...['--yes', '--release', downloads.now],
        ...['--restore', `${at}/backup`, '--identity', `${at}/identity`],
      ]),
    );
    await healthy(machine, downloads.now);
    assert.equal(await dataSum(machine), last.sum);
    await machine.run(['systemctl', 'stop', 'rawjournal']);
    for (const one of spoilt) await refused(fresh, one);
    const newer = others.find(({ postgres }) => postgres > distribution.postgres);
    if (newer !== undefined) {
      await lay(bench, newer);
      await refused(fresh, { script: 'true', why: /was made with PostgreSQL \d+, and this is \d+/ });
      await lay(bench, last);
    }
    assert.equal(await dataSum(machine), last.sum, 'refused, and left as it was');
    const alone = await timed(() => restore(fresh, `${at}/backup`, `${at}/identity`));
    assert.equal(await dataSum(machine), last.sum);
    await machine.stop();
    const versions = `PostgreSQL ${last.postgres} to ${distribution.postgres}`;
    return `of ${last.from} (${versions}, ${last.bytes} bytes): ${alone} s, ${whole} s with the whole installation; ${spoilt.length + (newer === undefined ? 0 : 1)} others refused`;
  },
};
