import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { projectRoot } from '../testing/database.js';
import { ownFolder } from '../testing/folder.js';
import { needs } from '../testing/needs.js';
import { frugal } from '../testing/program.js';

const units = join(projectRoot, 'systemd');
const unitText = (name: string): string => readFileSync(join(units, name), 'utf8');

/** What each unit may cost, by `systemd-analyze security`; less is better, and a figure here only ever falls. */
const gates: Readonly<Record<string, number>> = {
  'rawjournal.service': 2.5,
  'rawjournal-backup.service': 0.2,
  'rawjournal-copy.service': 1.1,
  'rawjournal-verify.service': 1.1,
  'rawjournal-failed@.service': 1.1,
};
const timers = ['rawjournal-backup.timer', 'rawjournal-verify.timer'];

const run = (program: string, args: string[]): { code: number | null; says: string } => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { code: status, says: stdout + stderr };
};

interface Cost {
  what: string;
  points: number;
}

function costsOf(unit: string): { overall: number; costs: Cost[] } {
  const { says } = run('systemd-analyze', ['security', '--offline=true', '--no-pager', join(units, unit)]);
  const costs = says.split('\n').flatMap((line): Cost[] => {
    const [, what, points] = /^✗ (\S.*?) {2,}.* (\d\.\d)\s*$/.exec(line) ?? [];
    return what === undefined ? [] : [{ what, points: Number(points) }];
  });
  return { overall: Number(/Overall exposure level for \S+: (\d+\.\d)/.exec(says)?.[1] ?? NaN), costs };
}

/** A root with all units of this system and ours, and stand-ins for the programs that ours start. */
function rootWith(folder: string, change: (text: string) => string = (text) => text): string {
  for (const place of ['lib/systemd/system', 'usr/lib/systemd/system'])
    cpSync('/lib/systemd/system', join(folder, place), { recursive: true, verbatimSymlinks: true });
  const own = join(folder, 'etc/systemd/system');
  mkdirSync(own, { recursive: true });
  for (const name of [...Object.keys(gates), ...timers])
    writeFileSync(join(own, name), change(unitText(name)));
  for (const program of ['opt/rawjournal/node/bin/node', 'usr/bin/systemd-cat', 'bin/echo']) {
    mkdirSync(dirname(join(folder, program)), { recursive: true });
    writeFileSync(join(folder, program), '#!/bin/sh\n');
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

const names = [...Object.keys(gates), ...timers].map((name) => name.replace('@.', '@a.'));
const complaints = (root: string): string =>
  run('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...names])
    .says.split('\n')
    .filter((line) => line.includes('rawjournal'))
    .join('\n');

void t.test('systemd finds nothing wrong with the units, and would', needs('systemd-analyze'), async (t) => {
  t.equal(complaints(rootWith(await ownFolder(t, 'units'))), '');
  const mistakes: [string, string][] = [
    ['NoNewPrivileges=yes', 'NoNewPriviliges=yes'],
    ['Type=notify', 'Type=notified'],
    ['node/bin/node', 'node/bin/nobody'],
  ];
  for (const [right, wrong] of mistakes) {
    const root = rootWith(await ownFolder(t, 'units'), (text) => text.replaceAll(right, wrong));
    t.not(complaints(root), '', wrong);
  }
});

void t.test('each unit is as closed as was promised', needs('systemd-analyze'), async (t) => {
  t.same(
    Object.keys(gates).sort(),
    readdirSync(units)
      .filter((name) => name.endsWith('.service'))
      .sort(),
  );
  for (const [unit, gate] of Object.entries(gates)) {
    const { overall, costs } = costsOf(unit);
    const lines = costs.map(({ what, points }) => `  ${points.toFixed(1)} ${what}\n`);
    process.stderr.write(`${unit}: ${overall} of at most ${gate}\n${lines.join('')}`);
    t.ok(overall <= gate, `${unit}: ${overall} of at most ${gate}`);
    t.ok(costs.length > 0, 'with a reason for each point');
  }
});

void t.test('bubblewrap keeps what it needs, and not more', async (t) => {
  const service = unitText('rawjournal.service');
  for (const line of [
    'RestrictNamespaces=user pid ipc mnt',
    'SystemCallFilter=mount umount2 pivot_root capset',
    'CapabilityBoundingSet=',
    'NoNewPrivileges=yes',
    'KillMode=mixed',
    'OOMPolicy=continue',
    'MemorySwapMax=0',
    'LimitCORE=0',
  ])
    t.ok(service.split('\n').includes(line), line);
  // Each mounts over the unit's /proc, and then the kernel lets no sandbox have one.
  t.notMatch(service, /^(ProtectKernelTunables|ProtectKernelLogs|ProtectHostname|ProcSubset)=/m);
  t.notMatch(service, /^(MemoryDenyWriteExecute|PrivateNetwork)=/m);
});

void t.test('nothing is newer than the systemd of Ubuntu 22.04, which is 249', async (t) => {
  const newer =
    /^(LoadCredentialEncrypted|RestartSteps|RestartMaxDelaySec|DelegateSubgroup|OpenFile|MemoryZSwapMax|RootEphemeral|SurviveFinalKillSignal|PrivatePIDs|ProtectHostname=private)/m;
  for (const name of readdirSync(units)) t.notMatch(unitText(name), newer, name);
});

const canMakeUsers = needs('systemd-sysusers');

void t.test(
  'users and folders are made for them: nginx reaches a socket, backups the screenshots',
  canMakeUsers,
  async (t) => {
    const root = await ownFolder(t, 'users');
    mkdirSync(join(root, 'etc'));
    writeFileSync(
      join(root, 'etc/passwd'),
      'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/usr/sbin/nologin\n',
    );
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\n');
    t.equal(run('systemd-sysusers', [`--root=${root}`, join(units, 'rawjournal.sysusers')]).code, 0);
    const group = readFileSync(join(root, 'etc/group'), 'utf8');
    t.match(group, /^rawjournal:x:\d+:www-data$/m);
    t.match(group, /^rawjournal-backup:x:\d+:$/m, 'nobody else is of it');
    if (process.getuid?.() !== 0) return; // only root gives files away
    t.equal(
      run('systemd-tmpfiles', [`--root=${root}`, '--create', join(units, 'rawjournal.tmpfiles')]).code,
      0,
    );
    const idOf = (name: string): number => Number(new RegExp(`^${name}:x:(\\d+):`, 'm').exec(group)?.[1]);
    const made = (path: string) => statSync(join(root, 'var/lib', path));
    t.equal(made('rawjournal').mode & 0o7777, 0o700);
    t.equal(made('rawjournal/screenshots').mode & 0o7777, 0o2750);
    t.equal(made('rawjournal/screenshots').gid, idOf('rawjournal-backup'));
    t.equal(made('rawjournal-backup').mode & 0o7777, 0o700);
  },
);

/** AppArmor knows user namespaces from version 4 on; an older one reads the rest. */
function forParser(t: Test, text: string): string {
  const major = Number(/version (\d+)/.exec(run('apparmor_parser', ['--version']).says)?.[1]);
  if (major >= 4 && existsSync('/etc/apparmor.d/abi/4.0')) return text;
  t.comment(`apparmor_parser ${major} does not know userns: the profile is read without it`);
  return text.replace('abi/4.0', 'abi/3.0').replace(/^ *userns,$/m, '');
}

void t.test('the profile for bubblewrap can be read', needs('apparmor_parser'), async (t) => {
  const folder = await ownFolder(t, 'apparmor');
  const text = unitText('bwrap.apparmor');
  t.match(text, /profile bwrap \/usr\/bin\/bwrap flags=\(unconfined\) \{\n\s+userns,/);
  writeFileSync(join(folder, 'bwrap'), forParser(t, text));
  const { code, says } = run('apparmor_parser', ['-QTK', join(folder, 'bwrap')]);
  t.equal(code, 0, says);
  writeFileSync(
    join(folder, 'broken'),
    forParser(t, text).replace('flags=(unconfined)', 'flags=(unconfind)'),
  );
  t.not(run('apparmor_parser', ['-QTK', join(folder, 'broken')]).code, 0, 'and a mistake is seen');
});

void t.test('the service and npm start are as frugal as the program that is measured', (t) => {
  const start = (
    JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    }
  ).scripts.start;
  const unit = unitText('rawjournal.service');
  for (const flag of frugal.flags) {
    t.match(unit, new RegExp(`^ExecStart=\\S+ ${flag} `, 'm'));
    t.ok(start.includes(` ${flag} `));
  }
  for (const [name, value] of Object.entries(frugal.env)) {
    t.match(unit, new RegExp(`^Environment=.*\\b${name}=${value}\\b`, 'm'));
    t.ok(start.startsWith(`${name}=${value} `));
  }
  t.end();
});
