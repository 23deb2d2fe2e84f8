import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataSum, fill, healthy, install, isAlive, same, told, waitUntilWell } from './acts.js';
import { namedMachine } from './certificate.js';
import { refusals } from './refusals.js';
import type { Distribution } from './distributions.js';
import { makeBackup, restoreElsewhere, type Kept } from './drill.js';
import type { Machine, Wishes } from './machine.js';
import type { Downloads } from './releases.js';
import { withTerminals } from './terminals.js';

/** What a case works with. */
export interface Bench {
  machine: Machine;
  downloads: Downloads;
  distribution: Distribution;
  /** what machines leave for others */
  kept: Kept[];
  /** another machine of the same system */
  another: (wishes?: Wishes) => Promise<Machine>;
}

export interface Case {
  name: string;
  work: (bench: Bench) => Promise<string | undefined>;
}

const soon = (title: string): [string, number] => [title, 0];

/** Ends install.sh with all its children as soon as it says that it does this step; then a little later, once more. */
async function endedAt(bench: Bench, title: string, afterMs: number): Promise<boolean> {
  const { machine, downloads } = bench;
  const child = machine.spawn(
    [
      'bash',
      '/srv/offline/install.sh',
      '--offline',
      '/srv/offline',
      '--skip-wine',
      '--yes',
      '--release',
      downloads.now,
    ],
    { RELEASE_PUBLIC_KEY: downloads.publicKey },
  );
  let text = '';
  const seen = new Promise<boolean>((resolve) => {
    child.stdout?.on('data', (part: Buffer) => {
      text += String(part);
      if (text.includes(`doing  ${title}`)) resolve(true);
    });
    child.on('exit', () => {
      resolve(false);
    });
  });
  if (!(await seen)) return false;
  await sleep(afterMs);
  await machine.run([
    'pkill',
    '-KILL',
    '-f',
    'install.sh|install/run.sh|apt-get|dpkg|certbot|openssl|dist/cli/main.js',
  ]);
  await new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
  return true;
}

/** What packages leave behind that are removed with all their settings, and no program of ours has a part in. */
const residue =
  /^\/(var\/(cache|log)\/|var\/lib\/(apt|dpkg|ucf|pam|systemd|misc|dbus|polkit-1|python)\/|etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$|etc\/(\.pwd\.lock|ld\.so\.cache|mailcap|pam\.d\/|apt\/|rc\d\.d\/|ca-certificates|ssl\/certs\/|alternatives\/|default\/|init\.d\/|systemd\/system\/)|usr\/(share\/(info|mime|applications|fonts)|lib\/python3|lib\/locale)|var\/spool\/|root\/\.)/;

export const cases: readonly Case[] = [
  ...refusals,
  {
    name: 'a fresh installation is healthy',
    work: async (bench) => {
      const said = await install(bench, ['--yes']);
      assert.equal(said.code, 0, told(said));
      assert.match(said.text, /RawJournal runs at https:\/\/192\.0\.2\.10\/[^]*set-up code is/);
      await healthy(bench.machine, bench.downloads.before);
      const page = await bench.machine.run([
        'curl',
        '-ksSL',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        'https://192.0.2.10/',
      ]);
      assert.equal(page.text, '200');
      const log = await bench.machine.run(['cat', '/var/log/rawjournal-install.log']);
      assert.doesNotMatch(log.text, /AGE-SECRET-KEY|password=/i);
      return undefined;
    },
  },
  {
    name: 'a second run changes nothing',
    work: async (bench) => {
      const before = await bench.machine.changes();
      const said = await install(bench, ['--yes']);
      assert.equal(said.code, 0, told(said));
      const did = said.text.match(/^ {2}doing .*$/gm) ?? [];
      assert.deepEqual(did, ['  doing  looking whether all is well']);
      assert.deepEqual(
        same(before, await bench.machine.changes()).filter((path) => !isAlive(path)),
        [],
      );
      return undefined;
    },
  },
  {
    name: 'an upgrade keeps all data',
    work: async (bench) => {
      await fill(bench.machine);
      const before = await dataSum(bench.machine);
      assert.match(before, /^trades\|[0-9a-f]{32}\|20$/m);
      const said = await install(bench, ['--yes', '--upgrade', '--release', bench.downloads.now]);
      assert.equal(said.code, 0, told(said));
      await healthy(bench.machine, bench.downloads.now);
      assert.equal(await dataSum(bench.machine), before);
      return undefined;
    },
  },
  {
    name: 'a migration that fails leaves all as it was',
    work: async (bench) => {
      const before = await dataSum(bench.machine);
      const said = await install(bench, ['--yes', '--upgrade', '--release', bench.downloads.failing]);
      assert.equal(said.code, 30, told(said));
      assert.match(said.text, /could not be changed, and is what it was/);
      await waitUntilWell(bench.machine);
      await healthy(bench.machine, bench.downloads.now);
      assert.equal(await dataSum(bench.machine), before);
      return undefined;
    },
  },
  {
    name: 'a release that does not come up is left again',
    work: async (bench) => {
      const before = await dataSum(bench.machine);
      const said = await install(bench, ['--yes', '--upgrade', '--release', bench.downloads.lifeless], {
        RAWJOURNAL_WAIT: '15',
      });
      assert.equal(said.code, 30, told(said));
      assert.match(said.text, /runs again, with all data/);
      await healthy(bench.machine, bench.downloads.now);
      assert.equal(await dataSum(bench.machine), before);
      return undefined;
    },
  },
  namedMachine,
  restoreElsewhere,
  makeBackup,
  {
    name: 'what is taken away and installed again has its data',
    work: async (bench) => {
      const before = await dataSum(bench.machine);
      const gone = await install(bench, ['--uninstall', '--yes']);
      assert.equal(gone.code, 0, told(gone));
      const left = await bench.machine.run([
        'bash',
        '-c',
        'ls /opt/rawjournal /usr/local/bin/rawjournal /etc/systemd/system/rawjournal*; pgrep -f /opt/rawjournal',
      ]);
      assert.doesNotMatch(left.text, /^(\/|\d)/m);
      const again = await install(bench, ['--yes', '--release', bench.downloads.now]);
      assert.equal(again.code, 0, told(again));
      await healthy(bench.machine, bench.downloads.now);
      assert.equal(await dataSum(bench.machine), before);
      return undefined;
    },
  },
  {
    name: 'a purge leaves nothing',
    work: async (bench) => {
      const wrong = await install(bench, [
        '--uninstall',
        '--purge',
        '--yes',
        '--domain',
        'another.example.org',
      ]);
      assert.equal(wrong.code, 2, told(wrong));
      // An address is no domain: for it the name is asked for on a terminal alone.
      const said = await install(bench, ['--uninstall', '--purge', '--yes'], {
        RAWJOURNAL_PURGE_CONFIRMED: '192.0.2.10',
      });
      assert.equal(said.code, 0, told(said));
      const { borrows } = bench.distribution;
      const left = [...(await bench.machine.changes()).keys()].filter(
        (path) => !residue.test(path) && borrows?.renewed.test(path) !== true,
      );
      assert.equal(left.join('\n'), '');
      const traces = [...(await bench.machine.changes()).keys()].filter((path) => /rawjournal/.test(path));
      assert.deepEqual(traces, []);
      return undefined;
    },
  },
  {
    name: 'ended at each step, it is whole after the next run',
    work: async (bench) => {
      const machine = await bench.another();
      const fresh = { ...bench, machine };
      const steps: [title: string, afterMs: number][] = [
        ...(['packages of', 'Node.js', 'users and', 'settings', 'this release', 'keys and'] as const).map(
          soon,
        ),
        ...(
          ['PostgreSQL', 'roles and', 'Redis', 'nginx and', 'firewall', 'services and', 'looking'] as const
        ).map(soon),
      ];
      const ended: string[] = [];
      for (const [title, afterMs] of [['packages of', 4_000] as [string, number], ...steps])
        if (await endedAt(fresh, title, afterMs)) ended.push(title);
      const last = await install(fresh, ['--yes', '--release', bench.downloads.now]);
      assert.equal(last.code, 0, told(last));
      await healthy(machine, bench.downloads.now);
      await machine.stop();
      return `ended ${ended.length} times: ${ended.join(', ')}`;
    },
  },
  withTerminals,
];
