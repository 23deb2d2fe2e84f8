import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../app/config.js';
import { activeName, replaceFile } from '../data/key-files.js';
import { keyIds } from '../data/keyring.js';
import { Fault } from '../lib/fault.js';

/** What keeps the keys of an appliance: root's folder, and systemd, which hands the service a copy when it starts. */
export interface Custody {
  home: string;
  /** Names every key to systemd, but the one that is about to go. What runs has what it was started with. */
  name(leaving?: string): Promise<void>;
  /** Lets the service have what is named by now, if it runs. Resolves when it serves again. */
  handOver(): Promise<void>;
}

/** Who opens what is sealed: the service, and whoever tells that it failed. */
const units = ['rawjournal.service', 'rawjournal-failed@.service'];

async function systemctl(...args: string[]): Promise<void> {
  try {
    await promisify(execFile)('systemctl', args);
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Fault(
      500,
      'systemctl_failed',
      `systemctl ${args.join(' ')} failed: ${said || String(cause)}. Nothing is lost: run this again once that is mended.`,
      { cause },
    );
  }
}

/** systemd from 249 on: it knows no folders of credentials yet, so each file has a line. */
const dropIn = (home: string, names: readonly string[]): string =>
  [
    '# Written by rawjournal keys. The service is handed a copy of each of these files when it starts.',
    '[Service]',
    ...names.map((name) => `LoadCredential=${name}:${join(home, name)}`),
    '',
  ].join('\n');

async function nameKeys(home: string, unitFolder: string, leaving?: string): Promise<void> {
  const ids = (await keyIds(home)).filter((id) => id !== leaving).sort();
  const content = Buffer.from(dropIn(home, [activeName, ...ids.map((id) => `kek_${id}`)]));
  for (const unit of units) {
    const folder = join(unitFolder, `${unit}.d`);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const suffix = randomBytes(6).toString('hex');
    await replaceFile(folder, 'credentials.conf', { content, suffix, mode: 0o644 });
  }
  await systemctl('daemon-reload');
}

/** Null where keys lie among the state. Throws a Fault for whoever may not change what an appliance keeps. */
export async function custodyOf({ keys }: Pick<Config, 'keys'>): Promise<Custody | null> {
  if (keys === null) return null;
  const { home, units: unitFolder } = keys;
  if (home === null)
    throw new Fault(
      409,
      'no_home',
      'systemd hands the keys over, and nobody said from where: set CREDENTIALS_FROM to their folder.',
    );
  await mkdir(home, { recursive: true, mode: 0o700 })
    .then(() => access(home, constants.R_OK | constants.W_OK))
    .catch((cause: unknown) => {
      throw new Fault(
        403,
        'not_root',
        `The keys lie in ${home}, where only root may write. Run this as root.`,
        {
          cause,
        },
      );
    });
  return {
    home,
    name: (leaving) => nameKeys(home, unitFolder, leaving),
    handOver: () => systemctl('try-restart', 'rawjournal.service'),
  };
}
