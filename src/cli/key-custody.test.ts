import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keyIds } from '../data/keyring.js';
import { ownFolder } from '../testing/folder.js';
import { outside, type Outside } from '../testing/outside.js';
import { cli, started } from '../testing/place.js';
import { runProgram, type Ended } from '../testing/program.js';
import { sealedPeople } from '../testing/sealed.js';

t.setTimeout(600_000);

/**
 * Notes how it is called. When the service is to start anew it hands over what the drop-in names, as systemd does: the
 * program of the test looks into that folder again when it is asked to.
 */
const systemctl = (folder: string): string => `#!/bin/bash
echo "$*" >>"${folder}/calls"
[ ! -e "${folder}/broken" ] || { echo 'Transport endpoint is not connected' >&2; exit 1; }
[ "$1" = try-restart ] || exit 0
rm -f "${folder}/handed/"*
sed -n 's/^LoadCredential=\\([^:]*\\):\\(.*\\)$/\\1 \\2/p' "${folder}/units/rawjournal.service.d/credentials.conf" |
  while read -r name from; do install -m 0400 "$from" "${folder}/handed/$name" || exit 1; done
`;

interface Server extends Outside {
  folder: string;
  /** where root keeps the keys, and what the service is handed */
  home: string;
  handed: string;
  /** settings of root's commands */
  root: Record<string, string>;
  /** settings of the service, which may not look into root's folder */
  service: Record<string, string>;
  keys: (...args: string[]) => Promise<Ended>;
  calls: () => Promise<string[]>;
  dropIn: () => Promise<string>;
}

async function server(t: Test): Promise<Server> {
  const folder = await ownFolder(t, 'custody');
  for (const name of ['bin', 'units', 'handed']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'bin/systemctl'), systemctl(folder), { mode: 0o755 });
  const place = await outside(t);
  const [home, handed] = [join(folder, 'credentials'), join(folder, 'handed')];
  const service = { ...place.settings, CREDENTIALS_DIRECTORY: handed };
  const root = {
    ...place.settings,
    ...{ CREDENTIALS_FROM: home, CREDENTIALS_UNITS: join(folder, 'units') },
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
  };
  const text = (path: string) => readFile(join(folder, path), 'utf8').catch(() => '');
  return {
    ...{ ...place, folder, home, handed, root, service },
    keys: (...args) => cli(root, ['keys', ...args]),
    calls: async () => (await text('calls')).split('\n').filter(Boolean),
    dropIn: () => text('units/rawjournal.service.d/credentials.conf'),
  };
}

const sheetOf = ({ stdout }: Ended): string => stdout.replaceAll(/^(?! {4}[1-6] ).*\n?/gm, '');
const idOf = ({ stdout }: Ended): string => /key ([0-9a-f]{8}) of/.exec(stdout)?.[1] ?? '';

void t.test('the first key is made once, named to systemd, and printed to be kept', async (t) => {
  const place = await server(t);
  const made = await place.keys('create');
  t.match(made, { code: 0, stderr: '' });
  t.match(sheetOf(made), /^( {4}[1-6] {2}\w{4} \w{4} \w{4}\n){6}$/);
  const id = idOf(made);
  t.same((await readdir(place.home)).sort(), [`kek_${id}`, 'kek_active'].sort());
  t.equal((await stat(place.home)).mode & 0o777, 0o700);
  t.equal((await stat(join(place.home, `kek_${id}`))).mode & 0o777, 0o400);
  const line = (name: string): string => `LoadCredential=${name}:${join(place.home, name)}\n`;
  t.match(await place.dropIn(), `[Service]\n${line('kek_active')}${line(`kek_${id}`)}`);
  const failed = join(place.folder, 'units/rawjournal-failed@.service.d/credentials.conf');
  t.equal(await readFile(failed, 'utf8'), await place.dropIn(), 'who tells of a failure has them too');
  t.same(await place.calls(), ['daemon-reload']);
  t.same(
    await readdir(place.credentials),
    (await readdir(place.credentials)).filter((name) => !/^kek/.test(name)),
  );
  const again = await place.keys('create');
  t.equal(again.stdout, made.stdout, 'the same key, the same sheet');
  t.same(await keyIds(place.home), [id]);
});

void t.test('a service that is handed no key says in words what to do', async (t) => {
  const place = await server(t);
  for (const env of [place.service, { ...place.settings, CREDENTIALS_FROM: place.home }]) {
    const { code, stderr } = await runProgram('main.js', [], env);
    t.equal(code, 1);
    t.match(stderr, /RawJournal cannot start\. This server has no key.*rawjournal keys create.*keys recover/);
    t.notMatch(stderr, /\n +at /);
  }
  t.same(await readdir(place.handed), [], 'and makes none of its own');
  t.match(await place.keys('verify'), { code: 1, stderr: 'This server has no key' });
});

void t.test('a rotation hands the new key over before anything is wrapped by it', async (t) => {
  const place = await server(t);
  const old = idOf(await place.keys('create'));
  await sealedPeople(place.db, place.home, { people: 2, accountsEach: 2 });
  spawnSync(join(place.folder, 'bin/systemctl'), ['try-restart']); // a start hands over what there is
  const program = await started(t, place.service);

  await writeFile(join(place.folder, 'broken'), '');
  const cut = await place.keys('rotate');
  t.match(cut, { code: 1, stderr: /systemctl daemon-reload failed: Transport endpoint.*run this again/ });
  t.equal(
    await readFile(join(place.home, 'kek_active'), 'utf8'),
    `${old}\n`,
    'the old one stays active until then',
  );
  await rm(join(place.folder, 'broken'));
  await rm(join(place.folder, 'calls'));

  const done = await place.keys('rotate');
  t.match(done, { code: 0, stderr: '', stdout: /Going on with the rotation[^]*6 values were wrapped by it/ });
  const id = /The key ([0-9a-f]{8}) is active/.exec(done.stdout)?.[1] ?? '';
  t.same(await place.calls(), ['daemon-reload', 'try-restart rawjournal.service']);
  t.same((await readdir(place.handed)).sort(), [`kek_${id}`, `kek_${old}`, 'kek_active'].sort());

  t.match(await place.keys('retire', old), { code: 0, stderr: '' });
  t.notMatch(await place.dropIn(), old);
  t.same(await keyIds(place.home), [id]);
  t.match(await place.keys('verify'), { code: 0, stdout: '6 values sealed, and each opens.' });
  await program.end('SIGTERM');
});

void t.test('a key that was kept on paper opens what it sealed, on a machine that is new', async (t) => {
  const lost = await server(t);
  const sheet = sheetOf(await lost.keys('create'));
  const [id = ''] = await keyIds(lost.home);
  const key = await readFile(join(lost.home, `kek_${id}`));

  const fresh = await server(t);
  const recover = (typed: string) => cli(fresh.root, ['keys', 'recover'], typed);
  const lines = sheet.trimEnd().split('\n');
  const mistyped = lines.map((line, at) =>
    at === 2 ? line.slice(0, -1) + (line.endsWith('7') ? '8' : '7') : line,
  );
  const refused = await recover(mistyped.join('\n'));
  t.match(refused, { code: 1, stderr: 'Line 3 is not as on a recovery sheet. Nothing was changed' });
  t.match(await recover(lines.slice(0, 4).join('\n')), { code: 1, stderr: 'Lines 5, 6 are not' });
  t.same(await keyIds(fresh.home), []);
  const typed = sheet.toLowerCase().replaceAll(/ {4}[1-6] {2}/g, '');
  t.match(await recover(typed), { code: 0, stdout: `The key ${id} is back, and active.` });
  t.ok((await readFile(join(fresh.home, `kek_${id}`))).equals(key));
  t.match(await fresh.dropIn(), `kek_${id}`);
  t.match(await recover(sheet), { code: 0, stdout: `The key ${id} is here already, and active.` });

  const other = await server(t);
  const own = idOf(await other.keys('create'));
  const beside = await cli(other.root, ['keys', 'recover'], sheet);
  t.match(beside, { code: 0, stdout: `What is new is sealed by the key ${own}: rawjournal keys rotate` });
  t.same((await keyIds(other.home)).sort(), [own, id].sort());
  await chmod(join(other.home, `kek_${id}`), 0o600);
  await writeFile(join(other.home, `kek_${id}`), Buffer.alloc(32));
  t.match(await cli(other.root, ['keys', 'recover'], sheet), {
    code: 1,
    stderr: 'is another key. Nothing was changed.',
  });
  t.notMatch(refused.stdout + beside.stdout, lines[0] ?? '', 'what was typed is not printed');
});
