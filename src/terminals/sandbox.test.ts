import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { needs, programPath } from '../testing/needs.js';
import { plainEnvironment } from '../testing/program.js';
import { findWall, noWall, type FoundWall } from './containment.js';
import { sandboxArgs, type Sandbox } from './sandbox.js';

const state = '/var/lib/rawjournal';
const slot = `${state}/terminals/slot-1`;
const secrets = { folder: state, except: [slot] };
const features = { disableUserns: true };
const sandbox: Sandbox = {
  programs: ['/opt/wine-stable'],
  reads: [`${slot}/token`, '/srv/rawjournal/wine'],
  writes: [`${slot}/prefix`],
  environment: { WINEPREFIX: `${slot}/prefix` },
  command: ['/bin/sh', '/srv/rawjournal/wine/slot.sh', 'C:\\program.exe'],
};
const args = (more: Partial<Sandbox> = {}, may = features): string[] =>
  sandboxArgs({ ...sandbox, ...more }, secrets, may);

/** What follows an option, each time it occurs. */
const values = (all: string[], option: string): string[] =>
  all.flatMap((one, index) => (one === option ? [all[index + 1] ?? ''] : []));

void t.test('a tree has its own users, processes and queues, and no way to more', async (t) => {
  const all = args();
  for (const flag of ['user', 'pid', 'ipc'].map((one) => `--unshare-${one}`)) t.ok(all.includes(flag), flag);
  for (const flag of ['--die-with-parent', '--new-session', '--disable-userns', '--clearenv'])
    t.ok(all.includes(flag), flag);
  t.same(values(all, '--cap-drop'), ['ALL']);
  t.notOk(
    args({}, { disableUserns: false }).includes('--disable-userns'),
    'of which older ones know nothing',
  );
});

void t.test('it may write to its own prefix and to memory that is small and private', async (t) => {
  const all = args();
  t.same(values(all, '--bind'), [`${slot}/prefix`]);
  t.same(values(all, '--tmpfs'), ['/dev/shm', '/tmp']);
  t.same(values(all, '--size'), ['67108864', '67108864']);
  t.same(values(all, '--remount-ro'), ['/dev', '/']);
});

void t.test('it sees what is listed, and neither /run, /home nor /var', async (t) => {
  const all = args();
  const shown = [...values(all, '--ro-bind'), ...values(all, '--ro-bind-try')];
  const own = ['/usr', '/opt/wine-stable', `${slot}/token`, '/srv/rawjournal/wine'];
  t.same(
    shown.filter((path) => !path.startsWith('/etc/')),
    own,
  );
  t.notOk(shown.some((path) => /^\/etc\/(passwd|shadow|rawjournal|ssl\/private)/.test(path)));
  t.ok(all.indexOf('--tmpfs') < all.indexOf('--bind'), 'what lies in /tmp outside can still be shown');
  t.same(all.slice(all.indexOf('--') + 1), sandbox.command);
});

void t.test('a list that would show the state of the application is refused', async (t) => {
  const traitors = [
    '/',
    '/var',
    '/var/lib/',
    '/usr/..',
    state,
    `${state}/`,
    `${state}/credentials`,
    `${state}/terminals`,
  ];
  const others = [`${state}/terminals/slot-2/prefix`, `${slot}0/prefix`];
  for (const path of [...traitors, ...others]) {
    t.throws(() => args({ reads: [path] }), /would see/, path);
    t.throws(() => args({ writes: [path] }), /would see/, path);
  }
  t.throws(() => sandboxArgs(sandbox, { folder: '/usr/share/journal', except: [] }, features), /would see/);
});

/** What a sandbox says to a shell script. */
function inside(script: string, path: string): string {
  const tree = { programs: [], reads: [], writes: [path], environment: { A: 'b' } };
  const all = sandboxArgs(
    { ...tree, command: ['/bin/sh', '-c', script] },
    { folder: '/nowhere', except: [] },
    features,
  );
  const { stdout, stderr } = spawnSync('bwrap', all, { encoding: 'utf8', env: plainEnvironment({ C: 'd' }) });
  return (stdout + stderr).trim();
}

void t.test('a real sandbox is as narrow as its list', needs('bwrap'), async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rawjournal-sandbox-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const say = (script: string): string => inside(script, folder);
  t.equal(say('echo /*'), '/bin /dev /etc /lib /lib64 /proc /tmp /usr');
  t.equal(say('ls /run /home /var /root /etc/shadow 2>&1').match(/No such file/g)?.length, 5);
  t.equal(say('grep -h ^Cap /proc/self/status | cut -f2 | sort -u'), '0000000000000000');
  t.equal(say('env -u PWD | sort'), 'A=b', 'nothing is inherited');
  t.equal(say('id -u; set -- /proc/[0-9]*; echo $#'), '1000\n2', 'its own first process and the shell');
  t.match(say('unshare -U true'), /No space left|not permitted/);
  for (const path of ['/x', '/dev/x', '/usr/x', '/etc/x'])
    t.match(say(`touch ${path}`), 'Read-only file system', path);
  t.match(say('head -c 70m /dev/zero > /tmp/x'), 'No space left');
  t.equal(say(`touch ${folder}/x && ls ${folder} && ls /tmp | wc -l`), 'x\n1');
});

void t.test('a real one may be set up, and says which it is', needs('bwrap'), async (t) => {
  t.match(findWall(programPath('bwrap') ?? '', '/nowhere'), {
    wall: { kind: 'bwrap' },
    finding: { level: 'green', says: /^bubblewrap \d/, fix: null },
  });
});

void t.test('a state folder among programs is no place for a wall', needs('bwrap'), async (t) => {
  const { wall, finding } = findWall(programPath('bwrap') ?? '', '/usr/local/journal');
  t.equal(wall, null);
  t.match(finding, { level: 'red', says: /would see/, fix: /^Set STATE_DIR/ });
});

/** What is found where the kernel grants no more user namespaces. */
function foundWhereDenied(): FoundWall {
  const script = `
    const { findWall } = await import(process.argv[1]);
    console.log(JSON.stringify(findWall('${programPath('bwrap') ?? ''}', '/nowhere')));`;
  const outer = [
    '--unshare-user',
    '--disable-userns',
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
  ];
  const module = new URL('./containment.js', import.meta.url).href;
  const node = [process.execPath, '--input-type=module', '-e', script, module];
  const { stdout } = spawnSync('bwrap', [...outer, ...node], { encoding: 'utf8', env: plainEnvironment() });
  return JSON.parse(stdout) as FoundWall;
}

void t.test(
  'where user namespaces are denied there is no wall, and no way around',
  needs('bwrap'),
  async (t) => {
    const { wall, finding } = foundWhereDenied();
    t.equal(wall, null);
    t.match(finding, { level: 'red', says: /^no sandbox can be set up/, fix: /TERMINAL_CONTAINMENT=none/ });
  },
);

void t.test('where bubblewrap is missing it says what to install', async (t) => {
  const { wall, finding } = findWall('/nowhere/bwrap', '/nowhere');
  t.equal(wall, null);
  t.match(finding, {
    level: 'red',
    says: 'bubblewrap is not installed',
    fix: /^Run: apt install bubblewrap/,
  });
});

void t.test('terminals without a wall are an open secret', async (t) => {
  t.match(noWall, { wall: { kind: 'none' }, finding: { level: 'amber', says: /^none/ } });
});
