import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import type { Keyring } from '../lib/seal.js';
import { loadKeyring } from './keyring.js';

const newFolder = async (t: { teardown(clean: () => Promise<void>): void }): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'rawjournal-keyring-'));
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'credentials');
};

const load = (folder: string): Promise<Keyring> => loadKeyring(folder, randomBytes);
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

void test('The first start makes one key, which only its owner can read', async (t) => {
  const folder = await newFolder(t);
  const { active, all } = await load(folder);
  t.match(active.id, /^[0-9a-f]{8}$/);
  t.same([...all.keys()], [active.id]);
  t.same((await readdir(folder)).sort(), [`kek_${active.id}`, 'kek_active'].sort());
  t.equal(await modeOf(folder), 0o700);
  t.equal(await modeOf(join(folder, `kek_${active.id}`)), 0o400);
  t.equal(await modeOf(join(folder, 'kek_active')), 0o600);
  t.ok((await readFile(join(folder, `kek_${active.id}`))).equals(active.key), 'the file holds the raw key');
  t.notOk(active.key.equals(Buffer.alloc(32)), 'the key in use is not the overwritten one');
});

void test('The second start finds the same key', async (t) => {
  const folder = await newFolder(t);
  t.same(await load(folder), await load(folder));
});

void test('Starts at the same moment agree on one key and leave no other behind', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const folder = await newFolder(t);
    const rings = await Promise.all(Array.from({ length: 8 }, () => load(folder)));
    t.equal(new Set(rings.map((ring) => `${ring.active.id} ${ring.active.key.toString('hex')}`)).size, 1);
    t.equal((await readdir(folder)).length, 2);
  }
});

void test('A start cut short before it named the active key is completed with the key it made', async (t) => {
  const folder = await newFolder(t);
  const { active } = await load(folder);
  await unlink(join(folder, 'kek_active'));
  t.same((await load(folder)).active, active);
  t.equal(await readFile(join(folder, 'kek_active'), 'utf8'), `${active.id}\n`);
});

void test('Among several keys the named one is active and all of them open', async (t) => {
  const folder = await newFolder(t);
  const first = (await load(folder)).active;
  await writeFile(join(folder, 'kek_00000001'), Buffer.alloc(32, 1), { mode: 0o600 });
  await writeFile(join(folder, 'next'), '00000001', { mode: 0o600 });
  await rename(join(folder, 'next'), join(folder, 'kek_active'));
  const { active, all } = await load(folder);
  t.same(active, { id: '00000001', key: Buffer.alloc(32, 1) });
  t.same(all.get(first.id), first);
});

void test('Several keys of which none is named get a new active one, and stay', async (t) => {
  const folder = await newFolder(t);
  const first = (await load(folder)).active;
  await writeFile(join(folder, 'kek_00000001'), Buffer.alloc(32, 1), { mode: 0o600 });
  await unlink(join(folder, 'kek_active'));
  const { active, all } = await load(folder);
  t.equal(all.size, 3);
  t.notOk([first.id, '00000001'].includes(active.id));
});

void test('Other files in the folder are nobody’s business', async (t) => {
  const folder = await newFolder(t);
  const { active } = await load(folder);
  await writeFile(join(folder, 'database_password'), 'x', { mode: 0o644 });
  t.same((await load(folder)).active, active);
});

void test('A folder that cannot be written is enough when it is complete', async (t) => {
  const folder = await newFolder(t);
  const ring = await load(folder);
  await chmod(folder, 0o500);
  t.same(await load(folder), ring);
  await chmod(folder, 0o700);
});

void test('A folder that cannot be written and is not complete is an error that says so', async (t) => {
  // Here not even root can make a file.
  const message = '/sys/kernel/kek_active is missing and its folder cannot be written.';
  await t.rejects(load('/sys/kernel'), { message });
});

void test('A malformed file is named, and its content is not', async (t) => {
  const secret = 'CANARY-0123456789';
  const spoil: readonly [string, (folder: string, id: string) => Promise<string>][] = [
    [
      'a key of the wrong length',
      async (folder, id) => {
        await writeFile(join(folder, `kek_${id}`), secret);
        return `${join(folder, `kek_${id}`)} does not hold a key: it has to be exactly 32 bytes long.`;
      },
    ],
    [
      'an active file without an id',
      async (folder) => {
        await writeFile(join(folder, 'kek_active'), secret);
        return `${join(folder, 'kek_active')} does not name a key: it has to hold eight hex digits.`;
      },
    ],
    [
      'an active key that is not there',
      async (folder, id) => {
        await unlink(join(folder, `kek_${id}`));
        return `${join(folder, 'kek_active')} names a key whose file is not beside it.`;
      },
    ],
    [
      'a key file of another name',
      async (folder) => {
        await writeFile(join(folder, 'kek_old'), secret);
        return `${join(folder, 'kek_old')} is no key file: its name has to be kek_ and eight hex digits.`;
      },
    ],
    [
      'a key that everybody can read',
      async (folder, id) => {
        await chmod(join(folder, `kek_${id}`), 0o644);
        return `${join(folder, `kek_${id}`)} is open to every user of this machine. Its mode has to be 0600.`;
      },
    ],
  ];
  for (const [name, spoilt] of spoil) {
    const folder = await newFolder(t);
    const { active } = await load(folder);
    const message = await spoilt(folder, active.id);
    await t.rejects(load(folder), { message }, name);
    t.notOk(message.includes(secret), name);
  }
});
