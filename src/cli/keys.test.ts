import { setWebhook } from '../data/alarm-ways.js';
import { nobody } from '../data/database.js';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { closeControl, serveControl } from '../app/control.js';
import { controlSocket, stateFolders } from '../app/state.js';
import { keyIds, loadKeyring } from '../data/keyring.js';
import { appointKey, beginRotation } from '../data/key-rotation.js';
import { examineSealed } from '../data/sealed-rows.js';
import { contentAt } from '../lib/seal.js';
import { asAdministrator, projectRoot } from '../testing/database.js';
import { outside, type Outside } from '../testing/outside.js';
import { started } from '../testing/place.js';
import { plainEnvironment } from '../testing/program.js';
import { sealedPeople } from '../testing/sealed.js';

t.setTimeout(900_000);

const activeOf = async ({ credentials }: Outside): Promise<string> =>
  (await loadKeyring(credentials, randomBytes)).active.id;

const keysIn = async (folder: string): Promise<string[]> => (await keyIds(folder)).sort();

const rotated = /The key ([0-9a-f]{8}) is active/;

void t.test('a rotation wraps everything by a new key, and nothing opens less than before', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 3, accountsEach: 120 });
  const old = await activeOf(home);
  const tools = { keyring: await loadKeyring(home.credentials, randomBytes), random: randomBytes };
  await home.db.withTenant('sync', nobody, (tx) => setWebhook(tx, tools, 'https://chat.example.org/hook'));
  const done = await home.run(['keys', 'rotate']);
  t.match(done, { code: 0, stderr: '' });
  t.match(done.stdout, /364 values were wrapped by it/);
  t.match(done.stdout, `Nothing uses the key ${old} any more: rawjournal keys retire ${old}`);
  const id = rotated.exec(done.stdout)?.[1] ?? '';
  t.equal(await activeOf(home), id);
  t.not(id, old);
  t.equal((await stat(join(home.credentials, `kek_${id}`))).mode & 0o777, 0o400);
  const verified = await home.run(['keys', 'verify']);
  t.match(verified, { code: 0 });
  t.match(
    verified.stdout,
    `key ${id}, active: 360 passwords of accounts, 3 secrets of two-factor sign-in, the address that alarms go to\n`,
  );
  t.match(verified.stdout, `key ${old}: used by nothing\n`);
  t.match(verified.stdout, '364 values sealed, and each opens.');
  t.notMatch(done.stdout + verified.stdout, /investor 51|JBSWY3DPEHPK3PXP/, 'no secret is printed');

  t.match(await home.run(['keys', 'retire', old]), { code: 0, stdout: `The key ${old} is gone.` });
  t.same(await keysIn(home.credentials), [id]);
  t.match(await home.run(['keys', 'verify']), { code: 0 });
});

void t.test(
  'a key stays while a row uses it, while it is active, and while a rotation is under way',
  async (t) => {
    const home = await outside(t);
    await sealedPeople(home.db, home.credentials, { people: 1, accountsEach: 2 });
    const old = await activeOf(home);
    t.match(await home.run(['keys', 'retire', old]), {
      code: 1,
      stderr: `The key ${old} stays: it is the active one.`,
    });
    const { id } = await beginRotation(home.credentials, randomBytes);
    await appointKey(home.credentials, id, randomBytes);
    t.match(await home.run(['keys', 'retire', old]), { code: 1, stderr: 'a rotation was cut off' });
    t.match(await home.run(['keys', 'rotate']), {
      code: 0,
      stdout: `Going on with the rotation to the key ${id}`,
    });
    const late = await sealedBy(home, old);
    t.match(await home.run(['keys', 'retire', old]), {
      code: 1,
      stderr: `The key ${old} stays: it wraps 1 password of an account, 1 secret of two-factor sign-in.`,
    });
    t.same(await keysIn(home.credentials), [old, late].sort());
    t.match(await home.run(['keys', 'retire', 'ffffffff']), { code: 1, stderr: 'There is no key ffffffff' });
    t.match(await home.run(['keys', 'rotate']), { code: 0 }, 'wraps the late ones too');
    t.match(await home.run(['keys', 'retire', old]), { code: 0 });
  },
);

/** The part of each account's sealed password that a rotation leaves alone, unless it is a deep one. */
const contents = ({ login }: Outside): Promise<string[]> =>
  asAdministrator(login, async (client) => {
    const { rows } = await client.query<{ content: string }>(
      `select encode(substring(sealed_password from ${contentAt + 1}), 'hex') as content from accounts order by id`,
    );
    return rows.map(({ content }) => content);
  });

void t.test('a deep rotation seals everything anew, and stays deep when it is cut off', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 2, accountsEach: 3 });
  const tools = { keyring: await loadKeyring(home.credentials, randomBytes), random: randomBytes };
  await home.db.withTenant('sync', nobody, (tx) => setWebhook(tx, tools, 'https://chat.example.org/hook'));
  const before = await contents(home);
  t.match(await home.run(['keys', 'rotate']), { code: 0, stdout: '9 values were wrapped by it' });
  t.same(await contents(home), before);
  t.match(await home.run(['keys', 'rotate', '--deep']), {
    code: 0,
    stdout: '9 values were sealed anew and wrapped by it',
  });
  const after = await contents(home);
  t.notOk(after.some((content) => before.includes(content)));
  t.match(await home.run(['keys', 'verify']), { code: 0, stdout: '9 values sealed, and each opens.' });
  await beginRotation(home.credentials, randomBytes, true);
  t.match(await home.run(['keys', 'rotate']), { code: 0, stdout: '9 values were sealed anew and wrapped' });
  t.notOk((await contents(home)).some((content) => after.includes(content)));
});

void t.test('ten thousand passwords are wrapped anew within ten seconds', async (t) => {
  // A machine on which others are at work gives each of them its share of time alone.
  const mostMs = 10_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 50, accountsEach: 199 });
  for (const args of [['rotate'], ['rotate', '--deep']]) {
    const from = performance.now();
    t.match(await home.run(['keys', ...args]), { code: 0, stdout: '10000 values were' });
    const tookMs = performance.now() - from;
    process.stderr.write(`keys ${args.join(' ')}: 10000 values in ${Math.round(tookMs)} ms\n`);
    t.ok(tookMs < mostMs, `${tookMs} ms of at most ${mostMs}`);
  }
});

/** Adds somebody whose values are sealed by a key that is active no more. Resolves to the one that is. */
async function sealedBy(home: Outside, old: string): Promise<string> {
  const now = await activeOf(home);
  await appointKey(home.credentials, old, randomBytes);
  await sealedPeople(home.db, home.credentials, { people: 1, accountsEach: 1 });
  await appointKey(home.credentials, now, randomBytes);
  return now;
}

void t.test('a running program takes the new key before anything is wrapped by it', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 1, accountsEach: 3 });
  const program = await started(t, home.settings);
  const old = await activeOf(home);
  t.match(await home.run(['keys', 'rotate']), { code: 0, stderr: '' });
  t.match(await home.run(['keys', 'retire', old]), { code: 0, stderr: '' });
  await program.end('SIGTERM');
});

void t.test('a program that does not see the new key is not left with what it cannot open', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 1, accountsEach: 3 });
  const old = await activeOf(home);
  // As where a service manager hands it copies of its keys when it starts.
  const held = { active: old };
  const path = controlSocket(await stateFolders(home.stateDir));
  const stale = await serveControl(path, { 'PUT /keys': () => held }, () => undefined);
  t.teardown(() => closeControl(stale));
  const refused = await home.run(['keys', 'rotate']);
  t.match(refused, {
    code: 1,
    stderr: /The running RawJournal does not see the new key.*Restart RawJournal/,
  });
  const uses = await examineSealed(home.db, await loadKeyring(home.credentials, randomBytes));
  t.same([...uses.keys()], [old], 'nothing was wrapped');
  held.active = await activeOf(home);
  t.match(await home.run(['keys', 'rotate']), { code: 0, stdout: 'Going on with the rotation' });
});

void t.test('a program that does not answer is not passed over', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 1, accountsEach: 1 });
  const program = await started(t, home.settings);
  process.kill(program.pid, 'SIGSTOP');
  t.match(await home.run(['keys', 'rotate']), { code: 1, stderr: 'RawJournal runs but does not answer.' });
  process.kill(program.pid, 'SIGCONT');
  t.match(await home.run(['keys', 'rotate']), { code: 0, stdout: 'Going on with the rotation' });
  await program.end('SIGTERM');
});

void t.test('a missing key is counted and named, and what it sealed is left alone', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 2, accountsEach: 1 });
  const old = await activeOf(home);
  await rename(join(home.credentials, `kek_${old}`), join(home.stateDir, 'away'));
  await rename(join(home.credentials, 'kek_active'), join(home.stateDir, 'away_too'));
  const refused = await home.run(['keys', 'verify']);
  t.match(refused, { code: 1 });
  t.match(
    refused.stdout,
    `key ${old}, missing: 2 passwords of accounts, 2 secrets of two-factor sign-in; 4 do not open`,
  );
  t.match(refused.stdout, '4 of 4 values cannot be opened.');
  t.match(await home.run(['keys', 'rotate']), { code: 1, stdout: '4 values do not open and stayed' });
  await rename(join(home.stateDir, 'away'), join(home.credentials, `kek_${old}`));
  t.match(await home.run(['keys', 'verify']), { code: 0 }, 'with the key they open again');
});

void t.test('killed at any moment, a rotation is taken up again and nothing is unreadable', async (t) => {
  const home = await outside(t);
  await sealedPeople(home.db, home.credentials, { people: 8, accountsEach: 150 });
  const values = 8 * 151;
  let cutOff = 0;
  for (let kill = 0; kill < 24; kill += 1) {
    const child = spawn(process.execPath, [join(projectRoot, 'dist/cli/main.js'), 'keys', 'rotate'], {
      env: plainEnvironment(home.settings),
      stdio: 'ignore',
    });
    const marked = join(home.credentials, 'rotating_to');
    const wasMarked = existsSync(marked);
    const ended = once(child, 'exit');
    // Its own start takes as long as it likes: the moment is counted from the first thing it does.
    if (!wasMarked) while (child.exitCode === null && !existsSync(marked)) await sleep(1);
    else await sleep(300 + Math.random() * 200);
    await sleep(Math.random() * 200);
    child.kill('SIGKILL');
    await ended;
    if (existsSync(marked)) cutOff += 1;
    const uses = await examineSealed(home.db, await loadKeyring(home.credentials, randomBytes));
    const sums = [...uses.values()].reduce(
      (sum, use) => ({ all: sum.all + use.account + use.factor, closed: sum.closed + use.unreadable }),
      { all: 0, closed: 0 },
    );
    t.same(sums, { all: values, closed: 0 }, `after kill ${kill + 1} everything opens`);
  }
  t.ok(cutOff >= 10, `${cutOff} of 24 kills met a rotation under way`);
  t.match(await home.run(['keys', 'rotate']), { code: 0 });
  for (const id of await keysIn(home.credentials))
    if (id !== (await activeOf(home))) t.match(await home.run(['keys', 'retire', id]), { code: 0 });
  t.same(await keysIn(home.credentials), [await activeOf(home)]);
  t.match(await home.run(['keys', 'verify']), { code: 0 });
  const drafts = (await readdir(home.credentials)).filter((name) => name.startsWith('.'));
  t.comment(`${drafts.length} drafts were left behind`);
});
