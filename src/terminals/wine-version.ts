import { spawnSync } from 'node:child_process';

/** What a Wine says of itself, such as "wine-10.0"; null: it says nothing. */
export function wineVersion(launcher: string): string | null {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const { status, stdout } = spawnSync(launcher, ['--version'], { encoding: 'utf8', timeout: 10_000, env });
  return status === 0 ? stdout.trim().slice(0, 100) : null;
}

/** 10.0 to 10.2, or 11.13 and later: MetaTrader refuses older ones, and takes those between for a debugger. */
export function isSuitable(version: string): boolean {
  const [, major, minor] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major === undefined || minor === undefined) return false;
  return (major === 10 && minor <= 2) || (major === 11 && minor >= 13) || major >= 12;
}
