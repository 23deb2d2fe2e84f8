import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Finding } from './ground.js';
import { sandboxArgs, type BwrapFeatures } from './sandbox.js';

/** bubblewrap as it is installed here. */
interface Bwrap {
  readonly path: string;
  readonly features: BwrapFeatures;
}

/** What stands around terminals: a sandbox, or by the administrator's own word nothing. */
export type Wall = ({ readonly kind: 'bwrap' } & Bwrap) | { readonly kind: 'none' };

/** `wall` null: there is none to be had, and nothing may start. The finding says why and what to do. */
export interface FoundWall {
  readonly wall: Wall | null;
  readonly finding: Finding;
}

const offer =
  'Or set TERMINAL_CONTAINMENT=none: terminals then run without a wall, and can read whatever RawJournal can.';

const setting = (name: string): string => {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return ''; // this kernel does not know it
  }
};

/** Why a kernel denies user namespaces to everybody, and how it is told not to. */
function mending(bwrap: string): string {
  if (setting('kernel/apparmor_restrict_unprivileged_userns') === '1')
    return (
      `AppArmor keeps user namespaces from ${bwrap}. Write /etc/apparmor.d/bwrap with the line ` +
      `"abi <abi/4.0>, profile bwrap ${bwrap} flags=(unconfined) { userns, }" and run: apparmor_parser -r /etc/apparmor.d/bwrap`
    );
  if (setting('kernel/unprivileged_userns_clone') === '0')
    return 'Run: sysctl -w kernel.unprivileged_userns_clone=1, and keep it in /etc/sysctl.d.';
  if (setting('user/max_user_namespaces') === '0')
    return 'Run: sysctl -w user.max_user_namespaces=15000, and keep it in /etc/sysctl.d.';
  return 'Let this service make user namespaces: a container or a systemd unit around it may forbid them.';
}

function version(path: string): readonly number[] | null {
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 5_000 });
  const [, major, minor] = (status === 0 && /(\d+)\.(\d+)/.exec(stdout)) || [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}

/** For a sandbox in which nothing happens; null where programs could not be shown without the secrets. */
function trialArgs(features: BwrapFeatures, secretFolder: string): string[] | null {
  const nothing = { programs: [], reads: [], writes: [], environment: {}, command: ['/bin/true'] };
  try {
    return sandboxArgs(nothing, { folder: secretFolder, except: [] }, features);
  } catch {
    return null;
  }
}

/** What a sandbox says that cannot be set up; null: it stands. */
function trial(path: string, args: readonly string[]): string | null {
  const { status, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: 10_000, env: {} });
  return status === 0 ? null : stderr.trim().slice(0, 200) || 'bubblewrap gives no reason';
}

const finding = (level: Finding['level'], says: string, fix: string | null): Finding => ({
  name: 'containment',
  level,
  says,
  fix,
});

const red = (says: string, fix: string): FoundWall => ({
  wall: null,
  finding: finding('red', says, `${fix} ${offer}`),
});

const elsewhere = 'Set STATE_DIR to a folder outside of /usr.';
const newer = 'A newer system, with bubblewrap 0.8 or later, closes that too.';

/** Sets up a sandbox on trial. Never answers with less than was asked for. */
export function findWall(path: string, secretFolder: string): FoundWall {
  const found = version(path);
  if (found === null) return red('bubblewrap is not installed', 'Run: apt install bubblewrap.');
  const [major = 0, minor = 0] = found;
  const disableUserns = major > 0 || minor >= 8;
  const bwrap = { path, features: { disableUserns } };
  const args = trialArgs(bwrap.features, secretFolder);
  if (args === null) return red(`terminals would see ${secretFolder}, which lies among programs`, elsewhere);
  const failure = trial(path, args);
  if (failure !== null) return red(`no sandbox can be set up (${failure})`, mending(path));
  const says = `bubblewrap ${major}.${minor}`;
  return {
    wall: { kind: 'bwrap', ...bwrap },
    finding: disableUserns
      ? finding('green', says, null)
      : finding('amber', `${says}, which leaves namespaces to those inside`, newer),
  };
}

/** The administrator's own decision, and there is no other way to it. */
export const noWall: FoundWall = {
  wall: { kind: 'none' },
  finding: finding(
    'amber',
    'none: terminals can read whatever RawJournal can',
    'Take TERMINAL_CONTAINMENT=none out of the settings.',
  ),
};
