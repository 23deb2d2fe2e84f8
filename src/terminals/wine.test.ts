import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { testServer } from '../testing/database.js';
import { needs } from '../testing/needs.js';
import { linuxSays, plantLink, windowsSight } from '../testing/wine-probe.js';
import { member } from '../testing/wine-rounds.js';
import {
  gone,
  makePrefixes,
  memoryOf,
  misbehave,
  prefixOf,
  sharedTemplate,
  slotFolder,
  stateFolder,
  tree,
  until,
  wineHaste,
  wineTerminals,
} from '../testing/wine.js';
import { pidsOf } from './leftover.js';
import { simulatedServers } from './simulator/brokers.js';
import type { SlotView } from './slot.js';
import type { Slot } from './supervisor.js';

t.setTimeout(290_000);
const numbers = [1, 2, 3, 4];
const megabyte = 1024 * 1024;
const seconds = (n: number): number => (n * 1_000) / wineHaste;
/** Wine takes as long at any speed of the supervision. */
const wineStartMs = 60_000;
/** nobody else's account, so that its password is nowhere by chance */
const account = { server: 'Simulated-NewYork', login: '738291645', password: 'inv-738291645' };

/** All regular files below a folder. */
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const holds = (path: string, text: string): boolean => {
  const bytes = readFileSync(path);
  return bytes.includes(text) || bytes.includes(text, 0, 'utf16le');
};

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // its process ended, or is somebody else's
  }
};

/** Command lines and environments of everything that runs here. */
const processTexts = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ['cmdline', 'environ'].map((name) => readIfThere(`/proc/${pid}/${name}`)))
    .join('\n');

/** The first byte that a display answers to somebody with this key, or with none: 1 lets in. */
function displayAnswer(socketPath: string, key: Buffer): Promise<number> {
  const method = key.length > 0 ? 'MIT-MAGIC-COOKIE-1' : '';
  const head = Buffer.from([0x6c, 0, 11, 0, 0, 0, method.length, 0, key.length, 0, 0, 0]);
  const padded = Buffer.alloc(Math.ceil(method.length / 4) * 4);
  padded.write(method);
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(Buffer.concat([head, padded, key])));
    socket.once('error', reject).once('data', (data) => {
      socket.destroy();
      resolve(data[0] ?? -1);
    });
  });
}

await t.test('terminals in real Wine', needs('wine'), async (t) => {
  const root = await stateFolder(t);
  const lines: string[] = [];
  const madeAt = performance.now();
  await makePrefixes(root, numbers.length);
  t.comment(`four prefixes after ${Math.round(performance.now() - madeAt)} ms`);
  const terminals = wineTerminals(root, numbers.length, (line) => lines.push(line));
  t.teardown(() => terminals.stop());

  const slot = (number: number): Slot => {
    const found = terminals.slots[number - 1];
    if (found === undefined) throw new RangeError(`no slot ${number}`);
    return found;
  };
  const pid = (number: number): number => slot(number).view().child?.pid ?? 0;
  const seen = (number: number, is: (view: SlotView) => boolean, mostMs: number): Promise<number> =>
    until(`slot ${number}`, () => is(slot(number).view()), mostMs);
  const isBack = (old: number) => (view: SlotView) => view.state === 'ready' && view.child?.pid !== old;

  await t.test('inside neither Linux nor Windows programs see what is not theirs', async (t) => {
    const { address } = testServer();
    const key = join(root, 'credentials', 'kek_1');
    const socket = join(address.host, `.s.PGSQL.${String(address.port)}`);
    const [own, theirs] = [1, 2].map((n) => [prefixOf(root, n), join(memoryOf(root), `slot-${n}`)]);
    if (own === undefined || theirs === undefined) throw new RangeError('no such slots');
    mkdirSync(theirs[1] ?? '');
    const links = [key, theirs[0] ?? ''].map((target) => plantLink(root, 1, target));
    const system = ['/etc/shadow', '/root', '/home', '/run', '/var', `/proc/${process.pid}/environ`];
    const secrets = [key, socket, ...theirs, slotFolder(root, 2), sharedTemplate(), ...links, ...system];
    t.same(
      [key, socket, ...theirs].filter((path) => !existsSync(path)),
      [],
    );
    const sight = await windowsSight(root, 1, [...secrets, ...own]);
    t.match(
      own.map((path) => sight[path]),
      [/^\d+ entries/, '1 entries'],
    );
    for (const path of secrets) t.equal(sight[path], 'ENOENT', path);
    const said = linuxSays(root, 1, `ls -d ${own[0] ?? ''}; for p in ${secrets.join(' ')}; do cat $p; done`);
    t.equal(said.split('\n')[0], own[0]);
    t.notMatch(said, /CANARY/);
    t.equal(said.match(/No such file or directory/g)?.length, secrets.length);
  });

  await t.test('four start at once, log in, and each answers for its own account', async (t) => {
    const at = performance.now();
    await terminals.start();
    for (const n of numbers) await seen(n, ({ state }) => state === 'ready', wineStartMs);
    t.comment(`four ready after ${Math.round(performance.now() - at)} ms`);
    const logins = await Promise.all(
      simulatedServers.slice(0, numbers.length).map(async ({ name, login, investorPassword }, index) => {
        await slot(index + 1).call('login', { server: name, login, password: investorPassword });
        return (await slot(index + 1).call('snapshot', {})).account.login;
      }),
    );
    t.same(
      logins,
      simulatedServers.slice(0, numbers.length).map(({ login }) => login),
    );
  });

  await t.test('what a slot takes is weighed from outside, and it has been told nothing', async (t) => {
    for (const n of numbers) await seen(n, ({ rssBytes }) => rssBytes !== null, seconds(30));
    const weights = numbers.map((n) => Math.round((slot(n).view().rssBytes ?? 0) / megabyte));
    const sizes = numbers.map((n) => tree(root, n, pid(n)).size);
    t.comment(`MB in each slot: ${weights.join(', ')}; processes: ${sizes.join(', ')}`);
    t.ok(weights.every((mb) => mb > 50 && mb < 500));
    const environments = pidsOf(slotFolder(root, 1)).map((one) => readIfThere(`/proc/${one}/environ`));
    t.ok(environments.length > 8);
    t.notMatch(environments.join('\n'), /npm_|TEST_POSTGRES|DATABASE_URL/);
  });

  await t.test('a password lies in memory while a login lasts, and nowhere else', async (t) => {
    const ini = join(memoryOf(root), 'slot-1', 'start.ini');
    terminals.restart(1);
    await seen(1, isBack(pid(1)), wineStartMs);
    misbehave(root, 1, { loginMs: 3_000 });
    const login = slot(1).call('login', account);
    await until('the file', () => existsSync(ini), 1_000);
    t.ok(holds(ini, account.password));
    t.equal(statSync(ini).mode & 0o777, 0o600);
    t.equal(statSync(memoryOf(root)).mode & 0o777, 0o700);
    t.notOk(processTexts().includes(account.password), 'not on a command line, in no environment');
    t.match(await login, { login: account.login });
    misbehave(root, 1, {});
    t.same(readdirSync(join(memoryOf(root), 'slot-1')), ['xauthority']);
    t.notOk(processTexts().includes(account.password));
    const written = files(slotFolder(root, 1)).filter((path) => holds(path, account.password));
    t.same(written, [], 'nor in logs, registry or any other file');
    t.notOk(lines.join('\n').includes(account.password));
  });

  await t.test('a display lets nobody in without its key, and has no name outside', async (t) => {
    const xvfb = member(pid(2), /^Xvfb/) ?? 0;
    const [name = ''] = readdirSync(`/proc/${xvfb}/root/tmp/.X11-unix`);
    const path = `/proc/${xvfb}/root/tmp/.X11-unix/${name}`;
    const key = readFileSync(join(memoryOf(root), 'slot-2', 'xauthority')).subarray(-16);
    t.equal(await displayAnswer(path, Buffer.alloc(0)), 0);
    t.equal(await displayAnswer(path, Buffer.alloc(16)), 0);
    t.equal(await displayAnswer(path, key), 1);
    t.notMatch(readFileSync('/proc/net/unix', 'utf8'), new RegExp(`@.*X11-unix/${name}$`, 'm'));
  });

  await t.test('a program that is frozen is killed within 35 s and back within 95 s', async (t) => {
    const old = pid(2);
    const frozen = tree(root, 2, old);
    const program = member(old, /^Z:.*node\.exe/) ?? 0;
    process.kill(program, 'SIGSTOP');
    const at = performance.now();
    await gone('a freeze', [frozen], seconds(35));
    t.comment(`gone after ${Math.round(performance.now() - at)} ms, ${wineHaste} times faster`);
    await seen(2, isBack(old), seconds(95) + wineStartMs);
    t.match(slot(2).view().lastExit, { why: 'it fell silent' });
    t.comment(`ready after ${Math.round(performance.now() - at)} ms`);
  });

  await t.test('one that eats memory is recycled, one that devours it is killed, and no other', async (t) => {
    const restarts = [1, 2].map((n) => slot(n).view().restarts);
    const feed = async (number: number, ballastMb: number): Promise<string | undefined> => {
      const old = pid(number);
      misbehave(root, number, { ballastMb });
      // It may be weighed before it has answered.
      const answer = slot(number)
        .call('snapshot', {})
        .catch((error: unknown) => error);
      await seen(number, isBack(old), wineStartMs);
      misbehave(root, number, {});
      await answer;
      return slot(number).view().lastExit?.why;
    };
    t.equal(await feed(3, 450), 'it was asked to end');
    t.equal(await feed(4, 900), 'it took too much memory');
    t.same(
      [1, 2].map((n) => slot(n).view().restarts),
      restarts,
    );
  });

  await t.test('a stop ends all of it, and leaves no key in memory', async (t) => {
    const trees = numbers.map((n) => tree(root, n, pid(n)));
    const at = performance.now();
    await terminals.stop();
    t.comment(`stopped after ${Math.round(performance.now() - at)} ms`);
    await gone('a stop', trees, 1_000);
    t.same(files(memoryOf(root)), []);
  });
});
